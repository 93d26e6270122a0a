"""Recordings are read by the rules of the proxy's own reader: both are held to the same vectors."""

import gzip
import json
import tempfile
import unittest
from pathlib import Path

from snmp_proxy_sdk.testing import RecordedDevice, RecordingError, recording, snmprec

VECTORS = Path(__file__).parents[2] / "recording" / "vectors.json"


class TheVectors(unittest.TestCase):
    def test_every_vector_is_read_as_the_proxy_reads_it(self) -> None:
        vectors = json.loads(VECTORS.read_text())
        self.assertGreater(len(vectors), 100)
        for vector in vectors:
            octets = bytes.fromhex(vector["octets"]) if "octets" in vector else vector["text"].encode()
            with self.subTest(vector["about"], text=octets):
                if vector["bad"]:
                    with self.assertRaises(RecordingError) as raised:
                        recording.parse(octets)
                    self.assertEqual(str(raised.exception), vector["bad"][0])
                else:
                    objects = recording.parse(octets)
                    self.assertEqual([snmprec.line(name, value) for name, value in objects.items()], vector["reads"])


class Files(unittest.TestCase):
    WALK = '.1.3.6.1.2.1.1.1.0 = STRING: "Zürich"\r\n.1.3.6.1.2.1.1.7.0 = INTEGER: 72\r\n'

    def read(self, octets: bytes) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "device")
            path.write_bytes(octets)
            return [snmprec.line(name, value) for name, value in recording.read_file(path).items()]

    def test_files_in_any_encoding_say_the_same(self) -> None:
        expected = ["1.3.6.1.2.1.1.1.0|4x|5ac3bc72696368", "1.3.6.1.2.1.1.7.0|2|72"]
        for octets in [
            self.WALK.encode(),
            b"\xef\xbb\xbf" + self.WALK.encode(),
            self.WALK.encode("utf-16"),
            self.WALK.encode("utf-16-le"),
            self.WALK.encode("utf-16-be"),
            b"\xfe\xff" + self.WALK.encode("utf-16-be"),
            gzip.compress(self.WALK.encode()),
        ]:
            self.assertEqual(self.read(octets), expected)

    def test_a_bad_file_is_named_with_its_line(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "switch.snmprec")
            path.write_text("1.3.1|2|1\n1.3.2|2|x\n")
            with self.assertRaises(RecordingError) as raised:
                RecordedDevice.from_snmprec(path)
            self.assertEqual(str(raised.exception), f"{path}: line 2: not a number: `1.3.2|2|x`")

    def test_of_two_values_for_one_name_the_first_counts(self) -> None:
        self.assertEqual(self.read(b"1.3.2|2|2\n1.3.1|2|1\n1.3.2|2|3\n"), ["1.3.1|2|1", "1.3.2|2|2"])


if __name__ == "__main__":
    unittest.main()
