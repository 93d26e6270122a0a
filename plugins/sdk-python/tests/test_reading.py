"""Tables, scalars, contexts and faults, through the recorded device."""

import unittest
from collections.abc import Callable

from snmp_proxy_sdk import (
    Device,
    Error,
    Kind,
    Oid,
    Plugin,
    Scalars,
    Section,
    Status,
    Table,
    column,
    index,
    join,
    lookup,
    side_by_side,
)
from snmp_proxy_sdk.testing import RecordedDevice, Run, run

ENTRY = "1.3.6.1.2.1.2.2.1"


class IfTable(Table, entry=ENTRY, name="ifTable"):
    if_index = index.u32()
    descr = column.text(2, "ifDescr")
    mtu = column.integer(4, "ifMtu")
    alias = column.text("1.3.6.1.2.1.31.1.1.1.18", "ifAlias")


class Sparse(Table, entry="1.3.6.1.4.1.32473.1.1"):
    name = column.text(1)


class System(Scalars):
    name = column.text("1.3.6.1.2.1.1.5.0", "sysName")
    services = column.integer("1.3.6.1.2.1.1.7.0", "sysServices")


def device() -> RecordedDevice:
    rows = "".join(f"{ENTRY}.4.{row}|2|{1500 + row}\n" for row in range(1, 26))
    return RecordedDevice.parse(
        f"1.3.6.1.2.1.1.5.0|4|switch\n{ENTRY}.2.7|4|eth7\n{ENTRY}.20.99|65|1\n{rows}1.3.6.1.2.1.31.1.1.1.18.30|4|spare\n"
    )


def collecting(collect: Callable[[Device], object], device: RecordedDevice, *more: str) -> Run:
    plugin = Plugin(
        "testing",
        "1.0.0",
        "For a test.",
        sections=[Section("out", {})],
        reads=[IfTable, System, Sparse, *more],
        uses=["interfaces"],
    )
    plugin.collect(lambda device: {"out": collect(device)})
    return run(plugin, device)


def out(collect: Callable[[Device], object], on: RecordedDevice | None = None) -> object:
    return collecting(collect, device() if on is None else on).section("out")


class ScalarsByName(unittest.TestCase):
    def test_an_object_without_its_instance_is_refused_when_the_module_is_imported(self) -> None:
        wrong = r"Wrong.name \(sysName\): 1.3.6.1.2.1.1.5 is an object, .*: write 1.3.6.1.2.1.1.5.0"
        with self.assertRaisesRegex(ValueError, wrong):

            class Wrong(Scalars):
                name = column.text("1.3.6.1.2.1.1.5", "sysName")

    def test_scalars_of_a_device_that_does_not_answer_raise(self) -> None:
        found = collecting(lambda device: device.scalars(System), device().silent_below("1.3.6.1.2.1.1"))
        self.assertEqual(found.error and found.error.kind, Kind.TIMEOUT)


