"""Tables and groups of scalars, as classes whose attributes are their columns."""

from __future__ import annotations

from typing import Any, ClassVar

from .column import Column
from .convert import Warnings, cell
from .index import Part, Reader
from .oid import Oid, OidLike
from .values import Value


class _Objects:
    """What tables and groups of scalars share: the objects that a class declares, in their order."""

    _columns: ClassVar[dict[str, Column]] = {}
    _oids: ClassVar[tuple[Oid, ...]] = ()

    warnings: Warnings
    """What was odd about the values of this row, a line each."""

    def __init__(self, **values: Any) -> None:
        """Makes a row by hand, for a test. What is not given is None."""
        for attribute in values:
            if attribute not in self._attributes():
                raise TypeError(f"{type(self).__name__} has no `{attribute}`")
        self.__dict__.update(dict.fromkeys(self._attributes()), **values)
        self.warnings = []

    @classmethod
    def _attributes(cls) -> list[str]:
        return list(cls._columns)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={self.__dict__.get(name)!r}" for name in self._attributes())
        return f"{type(self).__name__}({values})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """The values by the names of their attributes."""
        return {name: self.__dict__[name] for name in self._attributes()}


def _declared(cls: type, entry: Oid | None) -> tuple[dict[str, Column], tuple[Oid, ...]]:
    columns: dict[str, Column] = {}
    for base in reversed(cls.__mro__):
        for attribute, declared in vars(base).items():
            if isinstance(declared, Column):
                name = declared.name or attribute
                columns[attribute] = Column(declared.place, name, declared.convert)
    if not columns:
        raise TypeError(f"{cls.__name__} declares no column")
    return columns, tuple(column.oid(entry) for column in columns.values())


class Table(_Objects):
    """A table, and the columns of it that a plugin reads::

        class Interface(Table, entry="1.3.6.1.2.1.2.2.1", name="ifTable"):
            index = index.u32()
            descr = column.text(2, "ifDescr")

    An instance is a row. ``entry`` is the table's conceptual row; ``name`` is the table's name in its MIB, for
    messages. Columns may be of several tables that share their index.
    """

    table_name: ClassVar[str] = ""
    """The table's name in its MIB."""
    entry: ClassVar[Oid | None] = None
    """The table's conceptual row."""
    _parts: ClassVar[dict[str, Part]] = {}
    _only_part: ClassVar[str | None] = None
    """The attribute of the index, where that is one number, as it is for most tables."""
    _arcs: list[int]

    def __init_subclass__(cls, *, entry: OidLike | None = None, name: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if entry is not None:
            cls.entry = Oid(entry)
        cls.table_name = name or cls.table_name or cls.__name__
        parts = {attribute: part for attribute, part in vars(cls).items() if isinstance(part, Part)}
        cls._parts = {**cls._parts, **parts}
        is_one_number = [part.read for part in cls._parts.values()] == [Reader.u32]
        cls._only_part = next(iter(cls._parts)) if is_one_number else None
        cls._columns, cls._oids = _declared(cls, cls.entry)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._arcs = []

    @property
    def row_index(self) -> Oid:
        """The whole index: what follows the column in the names of the cells."""
        return Oid.of_arcs(self._arcs)

    @classmethod
    def _attributes(cls) -> list[str]:
        return [*cls._parts, *cls._columns]

    @classmethod
    def columns(cls) -> tuple[Oid, ...]:
        """The columns in full, as the manifest declares that they are read."""
        return cls._oids

    @classmethod
    def column(cls, attribute: str) -> Oid:
        """One column in full, by the attribute that has it."""
        return cls._oids[list(cls._columns).index(attribute)]

    @classmethod
    def _row(cls, arcs: list[int], cells: list[Value | None]) -> Any:
        """Makes a row of what the host hands over; raises :class:`index.Malformed`."""
        row = cls.__new__(cls)
        values = row.__dict__
        warnings: Warnings = []
        if cls._only_part is not None and len(arcs) == 1:
            values[cls._only_part] = arcs[0]
        elif cls._parts:
            reader = Reader(arcs)
            for attribute, part in cls._parts.items():
                values[attribute] = part.read(reader)
            reader.end()
        for (attribute, column), value in zip(cls._columns.items(), cells, strict=True):
            if value is None:
                values[attribute] = None
                continue
            read = column.convert.expected.get(type(value))
            values[attribute] = cell(column.convert, column.name, value, warnings) if read is None else read(value)
        values["_arcs"] = arcs
        values["warnings"] = warnings
        return row


class Scalars(_Objects):
    """Objects with one instance, which are read like a row::

        class System(Scalars):
            name = column.text("1.3.6.1.2.1.1.5.0", "sysName")

    Each is named in full, with the ``.0`` of its only instance. The cells of a table are read with ``device.get``.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._columns, cls._oids = _declared(cls, None)
        for (attribute, column), oid in zip(cls._columns.items(), cls._oids, strict=True):
            if oid[-1] != 0:
                where = f"{cls.__name__}.{attribute} ({column.name})"
                raise ValueError(f"{where}: {oid} is an object, and its only instance ends with .0: write {oid}.0")

    @classmethod
    def names(cls) -> tuple[Oid, ...]:
        """The instances, as the manifest declares that they are read."""
        return cls._oids

    @classmethod
    def _of(cls, values: list[Value]) -> Any:
        scalars = cls()
        for (attribute, column), value in zip(cls._columns.items(), values, strict=True):
            scalars.__dict__[attribute] = cell(column.convert, column.name, value, scalars.warnings)
        return scalars
