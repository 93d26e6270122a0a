"""A plugin that fails as it is told to: what reaches the operator is type, text and place. Or it hands rows over."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from snmp_proxy_sdk import Device, Error, Kind, Plugin, Section, Unsupported

SYS_NAME = "1.3.6.1.2.1.1.5"


@dataclass
class Params:
    """How it fails; or how many rows it hands over, and how many at a time, or all in what it returns."""

    how: str
    rows: int = 0
    batch: int | None = None


@dataclass
class Row:
    """A row."""

    number: int


plugin = Plugin(
    name="failing",
    version="0.1.0",
    summary="Fails as it is told to.",
    reads=[SYS_NAME],
    sections=[Section("failing", list[Row])],
    params=Params,
)


@contextlib.contextmanager
def managed() -> Iterator[None]:
    yield


class Odd(Exception):
    """An exception that cannot even tell its text."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


def fail(device: Device, how: str) -> object:
    match how:
        case "exception":
            return [][7]
        case "lines":
            raise ValueError("first line\nsecond line\n\tthird")
        case "no-text":
            raise Odd
        case "assert":
            assert how == "else", "it is not"
        case "exit":
            sys.exit(3)
        case "lazy-import":
            import wave  # Nobody has imported it while the component was built.

            return wave
        case "recursion":
            return fail(device, how)
        case "memory":
            return ["x" * 1_000_000 + str(number) for number in range(1_000)]
        case "host-error":
            return device.get(["1.3.6.1.2.1.1.1.0"])
        case "host-error-in-context":
            with managed():
                return device.get(["1.3.6.1.2.1.1.1.0"])
        case "own-error":
            raise Error("fans-on-fire", "three fans burn", SYS_NAME)
        case "unsupported":
            raise Unsupported("the device has no fans")
        case "rows-then-exception":
            device.output("failing", batch=1).add(Row(1))
            raise Error(Kind.OTHER, "after a row")
        case "not-json":
            return {"failing": [{"number": 1, "name": b"octets"}]}
        case "nan":
            return {"failing": [{"number": float("nan")}]}
        case "surrogate":
            return {"failing": [{"number": "\ud800"}]}
        case "surrogate-in-error":
            raise ValueError("a lone \ud800")
        case "surrogate-in-log":
            device.warn("a lone \ud800")
        case "negative-counter":
            device.progress("Walking...", walked=-1)
        case "wrong-section":
            return {"fans": []}
        case "nothing":
            return None
        case "misfit":
            return {"failing": [{"number": "one"}]}
        case "print":
            print("out", *range(3))
            print("a line of stderr\n" * 3, file=sys.stderr)
        case "dates":
            # What Python's library imports when it is first asked for.
            from datetime import datetime

            datetime.strptime("2026-11-30", "%Y-%m-%d")
            b"\x80".decode("cp1252")
    return {"failing": [Row(1)]}


def hand_over(device: Device, rows: int, batch: int | None) -> object:
    if batch is None:
        return {"failing": [Row(number) for number in range(rows)]}
    writer = device.output("failing", batch)
    for number in range(rows):
        writer.add(Row(number))
    return None


@plugin.collect
def collect(device: Device, params: Params) -> object:
    if params.how == "not":
        return hand_over(device, params.rows, params.batch)
    return fail(device, params.how)


Collector = plugin.export()
