"""Schemas, parameters, results, manifests, and how exceptions are told."""

import json
import unittest
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import snmp_proxy_sdk
from snmp_proxy_sdk import (
    Device,
    Error,
    ManifestError,
    Named,
    Oid,
    Plugin,
    Schema,
    Section,
    Table,
    Title,
    Unit,
    column,
    report,
)
from snmp_proxy_sdk.build import BuildError, build
from snmp_proxy_sdk.jsonschema import mismatch, problem_of_schema
from snmp_proxy_sdk.output import encode
from snmp_proxy_sdk.schema import schema_of
from snmp_proxy_sdk.testing import RecordedDevice, every_fault, run
from snmp_proxy_sdk.traps import Additions, Enricher, TrapName, TrapRecord, VarbindAdditions

ROOT = Path(__file__).parents[3]


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass
class Port:
    number: int
    tags: list[str] = field(default_factory=list)


@dataclass
class Fan:
    index: Annotated[int, Schema(minimum=1)]
    speed: Annotated[int | None, Unit("rpm"), Title("rpm")] = None
    mode: Mode | None = None
    ports: list[Port] = field(default_factory=list)


class Row(TypedDict):
    name: str
    note: NotRequired[str | None]


@dataclass
class Tree:
    name: str
    below: list["Tree"]


class Schemas(unittest.TestCase):
    def test_a_schema_is_made_of_a_type(self) -> None:
        for kind, expected in [
            (int | None, {"type": ["integer", "null"]}),
            (list[float], {"type": "array", "items": {"type": "number"}}),
            (dict[str, bool], {"type": "object", "additionalProperties": {"type": "boolean"}}),
            (Literal["a", "b"], {"enum": ["a", "b"]}),
            (Mode, {"enum": ["fast", "slow"]}),
            (int | list[str], {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}]}),
            (Any, {}),
            (Oid | None, {"type": ["string", "null"]}),
            (
                Row,
                {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "note": {"type": ["string", "null"]}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
            ),
        ]:
            with self.subTest(kind):
                self.assertEqual(schema_of(kind), expected)
        fan = schema_of(Fan)
        self.assertEqual(fan["properties"]["index"], {"type": "integer", "minimum": 1})
        self.assertEqual(fan["required"], ["index"])
        self.assertEqual(problem_of_schema(fan), None)

    def test_a_type_that_holds_itself_is_a_definition(self) -> None:
        schema = schema_of(list[Tree])
        self.assertIsNone(problem_of_schema(schema))
        self.assertIsNone(mismatch(schema, [{"name": "a", "below": [{"name": "b", "below": []}]}]))
        self.assertEqual(
            mismatch(schema, [{"name": "a", "below": [{"name": 1, "below": []}]}]),
            "[0].below[0].name: 1 is not a string",
        )

    def test_a_type_without_a_schema_is_named_with_its_place(self) -> None:
        for kind, place in [(bytes, "bytes"), (list[complex], r"\[\]: .*complex"), (dict[int, str], "dict")]:
            with self.subTest(kind), self.assertRaisesRegex(TypeError, place):
                schema_of(kind)

    def test_a_value_is_held_against_a_schema_in_the_words_of_the_host(self) -> None:
        rows = {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"mac": {"type": "string"}, "mtu": {"type": ["integer", "null"], "minimum": 0}},
                "required": ["mac"],
                "additionalProperties": False,
            },
        }
        for schema, value, expected in [
            (rows, [{"mac": "a", "mtu": None}, {"mac": "b", "mtu": 1}], None),
            (rows, {}, "{} is not an array"),
            (rows, [{"mac": 1}], "[0].mac: 1 is not a string"),
            (rows, [{"mac": "a"}, {}], "[1]: `mac` is missing"),
            (rows, [{"mac": "a", "mtu": -1}], "[0].mtu: -1 is below 0"),
            (rows, [{"mac": "a", "mtu": "1"}], '[0].mtu: "1" is not an integer or null'),
            (rows, [{"mac": "a", "mtu": True}], "[0].mtu: true is not an integer or null"),
            (rows, [{"mac": "a", "x": 1}], "[0].x: nothing is allowed here"),
            (
                {"type": "integer", "maximum": 2**64 - 2},
                2**64 - 1,
                "18446744073709551615 is above 18446744073709551614",
            ),
            ({"type": "integer"}, 1.0, None),
            ({"type": "integer"}, 1.5, "1.5 is not an integer"),
            ({"const": 1}, 1.0, None),
            ({"const": 1}, True, "true is not 1"),
            ({"exclusiveMinimum": 0}, 0, "0 is not above 0"),
            ({"minLength": 2}, "ö", "1 characters are fewer than 2"),
            ({"maxItems": 1}, [1, 2], "2 items are more than 1"),
            ({"minProperties": 1}, {}, "0 members are fewer than 1"),
            ({"minItems": 3, "minLength": 3, "minimum": 3, "required": ["a"]}, None, None),
            ({"not": {"type": "string"}}, "a", '"a" is what must not be here'),
            ({"oneOf": [{"type": "integer"}, {"minimum": 0}]}, 1, "1 is several of the things of which it may be one"),
        ]:
            with self.subTest(schema=schema, value=value):
                self.assertEqual(mismatch(schema, value), expected)

    def test_what_would_not_be_checked_is_refused_with_its_place(self) -> None:
        for schema, expected in [
            ({"items": {"pattern": "a"}}, "at /items: the keyword `pattern` is not known"),
            ({"patternProperties": {}}, "the keyword `patternProperties` is not known"),
            ({"properties": {"a": 1}}, "at /properties/a: a schema is an object, `true` or `false`"),
            ({"type": "int"}, "`type` is not a type or several"),
            ({"type": []}, "`type` is not a type or several"),
            ({"minLength": -1}, "`minLength` is not a whole number from 0 on"),
            ({"anyOf": []}, "`anyOf` is not an array of schemas"),
            ({"$ref": "other.json"}, "`$ref` is not `#` and a JSON pointer"),
            ({"not": {"$ref": "#/$defs/x"}}, "at /not: `$ref` to `#/$defs/x`, where no schema is"),
            ([], "a schema is an object, `true` or `false`"),
            ({"x-mine": 1, "$defs": {"a/b": True}, "$ref": "#/$defs/a~1b"}, None),
        ]:
            with self.subTest(schema):
                self.assertEqual(problem_of_schema(schema), expected)


