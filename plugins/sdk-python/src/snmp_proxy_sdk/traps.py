"""Plugins that know what a vendor's notifications mean. They ask the host for nothing, so a test calls the function.

::

    enricher = Enricher("fan-traps", "0.1.0", "What the fans of this vendor say.", prefixes=["1.3.6.1.4.1.32473.1"])

    @enricher.enrich
    def enrich(record: TrapRecord) -> Additions | None:
        fan = record.find("1.3.6.1.4.1.32473.1.2")
        return Additions(severity="critical", decoded={"fan": str(fan.index)}) if fan else None

    TrapEnricher = enricher.export()
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from .errors import Error, Kind
from .jsonschema import problem_of_schema
from .manifest import ManifestError, check_identity, check_oids
from .oid import Oid, OidLike
from .output import encode
from .schema import Json, schema_of

Severity = Literal["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"]
"""How much a notification matters (RFC 5424 section 6.2.1)."""


@dataclass(frozen=True)
class Found:
    """A varbind that was looked for."""

    position: int
    """Its place among the record's varbinds, counted from 0."""
    index: Oid
    """What follows the object in its name."""
    varbind: Json
    """The varbind: ``type``, ``value``, ``text``, ``hex`` and more."""

    @property
    def value(self) -> Any:
        """A number, or the value as text."""
        return self.varbind.get("value")


class TrapRecord:
    """A decoded notification. What it does not name here is in :attr:`json`."""

    def __init__(self, record: Json) -> None:
        self.json = record
        """The whole record, as the contract describes it."""

    @property
    def trap_oid(self) -> Oid | None:
        """The OID of the notification; None where the PDU does not say."""
        trap = self.json.get("trap")
        return Oid(trap["oid"]) if isinstance(trap, dict) and trap.get("oid") else None

    @property
    def varbinds(self) -> list[Json]:
        """What it carries, in the order of the PDU."""
        return [varbind for varbind in self.json.get("varbinds") or [] if isinstance(varbind, dict)]

    def find(self, object: OidLike) -> Found | None:
        """The first varbind that is an instance of ``object``."""
        for position, varbind in enumerate(self.varbinds):
            index = Oid(varbind["oid"]).index_below(object) if varbind.get("oid") else None
            if index is not None:
                return Found(position, index, varbind)
        return None


@dataclass
class TrapName:
    """What a notification is called."""

    name: str
    mib: str


@dataclass
class VarbindAdditions:
    """What a varbind is called and means; what is None is left as it is."""

    position: int
    name: str | None = None
    mib: str | None = None
    index: str | None = None
    text: str | None = None
    enum: str | None = None


@dataclass
class Additions:
    """What to add to a record: only what there is."""

    trap: TrapName | None = None
    severity: Severity | None = None
    varbinds: list[VarbindAdditions] = field(default_factory=list)
    decoded: dict[str, Any] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)

    def encoded(self) -> str | None:
        """The JSON of it; None where there is nothing to add."""
        members = {name: value for name, value in vars(self).items() if value}
        return encode(members, "additions") if members else None


Enrich = TypeVar("Enrich", bound=Callable[[TrapRecord], "Additions | None"])


class Enricher:
    """A plugin that adds what notifications mean. ``decoded`` is the type, or the schema, of what it puts there."""

    def __init__(
        self, name: str, version: str, summary: str, *, prefixes: Iterable[OidLike], decoded: Any = None
    ) -> None:
        self.name = name
        self.version = version
        self.summary = summary
        self.prefixes = [Oid(prefix) for prefix in prefixes]
        self.schema: Json = {"type": "object"} if decoded is None else _schema(decoded)
        self._enrich: Callable[[TrapRecord], Additions | None] | None = None
        check_identity(name, version, summary)
        check_oids("prefixes", self.prefixes, 3)
        if not self.prefixes:
            raise ManifestError("prefixes: there are none, so it would be for no notification")
        problem = problem_of_schema(self.schema)
        if problem:
            raise ManifestError(f"decoded: {problem}")

    def enrich(self, function: Enrich) -> Enrich:
        """Marks the function that says what to add to a record; None where there is nothing."""
        self._enrich = function
        return function

    def run(self, record: str) -> str | None:
        """The answer to one record. Raises what the plugin raises."""
        if self._enrich is None:
            raise Error(Kind.EXCEPTION, "no function is marked with `@enricher.enrich`")
        try:
            read = json.loads(record)
        except ValueError as error:
            raise Error(Kind.MALFORMED, f"this is no trap record: {error}") from error
        additions = self._enrich(TrapRecord(read))
        return None if additions is None else additions.encoded()

    def export(self) -> type:
        """The class that the component exports: ``TrapEnricher = enricher.export()``."""
        if self._enrich is None:
            raise ManifestError("no function is marked with `@enricher.enrich`")
        from . import component

        return component.trap_enricher(self)


def _schema(decoded: Any) -> Json:
    return dict(decoded) if isinstance(decoded, dict) else schema_of(decoded)
