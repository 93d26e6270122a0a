// What values become, and what is said of those that are not as the MIB says.
import assert from "node:assert/strict";
import { test } from "node:test";

import { column, text, hex, inetAddress, macAddress, prefixLength } from "../sdk.js";
import { utf8 } from "../src/text.js";
import { value } from "../testing.js";

/** What a column makes of a value, and the warnings. */
function check(kind, given, expected, ...warnings) {
  const said = [];
  const found = kind(2).read(given, "object", (line) => said.push(line));
  assert.deepEqual([found, said], [expected, warnings.map((line) => `object: ${line}`)]);
}

test("a number of another class is kept with a warning", () => {
  check(column.gauge, value.gauge32(4294967295), 4294967295);
  check(column.gauge, value.integer(10), 10, "INTEGER instead of Gauge32");
  check(column.gauge, value.integer(-1), null, "INTEGER instead of Gauge32");
  check(column.gauge, value.text("1000000000"), 1000000000, "OCTET STRING instead of Gauge32");
  check(column.gauge, value.text("1G"), null, "OCTET STRING instead of Gauge32");
  check(column.gauge, value.unknown(0x42, 2, 0x54, 0x0b, 0xe4, 0), 10_000_000_000, "Gauge32 of 5 octets");
  check(column.gauge, value.unknown(0x02), null, "INTEGER without octets instead of Gauge32");
  check(column.integer, value.integer(4294967295), 4294967295, "INTEGER of 5 octets");
  check(column.ticks, value.ticks(5), 5);
  check(column.text, value.integer(5), null, "INTEGER instead of OCTET STRING");
  check(column.text, value.unknown(99, 1), null, "an unknown type instead of OCTET STRING");
});

test("a Counter64 is never silently wrong", () => {
  const beyond = "Counter64 beyond 2^53, which this JavaScript engine rounds";
  check(column.counter64, { tag: "counter64", val: 2 ** 53 - 1 }, 2 ** 53 - 1);
  check(column.counter64, { tag: "counter64", val: 2 ** 53 }, null, beyond);
  check(column.counter64, { tag: "counter64", val: Number(2n ** 64n - 2n ** 32n) }, null, beyond);
  // The last 2^31 come out negative in QuickJS.
  check(column.counter64, { tag: "counter64", val: -1 }, null, beyond);
  check(column.counter64, { tag: "counter64", val: 5n }, 5);
  check(column.counter64, { tag: "counter64", val: 2n ** 64n - 1n }, 2n ** 64n - 1n);
  check(column.integer, { tag: "integer", val: 2 ** 60 }, null, "INTEGER beyond 2^53, which this JavaScript engine rounds");
  check(column.integer, { tag: "integer", val: -(2n ** 63n) }, -(2n ** 63n), "INTEGER of 8 octets");
});

test("enumerations, truths and bits have names", () => {
  const status = (at) => column.enumeration(at, { 1: "up", 2: "down" });
  check(status, value.integer(2), "down");
  check(status, value.integer(9), 9);
  check(status, value.text("up"), null, "OCTET STRING instead of INTEGER");
  // A name of every object is no name of a number.
  check((at) => column.enumeration(at, {}), value.integer(1), 1);
  check(column.truth, value.integer(1), true);
  check(column.truth, value.integer(2), false);
  check(column.truth, value.integer(3), null, "3 instead of true(1) or false(2)");
  const bits = (at) => column.bits(at, { 0: "first", 15: "last" });
  check(bits, value.octets(0x80, 0x01), ["first", "last"]);
  check(bits, value.octets(0x01), [7]);
  check(bits, value.octets(), []);
});