class Results(unittest.TestCase):
    def test_values_become_json_as_people_expect(self) -> None:
        value = [
            Fan(1, ports=[Port(2)]),
            Oid("1.3"),
            IPv6Address("fe80::1"),
            datetime(2026, 11, 30),
            Named(1, "up"),
            2**64 - 1,
            {"b", "a"},
            (1, 2),
        ]
        self.assertEqual(
            json.loads(encode(value, "x")),
            [
                {"index": 1, "ports": [{"number": 2, "tags": []}]},
                "1.3",
                "fe80::1",
                "2026-11-30T00:00:00",
                {"number": 1, "name": "up"},
                18446744073709551615,
                ["a", "b"],
                [1, 2],
            ],
        )

    def test_what_json_cannot_hold_is_named_with_its_place(self) -> None:
        circle: list[object] = []
        circle.append(circle)
        for value, expected in [
            ([{"a": b"x"}], r"x\[0\]\.a is not JSON: octets are no JSON"),
            ({"a": [1, float("inf")]}, r"x\.a\[1\] is not JSON: inf has no form"),
            ([Fan("\ud800")], r"x\[0\]\.index is not JSON: a text with a lone surrogate"),  # type: ignore[arg-type]
            ({1: 2, (3,): 4}, r"x is not JSON: the key 1 is no text"),
            ([object()], r"x\[0\] is not JSON: there is no JSON for object"),
            (circle, "nested more than 100 deep"),
        ]:
            with self.subTest(expected), self.assertRaisesRegex(Error, expected):
                encode(value, "x")


