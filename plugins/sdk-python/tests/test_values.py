"""Values, octets and indexes as a plugin gets them."""

import unittest
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address

from snmp_proxy_sdk import Bits, Named, Oid, convert, index, octets, values


class Oids(unittest.TestCase):
    def test_an_oid_is_its_arcs_and_its_text(self) -> None:
        oid = Oid(".1.3.6.1")
        self.assertEqual(
            (str(oid), tuple(oid), len(oid), oid[1], repr(oid)), ("1.3.6.1", (1, 3, 6, 1), 4, 3, 'Oid("1.3.6.1")')
        )
        self.assertEqual(oid + "2" + (1,), Oid("1.3.6.1.2.1"))
        self.assertEqual(oid, (1, 3, 6, 1))
        self.assertEqual({oid: 1}[Oid([1, 3, 6, 1])], 1)
        self.assertLess(Oid("1.3.6.9"), Oid("1.3.6.10"))
        self.assertEqual(Oid("1.3.6.1.5.7").index_below(oid), (5, 7))
        self.assertIsNone(Oid("1.3.6.2").index_below(oid))

    def test_what_is_no_oid_is_refused_with_the_part(self) -> None:
        for text in ["", ".", "1..3", "1.x", "1.+3", "1. 3", "1.4294967296", "1.1_0", "1.²", "iso.3"]:
            with self.subTest(text), self.assertRaises(ValueError):
                Oid(text)
        for arcs in [(1, -1), (1, 1 << 32), (1, True), (1, 1.0), (1,) * 129]:
            with self.subTest(arcs), self.assertRaises(ValueError):
                Oid(arcs)  # type: ignore[arg-type]


class Texts(unittest.TestCase):
    def test_octets_become_text_by_one_rule(self) -> None:
        for sent, expected in [
            (b"Port 1", "Port 1"),
            (b"", ""),
            ("Zürich ☃".encode(), "Zürich ☃"),
            (b"padded\0\0", "padded"),
            (b"\0\0", ""),
            (b"a\0b", "a\0b"),
            (b"Z\xfcrich\r\nKeller", "Zürich\r\nKeller"),
            (b"Z\xfcrich\0", "Zürich"),
            (b"\xff\x00\x10", "0xff0010"),
            (b"\x80\x81\0", "0x808100"),
            (b"Caf\xe9", "Café"),
            (b"\xe2\x82", "0xe282"),
            (b"\x00\x1c\x73\xc3\xa9\xd0", "0x001c73c3a9d0"),
            (b"\xd0\x9a\x80 \xd0", "0xd09a8020d0"),
        ]:
            with self.subTest(sent):
                self.assertEqual(octets.text(sent), expected)

    def test_a_text_that_was_cut_inside_its_last_character_stays_readable(self) -> None:
        for whole in ["Канал до узла", "Ζεύγος", "線路", "ü🚂"]:
            sent = whole.encode()
            last = len(whole[-1].encode())
            for missing in range(1, last):
                self.assertEqual(octets.text(sent[:-missing]), whole[:-1] + "\ufffd")
                self.assertEqual(octets.text(sent[:-missing] + b"\0"), whole[:-1] + "\ufffd")

    def test_characters_are_a_mac_when_they_spell_one(self) -> None:
        for text in [
            "00:00:5e:00:53:af",
            "00-00-5E-00-53-AF",
            "00.00.5e.00.53.af",
            "0000.5e00.53af",
            "0000-5E00-53AF",
            "0000:5e00:53af",
            "00005e-0053af",
            "00005e0053af",
            "00:00:5e:00:53:af\0",
            "00:00:5e:00:53:af ",
            "0:0:5e:0:53:af",
            "00 00 5e 00 53 af ",
        ]:
            with self.subTest(text):
                self.assertEqual(octets.mac(text.encode()), "00:00:5E:00:53:AF")
        for text in ["00:00-5e:00:53:af", "00:00:5e:00:53:ag", "00:00:5e:00:53", "0000.5e00-53af", "00005e0053a"]:
            with self.subTest(text):
                self.assertIsNone(octets.mac(text.encode()))
                self.assertEqual(octets.phys_address(text.encode()), text.encode().hex())

    def test_zeros_are_no_address_however_many(self) -> None:
        for length in [0, 1, 4, 6, 8, 20]:
            self.assertIsNone(octets.phys_address(bytes(length)))
        self.assertIsNone(octets.phys_address(b"00:00:00:00:00:00"))
        self.assertEqual(octets.phys_address(b"\xc0\x00\x02\x01"), "c0000201")
        self.assertEqual(octets.mac(b"\x00\x00\x5e\x00\x53\xaf"), "00:00:5E:00:53:AF")

    def test_the_first_bit_is_the_highest_of_the_first_octet(self) -> None:
        self.assertEqual(octets.bits(b"\x80\x01\x40"), (0, 15, 17))
        self.assertEqual(octets.bits(b""), ())

    def test_a_date_has_a_zone_where_the_agent_sends_one(self) -> None:
        date = bytes.fromhex("07ea0b1d17141b05")
        self.assertEqual(octets.date_and_time(date), datetime(2026, 11, 29, 23, 20, 27, 500_000))
        zone = timezone(-timedelta(hours=3, minutes=30))
        self.assertEqual(octets.date_and_time(date + b"-\x03\x1e"), datetime(2026, 11, 29, 23, 20, 27, 500_000, zone))
        self.assertEqual(
            octets.date_and_time(date[:6] + b"\x3c\x00+\0\0"), datetime(2026, 11, 29, 23, 20, 59, tzinfo=UTC)
        )
        for none in [
            b"",
            bytes(8),
            date[:7],
            date + b"*\0\0",
            date + b"+\x18\0",
            date[:6] + b"\x3d\0",
            date[:7] + b"\x0a",
        ]:
            with self.subTest(none):
                self.assertIsNone(octets.date_and_time(none))


