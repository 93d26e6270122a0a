"""The parameters of a request, from JSON into the class that a plugin declares."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, is_typeddict

from .errors import Error, Kind
from .jsonschema import mismatch
from .schema import Json, fields_of, is_object

_Read = Callable[[Any], Any]


def reader_of(kind: Any, schema: Json) -> Callable[[str], Any]:
    """What makes parameters of their JSON. Made when a plugin is built, since it asks for the types of fields."""
    read = _of(kind) or (lambda value: value)

    def params(text: str) -> Any:
        try:
            value = json.loads(text)
        except ValueError as error:
            raise Error(Kind.INVALID_ARGUMENT, f"the parameters are no JSON: {error}") from error
        wrong = mismatch(schema, value)
        if wrong:
            raise Error(Kind.INVALID_ARGUMENT, f"bad parameters: {wrong}")
        return read(value)

    return params


def _of(kind: Any) -> _Read | None:
    """How a value that fits the type's schema becomes one of the type; None where it is one already."""
    if get_origin(kind) is Annotated:
        return _of(get_args(kind)[0])
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        others = [argument for argument in arguments if argument is not type(None)]
        read = _of(others[0]) if len(others) == 1 else None
        return read and (lambda value: None if value is None else read(value))
    if origin is list:
        item = _of(arguments[0])
        return item and (lambda value: [item(one) for one in value])
    if origin is dict:
        member = _of(arguments[1])
        return member and (lambda value: {name: member(one) for name, one in value.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if is_object(kind):
        return _object(kind)
    if kind is float:
        return float
    return None


def _object(kind: Any) -> _Read:
    reads = {field.name: made for field in fields_of(kind) if (made := _of(field.kind))}

    def read(value: Any) -> Any:
        members = {name: reads[name](one) if name in reads else one for name, one in value.items()}
        return members if is_typeddict(kind) else kind(**members)

    return read
