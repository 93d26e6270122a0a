"""Tables and subtrees being read: iterated once, closed at their end, counted where something was odd."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, overload

from .index import Malformed
from .oid import Oid, dotted
from .seam import Level, Outcome, Status, TableSeam, WalkSeam
from .table import Table
from .values import Varbind

R = TypeVar("R")
T = TypeVar("T", bound=Table)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")

Log = Callable[[Level, str], None]

_EXAMPLES = 3


class Reading(Generic[R]):
    """What is being read, and how it ended. It begins when it is opened, so several are read at once: open all, then
    iterate. Each is iterated once; leaving a ``with`` block, or dropping it, ends it."""

    def __init__(self, reader: TableSeam | WalkSeam, log: Log) -> None:
        self._reader: TableSeam | WalkSeam | None = reader
        self._outcome: Outcome | None = None
        self._log = log

    def batches(self) -> Iterator[list[R]]:
        """The rows, as many at a time as the host hands over."""
        while self._reader is not None:
            batch = self._reader.next()
            if batch is None:
                self.close()
                self._report()
            else:
                yield self._converted(batch)

    def __iter__(self) -> Iterator[R]:
        for batch in self.batches():
            yield from batch

    @property
    def outcome(self) -> Outcome:
        """How it ended. Asked before the end, it ends it: rows that did not come yet are dropped."""
        if self._outcome is None and self._reader is not None:
            self._outcome = self._reader.outcome()
        return self._outcome or Outcome(Status.FAILED)

    @property
    def is_whole(self) -> bool:
        """Whether what came is what the agent has: the reading ended by itself."""
        return self.outcome.is_whole

    @property
    def is_empty(self) -> bool:
        """Whether the agent has nothing there, as far as one can know."""
        return self.is_whole and self.outcome.rows == 0

    def close(self) -> None:
        """Ends it."""
        if self._reader is not None:
            self._outcome = self.outcome
            self._reader.close()
            self._reader = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _converted(self, batch: list[Any]) -> list[R]:
        raise NotImplementedError

    def _report(self) -> None:
        """Tells the job's log what was odd."""


class Rows(Reading[R]):
    """A table being read."""

    def __init__(
        self, reader: TableSeam, log: Log, name: str, make: Callable[[list[int], list[Any]], tuple[R, list[str]]]
    ) -> None:
        super().__init__(reader, log)
        self._name = name
        self._make = make
        self._malformed: list[str] = []
        self._malformed_count = 0
        self._odd: dict[str, tuple[int, str]] = {}

    def _converted(self, batch: list[Any]) -> list[R]:
        rows: list[R] = []
        for row in batch:
            try:
                made, warnings = self._make(row.index, row.cells)
            except Malformed:
                self._malformed_count += 1
                if len(self._malformed) < _EXAMPLES:
                    self._malformed.append(dotted(row.index))
                continue
            rows.append(made)
            for warning in warnings:
                # Of a column that is odd everywhere one line with an example is enough.
                column, _, _ = warning.partition(":")
                count, example = self._odd.get(column, (0, f"{warning} at {dotted(row.index)}"))
                self._odd[column] = (count + 1, example)
        return rows

    def _report(self) -> None:
        if self._malformed_count:
            rows = "row" if self._malformed_count == 1 else "rows"
            examples = ", ".join(self._malformed)
            line = f"{self._name}: {self._malformed_count} {rows} left out for a malformed index, e.g. {examples}"
            self._log(Level.WARN, line)
        for count, example in self._odd.values():
            cells = "1 odd value" if count == 1 else f"{count} odd values, e.g."
            self._log(Level.WARN, f"{self._name}: {cells} {example}")


class Walk(Reading[Varbind]):
    """A subtree being read."""

    def _converted(self, batch: list[Any]) -> list[Varbind]:
        return [Varbind(Oid.of_arcs(varbind.name), varbind.value) for varbind in batch]


@overload
def side_by_side(a: Reading[A], /) -> tuple[list[A]]: ...
@overload
def side_by_side(a: Reading[A], b: Reading[B], /) -> tuple[list[A], list[B]]: ...
@overload
def side_by_side(a: Reading[A], b: Reading[B], c: Reading[C], /) -> tuple[list[A], list[B], list[C]]: ...
@overload
def side_by_side(
    a: Reading[A], b: Reading[B], c: Reading[C], d: Reading[D], /
) -> tuple[list[A], list[B], list[C], list[D]]: ...
@overload
def side_by_side(*readings: Reading[Any]) -> tuple[list[Any], ...]: ...
def side_by_side(*readings: Reading[Any]) -> tuple[list[Any], ...]:
    """Reads several tables to their ends, a batch of each in turn, so that none waits with full buffers for another."""
    rows: tuple[list[Any], ...] = tuple([] for _ in readings)
    open_ones: list[tuple[list[Any], Iterator[list[Any]]]] = [
        (found, reading.batches()) for found, reading in zip(rows, readings, strict=True)
    ]
    while open_ones:
        still_open = []
        for found, batches in open_ones:
            batch = next(batches, None)
            if batch is not None:
                found.extend(batch)
                still_open.append((found, batches))
        open_ones = still_open
    return rows


K = TypeVar("K")


def lookup(rows: Iterable[R], key: Callable[[R], K | None]) -> dict[K, R]:
    """Rows by a key, to join others with them. Of two with one key the first counts, and a row without a key none."""
    found: dict[K, R] = {}
    for row in rows:
        of_row = key(row)
        if of_row is not None:
            found.setdefault(of_row, row)
    return found


def join(
    left: Iterable[A], right: Iterable[B], left_key: Callable[[A], K | None], right_key: Callable[[B], K | None]
) -> Iterator[tuple[A, B | None]]:
    """Each row of the left, with the first one of the right that has the same key, or None.

    Tables that share their whole index need no join: declare their columns in one :class:`Table`.
    """
    others = lookup(right, right_key)
    for row in left:
        key = left_key(row)
        yield row, None if key is None else others.get(key)
