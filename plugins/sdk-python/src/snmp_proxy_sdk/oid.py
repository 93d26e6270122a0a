"""Object identifiers: arcs for programs, dotted text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import total_ordering

MOST_ARCS = 128
"""The most arcs of an object identifier (RFC 2578 section 3.5)."""

_MOST_ARC = 0xFFFF_FFFF


@total_ordering
class Oid:
    """An OBJECT IDENTIFIER, or a part of one: ``Oid("1.3.6.1.2.1")``, ``Oid((1, 3, 6))``, ``Oid("1.3") + (6, 1)``.

    It compares arc by arc, also with tuples; its text is the dotted form without a leading dot, and so is its JSON.
    """

    __slots__ = ("arcs",)

    arcs: tuple[int, ...]
    """The arcs, first arc first: numbers from 0 to 4294967295."""

    def __init__(self, arcs: str | Oid | Iterable[int]) -> None:
        if isinstance(arcs, Oid):
            self.arcs = arcs.arcs
            return
        if isinstance(arcs, str):
            self.arcs = _parsed(arcs)
        else:
            self.arcs = tuple(arcs)
            for arc in self.arcs:
                if type(arc) is not int or not 0 <= arc <= _MOST_ARC:
                    raise ValueError(f"{arc!r} is not an arc: arcs are whole numbers from 0 to {_MOST_ARC}")
        if len(self.arcs) > MOST_ARCS:
            raise ValueError(f"an OID has at most {MOST_ARCS} arcs, and this has {len(self.arcs)}")

    @classmethod
    def of_arcs(cls, arcs: Iterable[int]) -> Oid:
        """Arcs that are known to be some, as the host hands them over: nothing is checked."""
        oid = cls.__new__(cls)
        oid.arcs = tuple(arcs)
        return oid

    def starts_with(self, prefix: OidLike) -> bool:
        """Whether it is ``prefix`` or lies below it."""
        arcs = Oid(prefix).arcs
        return self.arcs[: len(arcs)] == arcs

    def index_below(self, prefix: OidLike) -> Oid | None:
        """What follows ``prefix``; None where it does not begin with it."""
        prefix = Oid(prefix)
        return Oid.of_arcs(self.arcs[len(prefix.arcs) :]) if self.starts_with(prefix) else None

    def __add__(self, more: OidLike) -> Oid:
        return Oid(self.arcs + Oid(more).arcs)

    def __len__(self) -> int:
        return len(self.arcs)

    def __iter__(self) -> Iterator[int]:
        return iter(self.arcs)

    def __getitem__(self, position: int) -> int:
        return self.arcs[position]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Oid):
            return self.arcs == other.arcs
        return self.arcs == other if isinstance(other, tuple) else NotImplemented

    def __lt__(self, other: Oid | tuple[int, ...]) -> bool:
        return self.arcs < (other.arcs if isinstance(other, Oid) else other)

    def __hash__(self) -> int:
        return hash(self.arcs)

    def __str__(self) -> str:
        return dotted(self.arcs)

    def __repr__(self) -> str:
        return f'Oid("{self}")'


OidLike = str | Oid | Iterable[int]
"""What is taken for an OID: dotted text, an :class:`Oid`, or its arcs."""


def dotted(arcs: Iterable[int]) -> str:
    """The dotted form, without a leading dot."""
    return ".".join(map(str, arcs))


def _parsed(text: str) -> tuple[int, ...]:
    parts = text.removeprefix(".").split(".")
    for part in parts:
        # `int` takes signs, blanks, underscores and the digits of other scripts.
        if not (part.isascii() and part.isdigit()) or int(part) > _MOST_ARC:
            raise ValueError(f"`{text[:80]}` is not an OID: `{part[:20]}` is no number from 0 to {_MOST_ARC}")
    return tuple(map(int, parts))