class Converting(unittest.TestCase):
    def check(self, reader: convert.Converter[object], value: values.Value, expected: object, *warnings: str) -> None:
        told: list[str] = []
        self.assertEqual((convert.cell(reader, "x", value, told), told), (expected, list(warnings)), value)

    def test_a_number_of_another_class_is_kept_with_a_warning(self) -> None:
        self.check(convert.gauge, values.Gauge32(4_294_967_295), 4_294_967_295)
        self.check(convert.gauge, values.Integer(10), 10, "x: INTEGER instead of Gauge32")
        self.check(convert.gauge, values.Integer(-1), None, "x: INTEGER instead of Gauge32")
        self.check(convert.counter, values.Counter64(2**64 - 1), 2**64 - 1)
        self.check(convert.integer, values.Counter64(2**64 - 1), None, "x: Counter64 instead of INTEGER")
        oversized = values.Unknown(values.UnknownValue(0x42, bytes.fromhex("02540be400")))
        self.check(convert.gauge, oversized, 10_000_000_000, "x: tag 0x42 instead of Gauge32")

    def test_a_text_of_digits_is_that_number_and_no_other_text_is_one(self) -> None:
        warning = "x: OCTET STRING instead of INTEGER"
        self.check(convert.integer, values.OctetString(b" -10\0"), -10, warning)
        for text in [b"1G", b"1e9", b"+1", b"", b"9" * 21, b"\xb2", b"1_0", "٣".encode()]:
            self.check(convert.integer, values.OctetString(text), None, warning)

    def test_an_absent_cell_is_none_without_a_warning(self) -> None:
        self.check(convert.integer, values.NoSuchInstance(), None)
        self.check(convert.text, values.NoSuchObject(), None)
        self.assertIsNone(convert.cell(convert.text, "x", None, []))

    def test_an_if_index_has_32_bits_without_a_sign(self) -> None:
        self.check(convert.if_index, values.Integer(-1_073_716_992), 3_221_250_304)
        self.check(convert.if_index, values.Integer(1 << 32), None, "x: 4294967296 instead of an ifIndex")
        self.check(convert.if_index, values.Integer(-(1 << 31) - 1), None, "x: -2147483649 instead of an ifIndex")

    def test_enumerations_and_bits_have_numbers_and_names(self) -> None:
        names = {1: "up", 2: "down"}
        self.check(convert.named(names), values.Integer(1), Named(1, "up"))
        self.check(convert.named(names), values.Integer(7), Named(7, None))
        self.assertEqual([Named(1, "up").text, f"{Named(7, None)}"], ["up", "7"], "a number without a name is kept")
        found = Bits((0, 3), ("other", "3"))
        self.check(convert.named_bits({0: "other"}), values.OctetString(b"\x90"), found)
        self.assertTrue("other" in found and 3 in found and "bridge" not in found)

    def test_an_oid_may_be_spelled(self) -> None:
        warning = "x: OCTET STRING instead of OBJECT IDENTIFIER"
        expected = Oid("1.3.6.1.4.1.32473")
        self.check(convert.oid, values.ObjectIdentifier([1, 3, 6, 1, 4, 1, 32473]), expected)
        for text in [
            b".1.3.6.1.4.1.32473",
            b"enterprises.32473\0",
            b"SNMPv2-SMI::enterprises.32473",
            b"iso.org.dod.internet.private.enterprises.32473",
        ]:
            self.check(convert.oid, values.OctetString(text), expected, warning)
        for text in [b"", b"linux", b"enterprises", b"x.3.6", b"private.mgmt.3"]:
            self.check(convert.oid, values.OctetString(text), None, warning)

    def test_addresses_truths_dates_and_floats(self) -> None:
        self.check(convert.ip_address, values.IpAddress((192, 0, 2, 1)), IPv4Address("192.0.2.1"))
        warning = "x: OCTET STRING instead of IpAddress"
        self.check(convert.ip_address, values.OctetString(b"\xc0\0\2\1"), IPv4Address("192.0.2.1"), warning)
        self.check(convert.truth, values.Integer(2), False)
        self.check(convert.truth, values.Integer(0), None, "x: 0 instead of true(1) or false(2)")
        self.check(convert.date_and_time, values.OctetString(bytes(8)), None)
        self.check(convert.date_and_time, values.OctetString(b"\1"), None, "x: 01 is no DateAndTime")
        self.check(convert.real, values.Opaque(bytes.fromhex("9f780442c80000")), 100.0)
        self.check(convert.real, values.Opaque(bytes.fromhex("9f79083ff8000000000000")), 1.5)
        self.check(convert.real, values.Opaque(b"\x9f"), None, "x: an Opaque without a float")
        self.check(convert.real, values.Integer(3), 3.0, "x: INTEGER instead of Opaque")


