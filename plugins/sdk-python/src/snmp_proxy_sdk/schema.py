"""JSON Schemas from Python's types, in the keywords that the contract takes.

``schema_of(list[Fan])`` where ``Fan`` is a dataclass or a ``TypedDict``. ``Annotated`` says more::

    @dataclass
    class Fan:
        index: Annotated[int, Schema(minimum=1)]
        speed: Annotated[int | None, Unit("rpm"), Schema(description="As the sensor says.")] = None

A field whose default is None need not be there, and is left out of the result where it is None.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from .oid import Oid

Json = dict[str, Any]


class Schema:
    """Further keywords of a schema, for ``Annotated``: ``Schema(minimum=0, description="...")``."""

    def __init__(self, **keywords: Any) -> None:
        self.keywords = keywords


@dataclass(frozen=True)
class Unit:
    """The unit of a column's numbers, for ``Annotated``: ``bit/s``, ``kbit/s``, ``Mbit/s``, ``octets``, ``s``, ``ms``
    and ``TimeTicks`` are written as people say them; any other, such as ``%``, stands behind the number."""

    unit: str


@dataclass(frozen=True)
class Title:
    """What stands above a column instead of its name, for ``Annotated``."""

    title: str


def schema_of(kind: Any) -> Json:
    """The JSON Schema of a type. Raises ``TypeError`` with the place where a type has none."""
    making = _Making()
    schema = making.schema(kind, _name(kind))
    return {**schema, "$defs": making.definitions} if making.definitions else schema


@dataclass(frozen=True)
class Field:
    """A member of an object, as a dataclass or a ``TypedDict`` declares it."""

    name: str
    kind: Any
    """Its type, ``Annotated`` included."""
    is_required: bool

    def annotations(self) -> tuple[Any, ...]:
        """What ``Annotated`` says of it."""
        return get_args(self.kind)[1:] if get_origin(self.kind) is Annotated else ()


def is_object(kind: Any) -> bool:
    """Whether this is a dataclass or a ``TypedDict``."""
    return is_typeddict(kind) or (isinstance(kind, type) and dataclasses.is_dataclass(kind))


def fields_of(kind: Any) -> list[Field]:
    """The members of a dataclass or a ``TypedDict``."""
    hints = get_type_hints(kind, include_extras=True)
    if is_typeddict(kind):
        return [Field(name, _without_required(hint), name in kind.__required_keys__) for name, hint in hints.items()]
    missing = dataclasses.MISSING
    return [
        Field(field.name, hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(kind)
    ]


def row_of(kind: Any) -> list[Field]:
    """The columns of a section: of the objects that it is a list of, or of the one that it is."""
    kind = _bare(kind)
    if get_origin(kind) in (list, tuple, Sequence):
        kind = _bare(get_args(kind)[0])
    return fields_of(kind) if is_object(kind) else []


class _Making:
    def __init__(self) -> None:
        self.definitions: dict[str, Json] = {}
        self._active: list[Any] = []
        self._recursive: set[str] = set()

    def schema(self, kind: Any, where: str) -> Json:
        if get_origin(kind) is Annotated:
            bare, *annotations = get_args(kind)
            schema = self.schema(bare, where)
            for annotation in annotations:
                if isinstance(annotation, Schema):
                    schema = {**schema, **annotation.keywords}
            return schema
        simple = _SIMPLE.get(kind) if isinstance(kind, type) else None
        if simple is not None:
            return dict(simple)
        if kind is Any or kind is object:
            return {}
        if kind is None:
            return {"type": "null"}
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, types.UnionType):
            return self._union([self.schema(argument, where) for argument in arguments])
        if origin in (list, Sequence, set, frozenset):
            return {"type": "array", "items": self.schema(arguments[0], f"{where}[]")}
        if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": self.schema(arguments[0], f"{where}[]")}
        if origin in (dict, Mapping) and arguments[0] is str:
            return {"type": "object", "additionalProperties": self.schema(arguments[1], f"{where}.*")}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if is_object(kind):
            return self._object(kind, where)
        raise TypeError(f"{where}: there is no JSON Schema for {_name(kind)}")

    def _object(self, kind: Any, where: str) -> Json:
        name = _name(kind)
        if kind in self._active:
            self._recursive.add(name)
            return {"$ref": f"#/$defs/{name}"}
        self._active.append(kind)
        fields = fields_of(kind)
        properties = {field.name: self.schema(field.kind, f"{where}.{field.name}") for field in fields}
        schema: Json = {"type": "object", "properties": properties}
        required = [field.name for field in fields if field.is_required]
        if required:
            schema["required"] = required
        schema["additionalProperties"] = False
        self._active.pop()
        if name not in self._recursive:
            return schema
        self.definitions[name] = schema
        return {"$ref": f"#/$defs/{name}"}

    @staticmethod
    def _union(schemas: list[Json]) -> Json:
        if all(schema.keys() == {"type"} for schema in schemas):
            return {"type": [schema["type"] for schema in schemas]}
        null = {"type": "null"}
        others = [schema for schema in schemas if schema != null]
        if len(others) == 1 and len(schemas) == 2 and isinstance(others[0].get("type"), str):
            return {**others[0], "type": [others[0]["type"], "null"]}
        return {"anyOf": schemas}


_SIMPLE: dict[type, Json] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    type(None): {"type": "null"},
    Oid: {"type": "string"},
    IPv4Address: {"type": "string", "format": "ipv4"},
    IPv6Address: {"type": "string", "format": "ipv6"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    dict: {"type": "object"},
    list: {"type": "array"},
}


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _without_required(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) in (typing.Required, typing.NotRequired) else hint


def _name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)
