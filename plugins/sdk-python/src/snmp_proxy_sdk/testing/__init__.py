"""Testing a plugin without WebAssembly and without a network: ``python -m unittest`` takes milliseconds.

::

    class TheFans(unittest.TestCase):
        def test_every_fan_has_a_speed(self) -> None:
            device = RecordedDevice.from_snmprec("devices/switch.snmprec")
            self.assertEqual(run(plugin, device).section("fans"), [{"index": 1, "speed": 4200}])
"""

from .recorded import Cancelled, RecordedDevice
from .running import Run, every_fault, run
from .snmprec import RecordingError

__all__ = ["Cancelled", "RecordedDevice", "RecordingError", "Run", "every_fault", "run"]
