"""Makes a component of a plugin, with componentize-py, and says beforehand what would go wrong.

``python -m snmp_proxy_sdk build src/fan_speeds.py`` imports the module, which checks its manifest, and writes
``dist/fan-speeds.wasm``. It sees to what authors get wrong by hand: packages come from the environment that runs this,
WASI is there, so that messages of a failing plugin are told, and the module's name hides none of Python's own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from . import plugin as collecting
from . import traps

COMPONENTIZE_PY = "0.25.1"
"""The release whose bindings this SDK stands on."""

_RESERVED = ("collecting", "collecting_configured", "trap_decoding", "trap_enriching", "wit_world", "snmp_proxy_sdk")


_LINES = (
    "`Collector = plugin.export()`",
    "`ConfiguredCollector = configured(...)`",
    "`TrapEnricher = enricher.export()`",
)


class BuildError(Exception):
    """Why there is no component, and what to do."""


@dataclass(frozen=True)
class Built:
    """A component that was built."""

    path: Path
    name: str
    world: str
    octets: int


def build(module: Path, output: Path | None = None) -> Built:
    """Builds the plugin of this module. Raises :class:`BuildError`."""
    module = module.resolve()
    _check_name(module)
    loaded = _loaded(module)
    name, world = _kind_of(loaded)
    path = output or Path("dist", f"{name or module.stem.replace('_', '-')}.wasm")
    if name is not None and path.stem != name:
        raise BuildError(f"{path}: the file of a plugin has the plugin's name: {name}.wasm")
    path.parent.mkdir(parents=True, exist_ok=True)
    _componentize(module, world, path)
    return Built(path, path.stem, world, path.stat().st_size)


def _check_name(module: Path) -> None:
    if module.suffix != ".py" or not module.is_file():
        raise BuildError(f"{module}: this is no file of Python")
    if not module.stem.isidentifier():
        raise BuildError(f"{module.name}: a module's name has letters, digits and `_`; the plugin's name may have `-`")
    if module.stem in sys.stdlib_module_names or module.stem in _RESERVED:
        raise BuildError(f"{module.name}: this is the name of another module, which would be taken instead: rename it")


def _loaded(module: Path) -> ModuleType:
    """Imports the module as it is here: what is wrong with its manifest shows at once, and with its place."""
    sys.path.insert(0, str(module.parent))
    spec = importlib.util.spec_from_file_location(module.stem, module)
    if spec is None or spec.loader is None:
        raise BuildError(f"{module}: it cannot be imported")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module.stem] = loaded
    try:
        spec.loader.exec_module(loaded)
    except Exception as error:
        trace = "".join(traceback.format_exception(error)).rstrip()
        raise BuildError(f"{module.name} cannot be imported:\n{trace}") from error
    return loaded


def _kind_of(module: ModuleType) -> tuple[str | None, str]:
    """The plugin's name, where it has one of its own, and the world that it is for."""
    exports = {
        "Collector": "collecting",
        "ConfiguredCollector": "collecting-configured",
        "TrapEnricher": "trap-enriching",
    }
    found = [export for export in exports if hasattr(module, export)]
    if len(found) != 1:
        lines = ", ".join(_LINES)
        what = "none of these" if not found else "more than one of these"
        raise BuildError(f"{module.__name__}.py has {what}: {lines}. One of them stands at the end of the module.")
    members = vars(module).values()
    names = [member.manifest.name for member in members if isinstance(member, collecting.Plugin)]
    names += [member.name for member in members if isinstance(member, traps.Enricher)]
    is_named = found[0] != "ConfiguredCollector" and len(names) == 1
    return names[0] if is_named else None, exports[found[0]]


def _componentize(module: Path, world: str, output: Path) -> None:
    tool = _tool()
    package = Path(__file__).resolve().parents[1]
    paths = [module.parent] if package == module.parent else [module.parent, package]
    arguments = [tool, "--quiet", "--world", world, "componentize", module.stem, "--output", str(output)]
    for path in paths:
        arguments += ["--python-path", str(path)]
    # It takes packages from this environment, and not from whichever `python3` stands first in PATH.
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"componentize-py failed:\n{_shortened(done.stdout + done.stderr)}")


def _tool() -> str:
    beside = Path(sys.executable).parent
    tool = shutil.which("componentize-py", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    install = f"python -m pip install componentize-py=={COMPONENTIZE_PY}"
    if tool is None:
        raise BuildError(f"componentize-py is missing: {install}")
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout.split()
    if said[-1:] != [COMPONENTIZE_PY]:
        raise BuildError(f"this SDK needs componentize-py {COMPONENTIZE_PY}, and {tool} is {' '.join(said)}: {install}")
    return tool


def _shortened(output: str) -> str:
    """What the author needs of it: the traceback of the module, without that of the tool."""
    kept = output.split("\nStack backtrace:")[0].split("\nCaused by:")[0].rstrip()
    start = kept.find("Traceback (most recent call last):")
    return kept[start:] if start >= 0 else kept