test("addresses are written as people know them", () => {
  check(column.ipAddress, value.ipAddress("192.0.2.1"), "192.0.2.1");
  check(column.ipAddress, value.octets(192, 0, 2, 1), "192.0.2.1", "OCTET STRING instead of IpAddress");
  check(column.ipAddress, value.octets(1), null, "OCTET STRING instead of IpAddress");
  check(column.mac, value.octets(0, 0, 0x5e, 0, 0x53, 0xaf), "00:00:5E:00:53:AF");
  check(column.mac, value.octets(), undefined);
  check(column.mac, value.octets(0, 0, 0, 0, 0, 0, 0, 0), undefined);
  check(column.mac, value.octets(192, 0, 2, 1), "c0000201");
  check(column.oid, value.oid(".1.3.6.1"), "1.3.6.1");
  check(column.inetAddress, value.octets(192, 0, 2, 1), "192.0.2.1");
  check(column.inetAddress, value.octets(1, 2, 3), null, "OCTET STRING instead of InetAddress");
  for (const [octets, expected] of [
    ["20010db8000000000000000000000001", "2001:db8::1"],
    ["00000000000000000000000000000000", "::"],
    ["20010db8000000010000000000000000", "2001:db8:0:1::"],
    ["00010000000300040005000600070008", "1:0:3:4:5:6:7:8"],
    ["00000000000000000000ffffc0000201", "::ffff:192.0.2.1"],
    ["fe800002000000000000000000000001", "fe80::1%2"],
  ]) {
    assert.equal(inetAddress(2, Buffer.from(octets, "hex")), expected);
  }
  assert.equal(inetAddress(4, [...Buffer.from("fe800000000000000000000000000001", "hex"), 0, 0, 0, 7]), "fe80::1%7");
  assert.equal(inetAddress(3, [192, 0, 2, 1, 0, 0, 1, 4]), "192.0.2.1%260");
  assert.equal(inetAddress(1, [192, 0, 2]), undefined);
  for (const written of ["00-00-5E-00-53-AF", "0000.5e00.53af", "00005e-0053af", "00005e0053af\0", "0:0:5e:0:53:af"]) {
    assert.equal(macAddress(utf8(written)), "00:00:5E:00:53:AF", written);
  }
  for (const written of ["00:00-5e:00:53:af", "0000:5e:00:53:af:", "000.05e.005.3af", "00005e0053a"]) {
    assert.equal(macAddress(utf8(written)), undefined, written);
  }
  assert.deepEqual([[255, 255, 255, 0], [128, 0, 0, 0], [0, 0, 0, 0], [255, 0, 255, 0]].map(prefixLength), [24, 1, undefined, undefined]);
});

test("DateAndTime is ISO 8601", () => {
  check(column.dateAndTime, value.octets(0x07, 0xea, 11, 29, 23, 20, 27, 0), "2026-11-29T23:20:27.0");
  check(column.dateAndTime, value.octets(0x07, 0xea, 11, 29, 23, 20, 27, 5, 0x2d, 8, 30), "2026-11-29T23:20:27.5-08:30");
  check(column.dateAndTime, value.octets(0, 0, 0, 0, 0, 0, 0, 0), null);
  check(column.dateAndTime, value.octets(0x07, 0xea, 13, 29, 23, 20, 27, 0), null, "OCTET STRING instead of DateAndTime");
  check(column.dateAndTime, value.octets(1, 2, 3), null, "OCTET STRING instead of DateAndTime");
});

test("octets become text by one rule", () => {
  for (const [octets, expected] of [
    [utf8("Port 1"), "Port 1"],
    [utf8("Zürich ☃ 🚂"), "Zürich ☃ 🚂"],
    [utf8("padded\0\0"), "padded"],
    [utf8("a\0b"), "a\0b"],
    [Buffer.from("Z\xfcrich\r\nKeller\0", "latin1"), "Zürich\r\nKeller"],
    [[0xff, 0x00, 0x10], "0xff0010"],
    [[0x80, 0x81, 0], "0x808100"],
    [Buffer.from("Caf\xe9", "latin1"), "Café"],
    [[0xe2, 0x82], "0xe282"],
    [utf8("Канал").slice(0, -1), "Кана\ufffd"],
    [utf8("price €").slice(0, -1), "price \ufffd"],
    [[0x00, 0x1c, 0x73, 0xc3, 0xa9, 0xd0], "0x001c73c3a9d0"],
    // Overlong, a surrogate, beyond U+10FFFF.
    [[0xc0, 0xaf], "À¯"],
    [[0xed, 0xa0, 0x80], "0xeda080"],
    [[0xf4, 0x90, 0x80, 0x80], "0xf4908080"],
  ]) {
    assert.equal(text(octets), expected);
  }
  assert.equal(hex([0, 255]), "00ff");
});

test("UTF-8 is decoded as Node decodes it", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let state = 1;
  const random = (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  for (let round = 0; round < 2000; round++) {
    const octets = Uint8Array.from({ length: 1 + random(6) }, () => [random(128), 128 + random(128), 0xe0 + random(0x15)][random(3)] || 0x41);
    let expected;
    try {
      expected = decoder.decode(octets);
    } catch {
      continue;
    }
    assert.equal(text(octets), expected.replace(/\0+$/, ""));
  }
});
