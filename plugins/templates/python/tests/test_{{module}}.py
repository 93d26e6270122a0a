"""The plugin against a recorded switch: without the proxy and without WebAssembly."""

import json
import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER / "src"))

from snmp_proxy_sdk.testing import RecordedDevice, every_fault, run  # noqa: E402
from {{module}} import IfTable, plugin  # noqa: E402


def switch() -> RecordedDevice:
    return RecordedDevice.from_snmprec(FOLDER / "devices" / "switch.snmprec")


class Collecting(unittest.TestCase):
    def test_a_switch_gives_what_is_expected(self) -> None:
        expected = json.loads((FOLDER / "expected" / "switch.json").read_text())
        self.assertEqual(run(plugin, switch()).result, expected)

    def test_interfaces_with_few_errors_are_left_out_when_asked_for(self) -> None:
        interfaces = run(plugin, switch(), {"at_least": 1}).section("{{module}}")
        self.assertEqual([interface["index"] for interface in interfaces], [2])

    def test_a_counter_that_nobody_knows_is_null(self) -> None:
        device = switch().without(IfTable.column("in_errors") + "1")
        self.assertIsNone(run(plugin, device).section("{{module}}")[0]["in_errors"])

    def test_a_switch_that_breaks_off_gives_what_it_gave(self) -> None:
        device = switch().breaking_off("1.3.6.1.2.1.2.2.1", after=1)
        self.assertEqual(len(run(plugin, device).section("{{module}}")), 1)

    def test_a_device_without_interfaces_is_no_failure(self) -> None:
        error = run(plugin, RecordedDevice()).error
        self.assertIsNotNone(error)
        self.assertEqual(str(error), "unsupported: the device has no interfaces")

    def test_no_fault_of_a_device_breaks_the_plugin(self) -> None:
        for fault, device in every_fault(plugin, switch()):
            with self.subTest(fault):
                run(plugin, device)


if __name__ == "__main__":
    unittest.main()