def plugin(**more: Any) -> Plugin:
    said: dict[str, Any] = {
        "name": "fan-speeds",
        "version": "0.1.0",
        "summary": "Fans.",
        "sections": [Section("fans", list[Fan], key=["index"], columns=["index", "speed"])],
        "reads": ["1.3.6.1.2.1.1"],
    }
    return Plugin(**(said | more))


class Manifests(unittest.TestCase):
    def test_hints_come_from_the_section_and_from_its_types(self) -> None:
        (section,) = plugin(starting="Fans...", uses=["interfaces"]).manifest.sections
        self.assertEqual(
            section.hints,
            [("columns", "index,speed"), ("key", "index"), ("title.speed", "rpm"), ("unit.speed", "rpm")],
        )

    def test_what_the_host_would_refuse_is_refused_when_the_module_is_imported(self) -> None:
        for wrong, expected in [
            ({"name": "Fan_speeds"}, "name: `Fan_speeds` is not lower-kebab-case"),
            ({"version": "1.0"}, "version: `1.0`"),
            ({"summary": "two\nlines"}, "summary"),
            ({"sections": []}, "sections: there are 0"),
            ({"sections": [Section("Fans", {})]}, "lower_snake_case"),
            ({"sections": [Section("fans", {}), Section("fans", {})]}, "twice"),
            ({"sections": [Section("fans", {"pattern": "x"})]}, "keyword `pattern`"),
            ({"sections": [Section("fans", list[Fan], key=["indx"])]}, "key names `indx`, which is no column"),
            ({"sections": [Section("fans", list[Fan], units={"sped": "%"})]}, "unit.sped names `sped`"),
            ({"reads": ["1.3"]}, "fewer than 3 arcs"),
            ({"reads": ["1.40.1"]}, "arcs that no OID has"),
            ({"probe": ["1.3.6.1.4.1"]}, "in none of the subtrees"),
            ({"uses": ["No"]}, "`No` is not the name of a section"),
            ({"params": int}, "neither a dataclass nor a TypedDict"),
        ]:
            with self.subTest(expected), self.assertRaisesRegex(ManifestError, expected):
                plugin(**wrong)

    def test_a_plugin_reads_the_columns_of_its_tables(self) -> None:
        class Fans(Table, entry="1.3.6.1.4.1.32473.1.1"):
            name = column.text(2)
            speed = column.gauge("1.3.6.1.4.1.32473.2.1.3")

        reads = plugin(reads=[Fans, Fans, "1.3.6.1.2.1.1.5.0"]).manifest.reads
        self.assertEqual(
            [str(oid) for oid in reads], ["1.3.6.1.4.1.32473.1.1.2", "1.3.6.1.4.1.32473.2.1.3", "1.3.6.1.2.1.1.5.0"]
        )


@dataclass
class Params:
    at_least: int = 0
    mode: Mode = Mode.FAST
    ports: list[Port] = field(default_factory=list)
    limit: float | None = None


