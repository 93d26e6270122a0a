"""The host's imports as a seam, and a plugin as the component's export. Only a component can import this module."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from componentize_py_types import Err
from wit_world.imports import job, manifests, output, snmp, types

from .errors import Error
from .manifest import Manifest
from .report import details, report
from .seam import Level, Outcome, Part, RowLike, Status, VarbindLike

if TYPE_CHECKING:
    from .plugin import Plugin

R = TypeVar("R", RowLike, VarbindLike)

_LEVELS = {level: job.Level(level.value) for level in Level}
_STATUSES = {getattr(snmp.Status, status.name): status for status in Status}


class _Refusing:
    """Turns the host's errors into :class:`Error`.

    componentize-py raises them as a frozen dataclass, to which `contextlib` and `unittest` cannot add a traceback. No
    such exception may get into a plugin. This is a class, since a generator would be one of those that break.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Err):
            refused: types.Error = error.value
            raise Error(refused.kind, refused.message, refused.at) from None


_refusing = _Refusing()


class _Reader(Generic[R]):
    """A table or a subtree being read."""

    def __init__(self, reader: snmp.TableReader | snmp.WalkReader) -> None:
        self._reader = reader

    def next(self) -> list[R] | None:
        return self._reader.next()  # type: ignore[return-value]

    def outcome(self) -> Outcome:
        outcome = self._reader.outcome()
        status = _STATUSES[outcome.status]
        return Outcome(status, outcome.kind, outcome.rows, outcome.reason, outcome.stopped_at)

    def close(self) -> None:
        self._reader.__exit__(None, None, None)


class _Agent:
    """The device, or a context of it."""

    def __init__(self, agent: snmp.Agent) -> None:
        self._agent = agent

    def get(self, names: list[list[int]]) -> list[VarbindLike]:
        with _refusing:
            return self._agent.get(names)  # type: ignore[return-value]

    def open_table(self, columns: list[list[int]], part: Part | None) -> _Reader[RowLike]:
        with _refusing:
            if part is None:
                return _Reader(self._agent.open_table(columns))
            with snmp.TablePart() as wanted:
                if part.below:
                    wanted.below(part.below)
                if part.after is not None:
                    wanted.after(part.after)
                if part.at_most is not None:
                    wanted.at_most(part.at_most)
                return _Reader(self._agent.open_part(columns, wanted))

    def open_walk(self, root: list[int]) -> _Reader[VarbindLike]:
        with _refusing:
            return _Reader(self._agent.open_walk(root))


class _Job:
    """The job."""

    def device(self) -> _Agent:
        return _Agent(snmp.device())

    def in_context(self, name: str) -> _Agent:
        with _refusing:
            return _Agent(snmp.in_context(name))

    def in_vlan(self, number: int) -> _Agent:
        with _refusing:
            return _Agent(snmp.in_vlan(number))

    def params(self) -> str:
        return job.params()

    def section(self, name: str) -> str | None:
        return job.section(name)

    def rows(self, section: str, rows: str) -> None:
        with _refusing:
            output.rows(section, rows)

    def wait(self, milliseconds: int) -> None:
        job.wait(milliseconds)

    def elapsed(self) -> float:
        return job.elapsed()

    def offers(self, function: str) -> bool:
        return job.offers(function)

    def log(self, level: Level, line: str) -> None:
        job.log(_LEVELS[level], _sendable(line))

    def progress(self, line: str, counters: list[tuple[str, int]]) -> None:
        job.progress(_sendable(line), counters)


def collector(plugin: Plugin) -> type:
    """The class `Collector`. Its manifest is made now, while the component is built."""
    manifest = _described(plugin.manifest)

    class Collector:
        def describe(self) -> manifests.Manifest:
            return manifest

        def collect(self) -> str:
            with _telling():
                return plugin.run(_Job())

    return Collector


def configured_collector(configure: Callable[[str], Plugin]) -> type:
    """The class `ConfiguredCollector`."""

    class ConfiguredCollector:
        def describe(self, configuration: str) -> manifests.Manifest:
            try:
                return _described(configure(configuration).manifest)
            except Exception as error:
                # While it is described a plugin may call nothing of the host, not even its log.
                _refuse(report(error))

        def collect(self, configuration: str) -> str:
            with _telling():
                return configure(configuration).run(_Job())

    return ConfiguredCollector


class _telling:
    """Tells the host, with type, text and place, which exception ended a run; the job's log has the rest."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, Err):
            return
        if not isinstance(error, Error):
            with suppress(Exception):
                for line in _last(details(error)):
                    job.log(job.Level.DEBUG, _sendable(line))
        _refuse(report(error))


def _refuse(error: Error) -> NoReturn:
    at = None if error.at is None else list(error.at)
    raise Err(types.Error(kind=error.kind, message=_sendable(error.message), at=at)) from None


def _last(lines: list[str]) -> Iterator[str]:
    """The end of a traceback: its beginning may be a recursion of a thousand lines."""
    most = 50
    if len(lines) > most:
        yield f"({len(lines) - most} lines of the traceback are left out)"
    yield from lines[-most:]


def _sendable(text: str) -> str:
    """The text without what is no character: the host takes none."""
    return text.encode("utf-8", "replace").decode()


def _described(manifest: Manifest) -> manifests.Manifest:
    return manifests.Manifest(
        name=manifest.name,
        version=manifest.version,
        summary=manifest.summary,
        sections=[
            manifests.Section(section.name, json.dumps(section.schema), section.hints) for section in manifest.sections
        ],
        reads=[list(oid) for oid in manifest.reads],
        device_prefixes=[list(prefix) for prefix in manifest.device_prefixes],
        params_schema=json.dumps(manifest.params_schema),
        hints=manifest.hints,
    )
