"""What a plugin says about itself, put together from its types and checked as the host checks it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .jsonschema import problem_of_schema
from .oid import Oid, OidLike
from .schema import Json, Title, Unit, row_of, schema_of
from .table import Scalars, Table

Hints = list[tuple[str, str]]
Reads = OidLike | type[Table] | type[Scalars]

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
_MOST_NAME = 64


class ManifestError(ValueError):
    """What is wrong with a manifest. It shows when the plugin's module is imported, in a test or while it is built."""


@dataclass(frozen=True)
class Section:
    """A part of the result that a plugin fills: its key, and the type or the JSON Schema of its value.

    People see a section as a table. ``columns``: those worth a place on a screen, the most useful first. ``key``: those
    that together tell one row from another. ``titles`` and ``units``: what stands above a column, and the unit of its
    numbers; :class:`Title` and :class:`Unit` in the type say the same.
    """

    name: str
    shape: Any
    """A type, e.g. ``list[Fan]``, or a JSON Schema as a dictionary."""
    key: Iterable[str] = ()
    columns: Iterable[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def schema(self) -> Json:
        """The JSON Schema of its value."""
        return dict(self.shape) if isinstance(self.shape, Mapping) else schema_of(self.shape)

    def hints(self) -> Hints:
        """How people see it."""
        hints = [(name, ",".join(names)) for name, names in (("columns", self.columns), ("key", self.key)) if names]
        titles, units = dict(self.titles), dict(self.units)
        for column in () if isinstance(self.shape, Mapping) else row_of(self.shape):
            for annotation in column.annotations():
                if isinstance(annotation, Title):
                    titles.setdefault(column.name, annotation.title)
                elif isinstance(annotation, Unit):
                    units.setdefault(column.name, annotation.unit)
        hints += [(f"title.{column}", title) for column, title in titles.items()]
        return hints + [(f"unit.{column}", unit) for column, unit in units.items()]


@dataclass(frozen=True)
class DescribedSection:
    """A section as the host is told of it."""

    name: str
    schema: Json
    hints: Hints


@dataclass(frozen=True)
class Manifest:
    """What a plugin is and needs, as the host is told of it."""

    name: str
    version: str
    summary: str
    sections: list[DescribedSection]
    reads: list[Oid]
    device_prefixes: list[Oid]
    params_schema: Json
    hints: Hints

    def check(self) -> None:
        """Raises :class:`ManifestError` for the first thing that the host would refuse."""
        check_identity(self.name, self.version, self.summary)
        _require(1 <= len(self.sections) <= 32, f"sections: there are {len(self.sections)}, and 1 to 32 are possible")
        names = [section.name for section in self.sections]
        for section in self.sections:
            where = f"section `{section.name}`"
            _require(_is(_SNAKE, section.name), f"{where}: the name is not lower_snake_case of at most 64 octets")
            _require(names.count(section.name) == 1, f"{where} is there twice")
            _check_schema(where, section.schema)
            _check_columns(where, section)
        _check_schema("params", self.params_schema)
        _require(self.params_schema.get("type") == "object", "params: the schema is not that of an object")
        check_oids("reads", self.reads, 3)
        check_oids("device_prefixes", self.device_prefixes, 2)
        for name, value in self.hints:
            if name == "probe":
                self._check_probe(value)
            elif name == "uses":
                for used in value.split(","):
                    _require(_is(_SNAKE, used), f"uses: `{used}` is not the name of a section")

    def declares(self, name: Iterable[int]) -> bool:
        """Whether the plugin declares that it reads this name."""
        arcs = tuple(name)
        return any(arcs[: len(subtree)] == subtree.arcs for subtree in self.reads)

    def uses(self) -> frozenset[str]:
        """The sections of other plugins that it asks for."""
        return frozenset(name for hint, value in self.hints if hint == "uses" for name in value.split(","))

    def _check_probe(self, value: str) -> None:
        for probed in value.split(","):
            _require(self.declares(Oid(probed)), f"probe: {probed} is in none of the subtrees of `reads`")


def oids_read(reads: Iterable[Reads]) -> list[Oid]:
    """The subtrees that these are: OIDs, the columns of tables, the instances of scalars; each once."""
    oids: dict[Oid, None] = {}
    for read in reads:
        if isinstance(read, type) and issubclass(read, Table):
            oids.update(dict.fromkeys(read.columns()))
        elif isinstance(read, type) and issubclass(read, Scalars):
            oids.update(dict.fromkeys(read.names()))
        else:
            oids[Oid(read)] = None
    return list(oids)


def check_identity(name: str, version: str, summary: str) -> None:
    """Checks what plugins of every kind say about themselves."""
    _require(_is(_KEBAB, name), f"name: `{name}` is not lower-kebab-case of at most {_MOST_NAME} octets")
    _require(_SEMVER.fullmatch(version) is not None, f"version: `{version}` is not a version as semver.org describes")
    one_line = summary.strip() and summary.isprintable() and len(summary.encode()) <= 500
    _require(bool(one_line), "summary: it is not one line of 1 to 500 octets")


def check_oids(field: str, oids: list[Oid], least: int) -> None:
    """Checks OIDs in a list."""
    _require(len(oids) <= 256, f"{field}: there are {len(oids)}, and at most 256 are possible")
    for oid in oids:
        _require(len(oid) >= least, f"{field}: `{oid}` has fewer than {least} arcs")
        is_one = oid[0] == 2 or (oid[0] < 2 and oid[1] < 40)
        _require(is_one, f"{field}: `{oid}` starts with arcs that no OID has")


def _check_schema(where: str, schema: Json) -> None:
    problem = problem_of_schema(schema)
    _require(problem is None, f"{where}: {problem}")
    _require(len(json.dumps(schema)) <= 256 << 10, f"{where}: the schema has more than 262144 octets")


def _check_columns(where: str, section: DescribedSection) -> None:
    """Whether the hints are on columns that there are: a misspelt one would never be shown."""
    rows: Any = section.schema.get("items", section.schema)
    reference = rows.get("$ref", "") if isinstance(rows, dict) else ""
    if reference.startswith("#/$defs/"):
        rows = section.schema["$defs"][reference.removeprefix("#/$defs/")]
    known = rows.get("properties", {}) if isinstance(rows, dict) else {}
    for name, value in section.hints:
        _, dot, column = name.partition(".")
        for named in [column] if dot else value.split(","):
            _require(named in known, f"{where}: {name} names `{named}`, which is no column")


def _is(pattern: re.Pattern[str], name: str) -> bool:
    return len(name) <= _MOST_NAME and pattern.fullmatch(name) is not None


def _require(is_so: bool, problem: str) -> None:
    if not is_so:
        raise ManifestError(problem)