class Running(unittest.TestCase):
    def run_with(self, params: dict[str, Any], collect: Callable[[Device, Params], object]) -> Any:
        made = plugin(params=Params, sections=[Section("out", {})])
        made.collect(lambda device, params: {"out": collect(device, params)})
        return run(made, RecordedDevice(), params)

    def test_parameters_become_the_class_that_the_plugin_declares(self) -> None:
        def collect(_device: Device, params: Params) -> object:
            self.assertEqual(params, Params(3, Mode.SLOW, [Port(1, ["a"])], 0.5))
            return None

        self.run_with({"at_least": 3, "mode": "slow", "ports": [{"number": 1, "tags": ["a"]}], "limit": 0.5}, collect)
        self.assertEqual(self.run_with({}, lambda _device, params: params.mode).section("out"), "fast")

    def test_parameters_that_do_not_fit_never_reach_the_plugin(self) -> None:
        for params, expected in [
            ({"at_least": "x"}, 'at_least: "x" is not an integer'),
            ({"atleast": 1}, "atleast: nothing is allowed here"),
            ({"mode": "faster"}, 'mode: "faster" is none of "fast", "slow"'),
        ]:
            with self.subTest(params), self.assertRaisesRegex(AssertionError, expected):
                self.run_with(params, lambda _device, _params: None)

    def test_a_section_that_comes_in_parts_is_whole_and_kept_when_the_run_fails(self) -> None:
        made = plugin()

        @made.collect
        def collect(device: Device) -> dict[str, object] | None:
            fans = device.output("fans", batch=2)
            for number in range(1, 6):
                fans.add(Fan(number))
            if device.value("1.3.6.1.2.1.1.5.0"):
                raise Error("burning", "all of them")
            return None

        self.assertEqual([fan["index"] for fan in run(made, RecordedDevice()).section("fans")], [1, 2, 3, 4, 5])
        failed = run(made, RecordedDevice().with_("1.3.6.1.2.1.1.5.0", "x"))
        self.assertEqual((str(failed.error), len(failed.kept["fans"])), ("burning: all of them", 5))

    def test_a_section_without_rows_is_there(self) -> None:
        made = plugin()
        made.collect(lambda device: device.output("fans") and None)
        self.assertEqual(run(made, RecordedDevice()).section("fans"), [])

    def test_a_result_that_breaks_the_manifest_fails_with_the_place(self) -> None:
        for result, expected in [
            ({"fans": [{"index": 0}]}, r"section `fans` is not as its schema says: \[0\]\.index: 0 is below 1"),
            ({"fan": []}, "returned a section `fan`, which is not declared"),
            ({}, "returned no section `fans`"),
            ([], "returned list, and not a dictionary"),
        ]:
            with self.subTest(expected), self.assertRaisesRegex(AssertionError, expected):
                made = plugin()
                made.collect(lambda _device, result=result: result)
                run(made, RecordedDevice()).section("fans")

    def test_every_fault_is_another_device(self) -> None:
        made = plugin()
        made.collect(lambda device: {"fans": [Fan(len(list(device.walk("1.3.6.1.2.1.1"))) + 1)]})
        device = RecordedDevice().with_("1.3.6.1.2.1.1.5.0", "x").with_("1.3.6.1.2.1.1.6.0", "y")
        faults = dict(every_fault(made, device))
        self.assertIn("wrong types below 1.3.6.1.2.1.1", faults)
        self.assertIn("a hole at 1.3.6.1.2.1.1.5.0", faults)
        cancelled = [name for name in faults if name.startswith("cancelled")]
        self.assertEqual(len(cancelled), run(made, device).calls)
        for name, faulty in faults.items():
            with self.subTest(name):
                self.assertEqual(run(made, faulty).is_cancelled, name in cancelled)

    def test_an_unexpected_exception_comes_out_of_a_test_as_it_is(self) -> None:
        made = plugin()
        made.collect(lambda _device: 1 / 0)
        with self.assertRaises(ZeroDivisionError):
            run(made, RecordedDevice())


