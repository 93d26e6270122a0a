/* The SDK itself, natively and with sanitisers: `make test` in this folder. */
#include "../fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

static void check_text(const char *rule, const char *text, const char *expected) {
    bool holds = text != NULL && strcmp(text, expected) == 0;
    *(holds ? &passed : &failed) += 1;
    if (!holds) printf("FAILED: %s\n  got  %s\n  want %s\n", rule, text == NULL ? "nothing" : text, expected);
}

static void check(const char *rule, bool holds) { check_text(rule, holds ? "true" : "false", "true"); }

static void text_is(const char *octets, size_t length, const char *expected) {
    sp_json json = {0};
    sp_json_octets(&json, (sp_octets){(const uint8_t *)octets, length});
    check_text("octets become text by one rule", json.text, expected);
    sp_json_free(&json);
}
#define TEXT_IS(octets, expected) text_is(octets, sizeof octets - 1, expected)

static void octets_become_text(void) {
    TEXT_IS("Port 1", "\"Port 1\"");
    TEXT_IS("", "\"\"");
    TEXT_IS("say \"a\\b\"\n", "\"say \\\"a\\\\b\\\"\\u000a\"");
    TEXT_IS("Z\xc3\xbcrich \xe2\x98\x83 \xf0\x9f\x9a\x82", "\"Z\xc3\xbcrich \xe2\x98\x83 \xf0\x9f\x9a\x82\"");
    TEXT_IS("padded\0\0", "\"padded\"");
    TEXT_IS("Z\xfcrich\0", "\"Z\xc3\xbcrich\"");
    TEXT_IS("\xff\0\x10", "\"0xff0010\"");
    TEXT_IS("\x80\x81\0", "\"0x808100\"");
    TEXT_IS("Caf\xe9", "\"Caf\xc3\xa9\"");
    TEXT_IS("\xe2\x82", "\"0xe282\"");
    TEXT_IS("price \xe2\x82", "\"price \xef\xbf\xbd\"");
    TEXT_IS("\0\x1c\x73\xc3\xa9\xd0", "\"0x001c73c3a9d0\"");
    TEXT_IS("\xed\xa0\x80", "\"0xeda080\"");
    TEXT_IS("\xf4\x90\x80\x80", "\"0xf4908080\"");
}

static void json_nests_and_has_every_digit(void) {
    sp_json json = {0};
    sp_json_begin_object(&json);
    sp_json_key(&json, "a");
    sp_json_begin_array(&json);
    sp_json_unsigned(&json, UINT64_MAX);
    sp_json_integer(&json, INT64_MIN);
    sp_json_begin_object(&json);
    sp_json_end_object(&json);
    sp_json_null(&json);
    sp_json_end_array(&json);
    sp_json_key(&json, "b");
    sp_json_bool(&json, true);
    sp_json_key(&json, "c");
    sp_json_string(&json, "x");
    sp_json_end_object(&json);
    check_text("JSON", json.text, "{\"a\":[18446744073709551615,-9223372036854775808,{},null],\"b\":true,\"c\":\"x\"}");
    sp_json_free(&json);
}

static void oids_are_read_and_written(void) {
    sp_oid oid;
    char text[SP_OID_TEXT];
    check("an OID", sp_oid_parse(".1.3.6.4294967295", &oid) && oid.length == 4);
    sp_oid_text(oid.arcs, oid.length, text);
    check_text("an OID", text, "1.3.6.4294967295");
    static const char *const wrong[] = {"", ".", "1..3", "1.x", "1.+3", "1.4294967296", "1.3.", NULL};
    for (size_t i = 0; wrong[i] != NULL; i++) check(wrong[i], !sp_oid_parse(wrong[i], &oid));
    check("no text", !sp_oid_parse(NULL, &oid));
    char longest[SP_MAX_ARCS * 11 + 16] = "4294967295";
    for (size_t i = 1; i < SP_MAX_ARCS; i++) strcat(longest, ".4294967295");
    check("128 arcs", sp_oid_parse(longest, &oid));
    sp_oid_text(oid.arcs, oid.length, text);
    check_text("128 arcs", text, longest);
    strcat(longest, ".1");
    check("129 arcs", !sp_oid_parse(longest, &oid));
}

static sp_value string_of(const char *octets, size_t length) {
    return (sp_value){.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_OCTET_STRING, .val.octet_string = {(uint8_t *)octets, length}};
}
#define STRING(octets) string_of(octets, sizeof octets - 1)