class Indexes(unittest.TestCase):
    def test_an_index_is_read_part_by_part(self) -> None:
        reader = index.Reader((7, 2, 104, 105, 1, 2, 3, 4, 5, 6, 2, 1, 3, 1, 4, 192, 0, 2, 1, 97, 98))
        self.assertEqual(reader.u32(), 7)
        self.assertEqual(reader.counted(), b"hi")
        self.assertEqual(reader.mac(), "01:02:03:04:05:06")
        self.assertEqual(reader.oid(), (1, 3))
        self.assertEqual(reader.inet_address(), IPv4Address("192.0.2.1"))
        with self.assertRaises(index.Malformed):
            reader.end()
        self.assertEqual(reader.implied(), b"ab")
        reader.end()

    def test_an_ipv6_address_has_its_zone(self) -> None:
        link_local = (0xFE, 0x80, *(0,) * 13, 1)
        self.assertEqual(index.Reader((2, 16, *link_local)).inet_address(), IPv6Address("fe80::1"))
        self.assertEqual(index.Reader((4, 20, *link_local, 0, 0, 0, 7)).inet_address(), IPv6Address("fe80::1%7"))

    def test_what_the_mib_does_not_say_is_malformed(self) -> None:
        for arcs in [
            (),
            (1,),
            (1, 4, 192, 0, 2),
            (1, 5, 192, 0, 2, 1, 0),
            (2, 4, 192, 0, 2, 1),
            (1, 4, 192, 0, 2, 256),
            (16, 1, 97),
        ]:
            with self.subTest(arcs), self.assertRaises(index.Malformed):
                index.Reader(arcs).inet_address()


if __name__ == "__main__":
    unittest.main()
