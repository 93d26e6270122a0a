"""``python -m snmp_proxy_sdk build src/fan_speeds.py``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .build import BuildError, build


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m snmp_proxy_sdk", description="Builds plugins of snmp-proxy.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("build", help="make a component of a plugin")
    command.add_argument("module", type=Path, help="the plugin's module, e.g. src/fan_speeds.py")
    command.add_argument("-o", "--output", type=Path, help="the file to write (dist/NAME.wasm)")
    arguments = parser.parse_args()
    try:
        built = build(arguments.module, arguments.output)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{built.path}: {built.name}, world {built.world}, {built.octets / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