static void numbers_are_read_of_any_type(void) {
    int64_t number;
    uint64_t large;
    sp_value gauge = {.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_GAUGE32, .val.gauge32 = UINT32_MAX};
    sp_value negative = {.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_INTEGER, .val.integer = INT64_MIN};
    sp_value counter = {.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_COUNTER64, .val.counter64 = UINT64_MAX};
    check("a gauge", sp_integer(&gauge, &number) && number == UINT32_MAX);
    check("a negative number", sp_integer(&negative, &number) && number == INT64_MIN && !sp_unsigned(&negative, &large));
    check("a large counter", sp_unsigned(&counter, &large) && large == UINT64_MAX && !sp_integer(&counter, &number));
    sp_value digits = STRING(" -12\0"), word = STRING("1G"), empty = STRING(""), minus = STRING("-");
    check("digits", sp_integer(&digits, &number) && number == -12);
    check("no digits", !sp_integer(&word, &number) && !sp_integer(&empty, &number) && !sp_integer(&minus, &number));
    sp_value too_large = STRING("18446744073709551616");
    check("too large", !sp_unsigned(&too_large, &large));
    sp_value absent = {.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_NO_SUCH_INSTANCE};
    check("nothing", !sp_is_there(&absent) && !sp_is_there(NULL) && !sp_integer(NULL, &number) && !sp_integer(&absent, &number));
    check_text("its type", sp_type(&gauge), "Gauge32");
}