class Telling(unittest.TestCase):
    def told(self, function: Callable[[], object]) -> str:
        try:
            function()
        except BaseException as error:
            return str(report.report(error))
        raise AssertionError("it raised nothing")

    def test_an_exception_is_told_in_one_line_with_its_place(self) -> None:
        def fail() -> None:
            raise ValueError("first\n  second")

        self.assertRegex(self.told(fail), r"^exception: ValueError: first second \(.*test_results\.py:\d+ in fail\)$")
        self.assertRegex(
            self.told(lambda: json.loads("{")),
            r"^exception: JSONDecodeError: .* \(.*test_results\.py:\d+ in <lambda>\)$",
        )

    def test_what_cannot_be_had_in_a_component_has_a_hint(self) -> None:
        def fail() -> None:
            import snmp_proxy_sdk.no_such_module  # type: ignore[import-not-found] # noqa: F401

        self.assertRegex(self.told(fail), r"ModuleNotFoundError: .* in fail\); .* import it at the top of the plugin$")
        self.assertRegex(
            self.told(lambda: b"x".decode("no-such-codec")), "LookupError: unknown encoding.*import it at the top"
        )

    def test_an_error_of_the_plugin_is_what_it_says(self) -> None:
        def fail() -> None:
            raise Error("not-declared", "by myself", "1.3.6")

        self.assertEqual(self.told(fail), "not-declared: by myself, at 1.3.6")

    def test_a_mistake_that_the_host_refuses_has_the_place(self) -> None:
        made = plugin()
        made.collect(lambda device: {"fans": [b""]})
        error = self.told(lambda: made.run(_Job()))
        self.assertRegex(error, r"^exception: fans\[0\] is not JSON: octets are no JSON")


class _Job:
    """As much of a job as a run needs."""

    def params(self) -> str:
        return "{}"

    def device(self) -> None:
        return None


class Traps(unittest.TestCase):
    def test_an_enricher_adds_only_what_there_is(self) -> None:
        enricher = Enricher("fan-traps", "0.1.0", "Fans.", prefixes=["1.3.6.1.4.1.32473"], decoded=Fan)

        @enricher.enrich
        def enrich(record: TrapRecord) -> Additions | None:
            found = record.find("1.3.6.1.2")
            if found is None:
                return Additions()
            varbind = VarbindAdditions(found.position, text=str(found.index))
            return Additions(TrapName("fanDown", "FAN-MIB"), "critical", [varbind])

        record = {
            "trap": {"oid": "1.3.6.1.4.1.32473.1"},
            "varbinds": [{"oid": None}, {"oid": "1.3.6.1.2.7.8", "value": 3}],
        }
        self.assertEqual(
            json.loads(enricher.run(json.dumps(record)) or ""),
            {
                "trap": {"name": "fanDown", "mib": "FAN-MIB"},
                "severity": "critical",
                "varbinds": [{"position": 1, "text": "7.8"}],
            },
        )
        self.assertIsNone(enricher.run('{"varbinds": []}'))
        self.assertEqual(TrapRecord(record).trap_oid, Oid("1.3.6.1.4.1.32473.1"))
        with self.assertRaisesRegex(Error, "no trap record"):
            enricher.run("{")

    def test_an_enricher_for_nothing_is_a_mistake(self) -> None:
        with self.assertRaisesRegex(ManifestError, "prefixes"):
            Enricher("fan-traps", "0.1.0", "Fans.", prefixes=[])


class TheRepository(unittest.TestCase):
    def test_the_sdk_has_the_contract_and_the_version_of_the_proxy(self) -> None:
        package = Path(snmp_proxy_sdk.__file__).parent
        self.assertEqual((package / "wit" / "plugin.wit").read_text(), (ROOT / "wit" / "plugin.wit").read_text())
        version = f'version = "{snmp_proxy_sdk.__version__}"'
        for file in [ROOT / "Cargo.toml", ROOT / "plugins" / "sdk-python" / "pyproject.toml"]:
            self.assertIn(version, file.read_text())

    def test_a_plugin_that_cannot_be_built_says_why_before_it_takes_a_minute(self) -> None:
        components = Path(__file__).parent / "components"
        for module, expected in [
            (components / "json.py", "no file of Python"),
            (Path(json.__file__).parents[1] / "types.py", "the name of another module"),
            (components / "bare_describe.py", "cannot be imported"),
            (Path(__file__).parent / "test_values.py", "none of these: `Collector = plugin.export"),
        ]:
            with self.subTest(module.name), self.assertRaisesRegex(BuildError, expected):
                build(module)
        with self.assertRaisesRegex(BuildError, "has the plugin's name: failing.wasm"):
            build(components / "failing.py", Path("other.wasm"))


if __name__ == "__main__":
    unittest.main()
