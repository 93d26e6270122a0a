"""Running a plugin in a test, with what the host does around it: what is not declared is not read, parameters and
sections are held against their schemas. It knows no memory ceiling, no CPU budget and no deadline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..errors import Error, Kind
from ..jsonschema import mismatch
from ..oid import Oid
from ..plugin import Plugin
from ..seam import AgentSeam, Level, Outcome, Part, RowLike, TableSeam, VarbindLike, WalkSeam
from .recorded import Cancelled, Reading, RecordedDevice, json_rows

_MOST_CANCELS = 50
"""Of a run with many calls, so many of them are the last one before the job is cancelled."""


@dataclass
class Run:
    """What a run of a plugin gave."""

    result: dict[str, Any] | None = None
    """The sections; None where the run failed or was cancelled."""
    error: Error | None = None
    """The plugin's error, where it raised one."""
    kept: dict[str, list[Any]] = field(default_factory=dict)
    """Where there is no result: the rows that were handed over before."""
    is_cancelled: bool = False
    log: list[tuple[Level, str]] = field(default_factory=list)
    """The lines that it logged."""
    progress: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    """The progress that it told: the line, and the counters given with it."""
    calls: int = 0
    """How often it called the host."""

    def section(self, name: str) -> Any:
        """A section of the result. Fails the test, with the plugin's error, where there is none."""
        if self.result is None:
            raise AssertionError(f"the run failed: {self.error}" if self.error else "the run was cancelled")
        if name not in self.result:
            raise AssertionError(f"the result has no section `{name}`; it has {', '.join(self.result) or 'none'}")
        return self.result[name]

    @property
    def warnings(self) -> list[str]:
        """The lines that whoever asked for the poll sees."""
        return [line for level, line in self.log if level in (Level.WARN, Level.ERROR)]


def run(plugin: Plugin, device: RecordedDevice, params: Mapping[str, Any] | None = None) -> Run:
    """Runs the plugin against a recorded device.

    An :class:`Error` of the plugin is in the answer; any other exception comes out of here, with its traceback. The
    test fails where the plugin reads what its manifest does not declare, even if it takes the refusal calmly, where a
    section is not as its schema says, and where the host would refuse the parameters.
    """
    sent = json.loads(json.dumps(dict(params or {})))
    wrong = mismatch(plugin.manifest.params_schema, sent)
    if wrong:
        raise AssertionError(f"the proxy refuses these parameters: {wrong}")
    job = _Job(plugin, device, json.dumps(sent))
    ended = job.run
    try:
        result = json.loads(plugin.run(job))
    except Error as error:
        ended.error = error
    except Cancelled:
        ended.is_cancelled = True
    else:
        result.update(job.handed_over)
        ended.result = result
    if ended.result is None:
        ended.kept = job.handed_over
    if job.undeclared:
        names = ", ".join(map(str, dict.fromkeys(job.undeclared)))
        raise AssertionError(f"the plugin reads what its manifest does not declare under `reads`: {names}")
    _check_sections(plugin, ended.kept if ended.result is None else ended.result)
    return ended