class Tables(unittest.TestCase):
    def test_a_table_is_the_rows_of_its_columns_joined_by_their_index(self) -> None:
        def collect(device: Device) -> object:
            rows = device.rows(IfTable)
            found = {row.if_index: row for row in rows}
            self.assertEqual((found[7].descr, found[7].mtu, found[7].alias), ("eth7", 1507, None))
            self.assertEqual((found[30].descr, found[30].alias, found[30].row_index), (None, "spare", (30,)))
            self.assertEqual((rows.outcome.status, rows.outcome.rows, rows.is_whole), (Status.COMPLETE, 26, True))
            return list(found)

        self.assertEqual(out(collect), [*range(1, 26), 30])

    def test_a_part_of_a_table_is_below_after_and_at_most(self) -> None:
        def indexes(**part: object) -> object:
            return out(lambda device: [row.if_index for row in device.rows(IfTable, **part)])  # type: ignore[arg-type]

        self.assertEqual(indexes(below="7"), [7])
        self.assertEqual(indexes(after="24"), [25, 30])
        self.assertEqual(indexes(after=(10,), at_most=2), [11, 12])
        self.assertEqual(indexes(after="30"), [])

    def test_rows_as_dictionaries_have_the_columns_that_were_asked_for_and_no_others(self) -> None:
        columns = {"descr": column.text(f"{ENTRY}.2"), "mtu": column.integer(f"{ENTRY}.4")}
        rows = out(lambda device: [row for row in device.dicts(columns) if row["index"] == (7,)])
        self.assertEqual(rows, [{"index": "7", "descr": "eth7", "mtu": 1507}])
        with self.assertRaises(KeyError):
            out(lambda device: next(iter(device.dicts(columns)))["alias"])
        with self.assertRaises(TypeError):
            out(lambda device: device.dicts({"descr": f"{ENTRY}.2"}))

    def test_odd_values_and_malformed_indexes_are_told_once(self) -> None:
        odd = device().with_(f"{ENTRY}.4.1", "big").with_(f"{ENTRY}.4.2", "huge").with_(f"{ENTRY}.4.3.3", 1)

        def collect(device: Device) -> object:
            first, *_ = device.rows(IfTable)
            return first.warnings

        ran = collecting(collect, odd)
        self.assertEqual(ran.section("out"), ["ifMtu: OCTET STRING instead of INTEGER"])
        self.assertEqual(
            ran.warnings,
            [
                "ifTable: 1 row left out for a malformed index, e.g. 3.3",
                "ifTable: 2 odd values, e.g. ifMtu: OCTET STRING instead of INTEGER at 1",
            ],
        )

    def test_a_table_without_parts_has_the_whole_index(self) -> None:
        sparse = RecordedDevice().with_("1.3.6.1.4.1.32473.1.1.1.3.4", "x")
        self.assertEqual(out(lambda device: [row.row_index for row in device.rows(Sparse)], sparse), ["3.4"])

    def test_several_tables_are_read_side_by_side(self) -> None:
        def collect(device: Device) -> object:
            one, other = side_by_side(device.rows(IfTable), device.rows(Sparse))
            return [len(one), len(other)]

        self.assertEqual(out(collect), [26, 0])

    def test_rows_are_joined_by_a_key_and_the_first_of_two_counts(self) -> None:
        left, right = [(1, "a"), (2, "b"), (None, "c")], [(2, "x"), (2, "y"), (3, "z")]
        joined = join(left, right, lambda row: row[0], lambda row: row[0])
        self.assertEqual(
            [(one[1], other and other[1]) for one, other in joined], [("a", None), ("b", "x"), ("c", None)]
        )
        self.assertEqual(lookup(right, lambda row: row[0] if row[0] > 2 else None), {3: (3, "z")})

    def test_a_row_is_made_by_hand_for_a_test(self) -> None:
        row = IfTable(if_index=7, descr="eth7")
        self.assertEqual((row.if_index, row.descr, row.mtu, row.warnings), (7, "eth7", None, []))
        with self.assertRaises(TypeError):
            IfTable(name="eth7")

    def test_a_class_that_declares_no_column_is_a_mistake(self) -> None:
        with self.assertRaises(TypeError):
            type("Nothing", (Table,), {})
        with self.assertRaises(ValueError):
            type("NoEntry", (Table,), {"name": column.text(1)})


class Objects(unittest.TestCase):
    def test_scalars_are_read_like_a_row(self) -> None:
        self.assertEqual(out(lambda device: device.scalars(System)), {"name": "switch", "services": None})

    def test_a_get_has_a_varbind_for_each_name_and_none_that_is_an_error(self) -> None:
        def collect(device: Device) -> object:
            found = device.get(["1.3.6.1.2.1.1.7.0", "1.3.6.1.2.1.1.5.0"])
            self.assertEqual(
                [varbind.name for varbind in found], [(1, 3, 6, 1, 2, 1, 1, 7, 0), (1, 3, 6, 1, 2, 1, 1, 5, 0)]
            )
            return [device.value("1.3.6.1.2.1.1.7.0"), found[1].value.value]  # type: ignore[union-attr]

        with self.assertRaisesRegex(Error, "octets are no JSON"):
            raise collecting(collect, device()).error or AssertionError

    def test_a_walk_gives_everything_below_its_root(self) -> None:
        names = out(lambda device: [varbind.name for varbind in device.walk(f"{ENTRY}.2")])
        self.assertEqual(names, [f"{ENTRY}.2.7"])

    def test_a_context_is_a_device_of_its_own_under_the_same_manifest(self) -> None:
        other = device().with_vlan(10, RecordedDevice().with_("1.3.6.1.2.1.1.5.0", "vlan"))
        self.assertEqual(out(lambda device: device.in_vlan(10).scalars(System).name, other), "vlan")
        for wrong in (0, 4095, -1):
            with self.subTest(wrong), self.assertRaises((Error, ValueError)):
                raise collecting(lambda device, wrong=wrong: device.in_vlan(wrong), other).error or AssertionError
        error = collecting(lambda device: device.in_context("no").get(["1.3.6.1.2.1.1.5.0"]), other).error
        self.assertEqual(error and error.kind, Kind.TIMEOUT)

    def test_waiting_takes_no_time_and_moves_the_clock(self) -> None:
        def collect(device: Device) -> object:
            device.wait(1_500)
            return device.elapsed()

        self.assertEqual(out(collect), 1.5)

    def test_a_section_of_another_plugin_is_there_where_the_manifest_uses_it(self) -> None:
        other = device().with_section("interfaces", [{"index": 1}]).with_section("secret", 1)
        self.assertEqual(
            out(lambda device: [device.section("interfaces"), device.section("secret")], other), [[{"index": 1}], None]
        )