static void addresses_and_times_are_written(void) {
    char mac[SP_MAC_TEXT], address[SP_ADDRESS_TEXT], time[SP_TIME_TEXT];
    sp_value six = STRING("\0\0\x5e\0\x53\xaf"), four = STRING("\xc0\0\2\1");
    check_text("a MAC", sp_mac(&six, mac) ? mac : NULL, "00:00:5E:00:53:AF");
    check("no MAC", !sp_mac(&four, mac));
    check_text("IPv4", sp_address(&four, address) ? address : NULL, "192.0.2.1");
    static const struct {
        const char *octets, *text;
    } known[] = {
        {" \1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1", "2001:db8::1"},
        {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "::"},
        {" \1\r\xb8\0\0\0\1\0\0\0\0\0\0\0\0", "2001:db8:0:1::"},
        {"\0\1\0\0\0\3\0\4\0\5\0\6\0\7\0\x8", "1:0:3:4:5:6:7:8"},
        {"\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1", "::ffff:192.0.2.1"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        sp_value value = string_of(known[i].octets, 16);
        check_text("IPv6", sp_address(&value, address) ? address : NULL, known[i].text);
    }
    sp_octets zoned = {(const uint8_t *)"\xc0\0\2\1\0\0\1\4", 8};
    check_text("a zone", sp_inet_address(3, zoned, address) ? address : NULL, "192.0.2.1%260");
    check("another type", !sp_inet_address(1, zoned, address) && !sp_inet_address(16, zoned, address));
    sp_value local = STRING("\x07\xea\x0b\x1d\x17\x14\x1b\0"), zone = STRING("\x07\xea\x0b\x1d\x17\x14\x1b\5-\x08\x1e");
    check_text("a time", sp_date_and_time(&local, time) ? time : NULL, "2026-11-29T23:20:27.0");
    check_text("a time", sp_date_and_time(&zone, time) ? time : NULL, "2026-11-29T23:20:27.5-08:30");
    sp_value never = STRING("\x07\xea\x0d\x1d\x17\x14\x1b\0");
    check("no time", !sp_date_and_time(&never, time) && !sp_date_and_time(&four, time));
    sp_value bits = STRING("\x80\x01");
    check("bits", sp_bit(&bits, 0) && !sp_bit(&bits, 1) && sp_bit(&bits, 15) && !sp_bit(&bits, 16));
}

static sp_index index_of(const uint32_t *arcs, size_t length) {
    sp_row row = {.index = arcs, .index_length = length};
    return sp_index_of(&row);
}

static void indexes_are_read_part_by_part(void) {
    const uint32_t arcs[] = {7, 2, 'a', 'b', 0, 0, 94, 0, 83, 1, 1, 4, 192, 0, 2, 1, 2, 1, 3, 'x'};
    const size_t length = sizeof arcs / sizeof *arcs;
    char mac[SP_MAC_TEXT], address[SP_ADDRESS_TEXT];
    sp_index index = index_of(arcs, length);
    check("an arc", sp_index_u32(&index) == 7);
    sp_octets text = sp_index_counted(&index);
    check("octets", text.length == 2 && memcmp(text.octets, "ab", 2) == 0);
    sp_index_mac(&index, mac);
    check_text("a MAC", mac, "00:00:5E:00:53:01");
    sp_index_inet_address(&index, address);
    check_text("an address", address, "192.0.2.1");
    size_t count;
    const uint32_t *oid = sp_index_oid(&index, &count);
    check("an OID", count == 2 && oid[0] == 1 && oid[1] == 3);
    check("not its end", !sp_index_end(&index));
    text = sp_index_implied(&index);
    check("the rest", text.length == 1 && sp_index_end(&index));
    for (size_t cut = 0; cut < length - 1; cut++) {
        index = index_of(arcs, cut);
        sp_index_u32(&index), sp_index_counted(&index), sp_index_mac(&index, mac), sp_index_inet_address(&index, address);
        sp_index_oid(&index, &count);
        check("a cut index is malformed", !sp_index_end(&index));
    }
    const uint32_t large[] = {300, UINT32_MAX};
    index = index_of(large, 2);
    check("no octet", sp_index_fixed(&index, 1).length == 0 && !sp_index_end(&index));
    index = index_of(large + 1, 1);
    check("a length beyond everything", sp_index_counted(&index).length == 0 && !sp_index_end(&index));
}

/* The plugin of this test shows what it is told to. */
static const char *shows;

static bool collect(sp_json *result, sp_error *error) {
    if (shows != NULL) {
        char *text = sp_param_text(shows);
        sp_json_string(result, text == NULL ? "none" : text);
        free(text);
        return true;
    }
    static const sp_column columns[] = {{"1.3.6.1.4.1.32473.1.1.1", "one"}, {"1.3.6.1.4.1.32473.1.1.2", "two"}};
    sp_part part = {.after = "1", .at_most = (uint32_t)sp_param_integer("at_most", 0)};
    sp_table *table = sp_open(NULL, columns, 2, sp_param_bool("part", false) ? &part : NULL, error);
    if (table == NULL) return false;
    sp_json_begin_array(result);
    for (sp_row row; sp_next(table, &row);) {
        sp_json_begin_object(result);
        sp_json_cell_number(result, "one", &row, 0);
        sp_json_cell_text(result, "two", &row, 1);
        sp_json_end_object(result);
    }
    sp_json_end_array(result);
    sp_close(table);
    if (!sp_param_bool("walk", false)) return true;
    sp_walk *walk = sp_open_walk(NULL, "1.3.6.1.4.1.32473.1.1.2", error);
    sp_json rows = {0};
    sp_json_begin_array(&rows);
    for (sp_varbind varbind; walk != NULL && sp_walk_next(walk, &varbind);) sp_json_unsigned(&rows, varbind.name_length);
    sp_json_end_array(&rows);
    if (walk != NULL) sp_walk_close(walk);
    return sp_output_rows("test", &rows, error);
}

static const sp_section_spec sections[] = {{"test", "{}", NULL}, {0}};
static const char *const reads[] = {"1.3.6.1.4.1.32473.1.1", NULL};
SP_PLUGIN(.name = "test", .version = "0.1.0", .summary = "Shows what it is told to.", .sections = sections, .reads = reads,
          .collect = collect);

static void parameters_are_read(void) {
    const char *params = "{ \"n\" : -5 , \"deep\":{\"t\":[1,\"]}\\\"\"]},\"t\":\"a\\u00e9\\ud83d\\ude82\\n\\\"\\\\\",\"b\":true}";
    shows = "t";
    check_text("a text", sp_fake_run(params).json, "\"a\xc3\xa9\xf0\x9f\x9a\x82\\u000a\\\"\\\\\"");
    shows = "missing";
    check_text("none", sp_fake_run(params).json, "\"none\"");
    check("a number", sp_param_integer("n", 1) == -5 && sp_param_integer("t", 1) == 1 && sp_param_integer("x", 2) == 2);
    check("a truth", sp_param_bool("b", false) && !sp_param_bool("n", false));
    shows = "t";
    static const char *const broken[] = {"", "[]", "{\"t\"", "{\"t\":\"cut", "{\"t\":\"\\", "{\"t\":\"\\u12", "{\"a\":[", "{\"a\":1 \"t\":2}"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) sp_fake_run(broken[i]);
    shows = NULL;
}

static void a_recorded_device_answers(void) {
    static const char *const lines[] = {
        "1.3.6.1.4.1.32473.1.1.1.10|70|18446744073709551615", "1.3.6.1.4.1.32473.1.1.1.2|2|-1",
        "1.3.6.1.4.1.32473.1.1.2.2|4x|00 ff", "1.3.6.1.4.1.32473.1.1.2.1|4|a|b ",
    };
    sp_fake_reset();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) sp_fake_set(lines[i]);
    check_text("rows in the order of their indexes", sp_fake_run("{}").json,
               "[{\"one\":null,\"two\":\"a|b \"},{\"one\":-1,\"two\":\"0x00ff\"},{\"one\":18446744073709551615,\"two\":null}]");
    check_text("a part", sp_fake_run("{\"part\":true,\"at_most\":1}").json, "[{\"one\":-1,\"two\":\"0x00ff\"}]");
    check_text("rows that are handed over", sp_fake_run("{\"walk\":true}").rows, "test [11,11]\n");
    sp_fake_silent_below("1.3.6.1.4.1.32473.1.1");
    check_text("a silent table", sp_fake_run("{}").json, "[]");
    sp_fake_reset();
    check("reset", sp_fake_run("{}").is_ok);
}

int main(void) {
    octets_become_text();
    json_nests_and_has_every_digit();
    oids_are_read_and_written();
    numbers_are_read_of_any_type();
    addresses_and_times_are_written();
    indexes_are_read_part_by_part();
    parameters_are_read();
    a_recorded_device_answers();
    sp_fake_reset();
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