def every_fault(plugin: Plugin, device: RecordedDevice) -> Iterator[tuple[str, RecordedDevice]]:
    """The device with each fault that a plugin must survive, and what it is::

        for fault, device in every_fault(plugin, switch()):
            with self.subTest(fault):
                run(plugin, device)

    For each declared subtree: no answer, nothing there, values of the wrong type, a hole, a table that breaks off; and
    a job that is cancelled, early and late.
    """
    yield "a silent device", device.silent_below()
    yield "a device without any object", RecordedDevice()
    for subtree in plugin.manifest.reads:
        below = [name for name in device.names if name.starts_with(subtree)]
        yield f"no answer below {subtree}", device.silent_below(subtree)
        yield f"nothing below {subtree}", device.without(subtree)
        yield f"wrong types below {subtree}", device.with_wrong_types(subtree)
        yield f"an error for {subtree}", device.refusing_below(subtree, "genErr")
        for name in below[:1]:
            yield f"a hole at {name}", device.without(name)
        for root in (subtree, Oid.of_arcs(subtree.arcs[:-1])):
            yield f"{root} breaks off after a row", device.breaking_off(root, 1)
    calls_of_run = run(plugin, device).calls
    for calls in range(0, calls_of_run, calls_of_run // _MOST_CANCELS + 1):
        yield f"cancelled after {calls} calls", device.cancelled_after(calls)


def _check_sections(plugin: Plugin, sections: Mapping[str, Any]) -> None:
    for section in plugin.manifest.sections:
        if section.name in sections:
            wrong = mismatch(section.schema, sections[section.name])
            if wrong:
                raise AssertionError(f"section `{section.name}` is not as its schema says: {wrong}")


class _Job:
    """The job of a test."""

    def __init__(self, plugin: Plugin, device: RecordedDevice, params: str) -> None:
        self.run = Run()
        self.undeclared: list[Oid] = []
        self.handed_over: dict[str, list[Any]] = {}
        self._manifest = plugin.manifest
        self._device = device
        self._params = params
        self._waited = 0.0

    def called(self) -> None:
        """Counts a call, and cancels the job where that is its fault."""
        if self.run.calls == self._device._cancelled_after:
            raise Cancelled
        self.run.calls += 1

    def declared(self, names: list[list[int]]) -> None:
        """Refuses, and notes, what the manifest does not declare."""
        for name in names:
            if not self._manifest.declares(name):
                oid = Oid.of_arcs(name)
                self.undeclared.append(oid)
                words = f"{oid} is outside the subtrees that the manifest declares, so nothing was sent"
                raise Error(Kind.NOT_DECLARED, words, oid)

    def device(self) -> AgentSeam:
        self.called()
        return _Agent(self, self._device)

    def in_context(self, name: str) -> AgentSeam:
        self.called()
        return _Agent(self, self._device._context(name))

    def in_vlan(self, number: int) -> AgentSeam:
        self.called()
        if not 1 <= number <= 4094:
            raise Error(Kind.INVALID_ARGUMENT, f"{number} is not the number of a VLAN, from 1 to 4094")
        return _Agent(self, self._device._context(f"vlan-{number}"))

    def params(self) -> str:
        self.called()
        return self._params

    def section(self, name: str) -> str | None:
        self.called()
        return self._device.sections.get(name) if name in self._manifest.uses() else None

    def rows(self, section: str, rows: str) -> None:
        self.called()
        if section not in [declared.name for declared in self._manifest.sections]:
            raise Error(Kind.INVALID_ARGUMENT, f"the manifest declares no section `{section}`")
        self.handed_over.setdefault(section, []).extend(json_rows(rows))

    def wait(self, milliseconds: int) -> None:
        self.called()
        self._waited += milliseconds * 1_000.0

    def elapsed(self) -> float:
        self.called()
        return self._waited

    def offers(self, function: str) -> bool:
        self.called()
        return True

    def log(self, level: Level, line: str) -> None:
        self.called()
        self.run.log.append((level, line))

    def progress(self, line: str, counters: list[tuple[str, int]]) -> None:
        self.called()
        for name, count in counters:
            if not 0 <= count < 1 << 32:
                raise AssertionError(f"the counter `{name}` is {count}: counters are from 0 to 4294967295")
        self.run.progress.append((line, dict(counters)))


R = TypeVar("R")


class _Counted(Generic[R]):
    """A reading whose calls count."""

    def __init__(self, job: _Job, reading: Reading[R]) -> None:
        self._job = job
        self._reading = reading

    def next(self) -> list[R] | None:
        self._job.called()
        return self._reading.next()

    def outcome(self) -> Outcome:
        self._job.called()
        return self._reading.outcome()

    def close(self) -> None:
        self._reading.close()


class _Agent:
    """The device of a test, or a context of it."""

    def __init__(self, job: _Job, device: RecordedDevice) -> None:
        self._job = job
        self._device = device

    def get(self, names: list[list[int]]) -> list[VarbindLike]:
        self._job.called()
        self._job.declared(names)
        return self._device.get(names)

    def open_table(self, columns: list[list[int]], part: Part | None) -> TableSeam:
        self._job.called()
        self._job.declared(columns)
        return _Counted[RowLike](self._job, self._device.open_table(columns, part))

    def open_walk(self, root: list[int]) -> WalkSeam:
        self._job.called()
        self._job.declared([root])
        return _Counted[VarbindLike](self._job, self._device.open_walk(root))