class Faults(unittest.TestCase):
    def outcome(self, on: RecordedDevice) -> object:
        def collect(device: Device) -> object:
            rows = device.rows(IfTable)
            return [len(list(rows)), rows.outcome.status.value, rows.outcome.kind]

        return out(collect, on)

    def test_a_table_ends_as_the_host_would_say_it(self) -> None:
        self.assertEqual(self.outcome(device().breaking_off(ENTRY, after=2)), [2, "partial", "timeout"])
        self.assertEqual(self.outcome(device().silent_below(ENTRY)), [0, "failed", "timeout"])
        self.assertEqual(self.outcome(device().silent_below(f"{ENTRY}.4")), [0, "failed", "timeout"])
        self.assertEqual(self.outcome(RecordedDevice()), [0, "unsupported", ""])

    def test_a_fault_changes_a_copy(self) -> None:
        good = device()
        good.without(ENTRY).silent_below().with_wrong_types(ENTRY).with_("1.3.6.1", 1)
        self.assertEqual(self.outcome(good), [26, "complete", ""])

    def test_wrong_types_are_told_and_break_nothing(self) -> None:
        ran = collecting(lambda device: {row.mtu for row in device.rows(IfTable)}, device().with_wrong_types(ENTRY))
        self.assertEqual(ran.section("out"), [None])

    def test_a_hole_is_a_cell_without_a_value(self) -> None:
        hole = device().without(f"{ENTRY}.4.7")
        self.assertEqual(out(lambda device: [row.mtu for row in device.rows(IfTable, below="7")], hole), [None])

    def test_a_refused_get_is_an_error_of_the_agent(self) -> None:
        refused = collecting(
            lambda device: device.scalars(System), device().refusing_below("1.3.6.1.2.1.1.7", "noAccess")
        )
        self.assertEqual(
            str(refused.error), "agent-error: answered noAccess for 1.3.6.1.2.1.1.7.0, at 1.3.6.1.2.1.1.7.0"
        )

    def test_a_cancelled_job_runs_no_further_whatever_the_plugin_catches(self) -> None:
        def collect(device: Device) -> object:
            try:
                return len(list(device.rows(IfTable)))
            except Exception:
                return None

        ran = collecting(collect, device().cancelled_after(3))
        self.assertEqual((ran.is_cancelled, ran.calls, ran.result), (True, 3, None))

    def test_reading_what_is_not_declared_fails_the_test_even_where_the_plugin_does_not_mind(self) -> None:
        def collect(device: Device) -> object:
            try:
                return device.get(["1.3.6.1.2.1.1.1.0"])
            except Error:
                return None

        with self.assertRaisesRegex(AssertionError, r"does not declare under `reads`: 1\.3\.6\.1\.2\.1\.1\.1\.0"):
            collecting(collect, device())
        columns = {"speed": column.gauge(f"{ENTRY}.5")}
        with self.assertRaisesRegex(AssertionError, r"1\.3\.6\.1\.2\.1\.2\.2\.1\.5$"):
            collecting(lambda device: list(device.dicts(columns)), device())

    def test_columns_within_one_another_are_refused(self) -> None:
        columns = {"a": column.raw(f"{ENTRY}.2"), "b": column.raw(f"{ENTRY}.2.7")}
        error = collecting(lambda device: list(device.dicts(columns)), device()).error
        self.assertEqual(error and error.kind, Kind.INVALID_ARGUMENT)
        self.assertEqual(error and error.at, Oid(f"{ENTRY}.2.7"))


if __name__ == "__main__":
    unittest.main()
