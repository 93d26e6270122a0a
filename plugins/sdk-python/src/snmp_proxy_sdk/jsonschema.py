"""Checks a JSON value against a JSON Schema of the contract's keywords, in the host's words.

The host checks sections and parameters by itself; tests of a plugin check them here, without the host.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": lambda value: _is_number(value),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}

_TEXTS = ("$schema", "$comment", "title", "description", "format")
_SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_RANGES = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_DEPTH = 200


def problem_of_schema(schema: Any) -> str | None:
    """What is wrong with a schema: a keyword that the contract does not know, or one of the wrong type."""
    places: set[str] = set()
    references: list[tuple[str, str]] = []
    problem = _schema(schema, "", places, references)
    if problem:
        return problem
    for at, to in references:
        if to not in places:
            return _at(at, f"`$ref` to `#{to}`, where no schema is")
    return None


def mismatch(schema: Any, value: Any) -> str | None:
    """Where and why a value is not as the schema says: ``[3].mac: 7 is not a string``. None where it is."""
    found = _Checking(schema).check(schema, value, 0)
    if found is None:
        return None
    path, rule = found
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return f"{shown}: {rule}" if shown else rule


_Mismatch = tuple[list[int | str], str]


class _Checking:
    def __init__(self, root: Any) -> None:
        self.root = root

    def check(self, schema: Any, value: Any, depth: int) -> _Mismatch | None:
        if isinstance(schema, bool):
            return None if schema else ([], "nothing is allowed here")
        if depth > _DEPTH:
            return [], f"not checked to its end: the schema is nested more than {_DEPTH} deep"
        for keyword, wanted in schema.items():
            check = getattr(self, "_" + keyword.removeprefix("$"), None)
            found = check(wanted, value, schema, depth + 1) if check else _simple(keyword, wanted, value)
            if found is not None:
                return found
        return None

    def _items(self, wanted: Any, value: Any, _schema: Any, depth: int) -> _Mismatch | None:
        for position, item in enumerate(value if isinstance(value, list) else ()):
            found = self.check(wanted, item, depth)
            if found is not None:
                return [position, *found[0]], found[1]
        return None

    def _properties(self, _wanted: Any, value: Any, schema: Any, depth: int) -> _Mismatch | None:
        known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name, member in value.items() if isinstance(value, dict) else ():
            found = self.check(known.get(name, others), member, depth)
            if found is not None:
                return [name, *found[0]], found[1]
        return None

    def _additionalProperties(self, wanted: Any, value: Any, schema: Any, depth: int) -> _Mismatch | None:
        return None if "properties" in schema else self._properties(wanted, value, schema, depth)

    def _ref(self, wanted: Any, value: Any, _schema: Any, depth: int) -> _Mismatch | None:
        to = self.root
        for step in wanted.removeprefix("#").split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            to = to[int(step)] if isinstance(to, list) else to[step]
        return self.check(to, value, depth)

    def _allOf(self, wanted: Any, value: Any, _schema: Any, depth: int) -> _Mismatch | None:
        return next((found for schema in wanted if (found := self.check(schema, value, depth)) is not None), None)

    def _anyOf(self, wanted: Any, value: Any, _schema: Any, depth: int) -> _Mismatch | None:
        found = [self.check(schema, value, depth) for schema in wanted]
        return None if None in found else self._furthest(found, value)

    def _oneOf(self, wanted: Any, value: Any, _schema: Any, depth: int) -> _Mismatch | None:
        found = [self.check(schema, value, depth) for schema in wanted]
        fitting = found.count(None)
        if fitting > 1:
            return [], f"{_shown(value)} is several of the things of which it may be one"
        return None if fitting == 1 else self._furthest(found, value)

    def _not(self, wanted: Any, value: Any, _schema: Any, depth: int) -> _Mismatch | None:
        fits = self.check(wanted, value, depth) is None
        return ([], f"{_shown(value)} is what must not be here") if fits else None

    @staticmethod
    def _furthest(found: list[_Mismatch | None], value: Any) -> _Mismatch:
        """Where nothing fits, the alternative says most that got furthest into the value."""
        furthest = max((mismatch for mismatch in found if mismatch is not None), key=lambda mismatch: len(mismatch[0]))
        if len(found) == 1 or furthest[0]:
            return furthest
        return [], f"{_shown(value)} is none of the {len(found)} things it may be"


def _simple(keyword: str, wanted: Any, value: Any) -> _Mismatch | None:
    problem = None
    if keyword == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        if not any(_TYPES[name](value) for name in names):
            problem = f"{_shown(value)} is not " + " or ".join(_with_article(name) for name in names)
    elif keyword == "enum":
        if not any(_same(known, value) for known in wanted):
            problem = f"{_shown(value)} is none of {', '.join(map(_shown, wanted))}"
    elif keyword == "const":
        problem = None if _same(wanted, value) else f"{_shown(value)} is not {_shown(wanted)}"
    elif keyword in _RANGES and _is_number(value):
        is_fine, words = {
            "minimum": (value >= wanted, "below"),
            "exclusiveMinimum": (value > wanted, "not above"),
            "maximum": (value <= wanted, "above"),
            "exclusiveMaximum": (value < wanted, "not below"),
        }[keyword]
        problem = None if is_fine else f"{value} is {words} {wanted}"
    elif keyword in _SIZES:
        problem = _size(keyword, wanted, value)
    elif keyword == "required" and isinstance(value, dict):
        problem = next((f"`{name}` is missing" for name in wanted if name not in value), None)
    return None if problem is None else ([], problem)


def _size(keyword: str, limit: int, value: Any) -> str | None:
    what = {"Length": (str, "characters"), "Items": (list, "items"), "Properties": (dict, "members")}
    kind, words = what[keyword[3:]]
    if not isinstance(value, kind):
        return None
    size = len(value)
    if keyword.startswith("min"):
        return f"{size} {words} are fewer than {limit}" if size < limit else None
    return f"{size} {words} are more than {limit}" if size > limit else None


def _schema(schema: Any, at: str, places: set[str], references: list[tuple[str, str]]) -> str | None:
    places.add(at)
    if isinstance(schema, bool):
        return None
    if not isinstance(schema, dict):
        return _at(at, "a schema is an object, `true` or `false`")
    for keyword, value in schema.items():
        found = _keyword(keyword, value, at, places, references)
        if found:
            return found
    return None


def _keyword(keyword: str, value: Any, at: str, places: set[str], references: list[tuple[str, str]]) -> str | None:
    wrong = None
    if keyword in ("items", "additionalProperties", "not"):
        return _schema(value, f"{at}/{keyword}", places, references)
    if keyword in ("properties", "$defs"):
        if not isinstance(value, dict):
            return _at(at, f"`{keyword}` is not an object")
        named = ((name.replace("~", "~0").replace("/", "~1"), schema) for name, schema in value.items())
        schemas = ((f"{at}/{keyword}/{name}", schema) for name, schema in named)
        return next((found for place, one in schemas if (found := _schema(one, place, places, references))), None)
    if keyword in ("allOf", "anyOf", "oneOf"):
        if not isinstance(value, list) or not value:
            return _at(at, f"`{keyword}` is not an array of schemas")
        several = enumerate(value)
        checked = (_schema(one, f"{at}/{keyword}/{place}", places, references) for place, one in several)
        return next((found for found in checked if found), None)
    if keyword == "$ref":
        if not isinstance(value, str) or not value.startswith("#"):
            return _at(at, "`$ref` is not `#` and a JSON pointer")
        references.append((at, value[1:]))
    elif keyword == "type":
        names = value if isinstance(value, list) else [value]
        wrong = None if names and all(name in _TYPES for name in names) else "a type or several"
    elif keyword == "enum":
        wrong = None if isinstance(value, list) else "an array"
    elif keyword in _RANGES:
        wrong = None if _is_number(value) else "a number"
    elif keyword in _SIZES:
        wrong = None if type(value) is int and value >= 0 else "a whole number from 0 on"
    elif keyword == "required":
        is_names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        wrong = None if is_names else "an array of names"
    elif keyword in _TEXTS:
        wrong = None if isinstance(value, str) else "a text"
    elif keyword in ("deprecated", "readOnly", "writeOnly"):
        wrong = None if isinstance(value, bool) else "true or false"
    elif keyword not in ("const", "default", "examples") and not keyword.startswith("x-"):
        return _at(at, f"the keyword `{keyword[:64]}` is not known")
    return None if wrong is None else _at(at, f"`{keyword}` is not {wrong}")


def _at(at: str, problem: str) -> str:
    return f"at {at}: {problem}" if at else problem


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same: numbers by their value, and `true` is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return bool(one == other)


def _with_article(name: str) -> str:
    return name if name == "null" else f"an {name}" if name in ("integer", "array", "object") else f"a {name}"


def _shown(value: Any) -> str:
    if isinstance(value, list) and value:
        return f"an array of {len(value)}"
    if isinstance(value, dict) and value:
        return f"an object of {len(value)}"
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:60] + "…"}"'
    return json.dumps(value)
