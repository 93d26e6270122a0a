/* Everything that needs no host: values, texts, indexes, JSON, parameters. */
#include "snmp_proxy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *sp_allocate(size_t size) {
    void *memory = calloc(1, size > 0 ? size : 1);
    /* The sandbox tells which limit it was. */
    if (memory == NULL) __builtin_trap();
    return memory;
}

bool sp_fail(sp_error *error, const char *kind, const char *format, ...) {
    snprintf(error->kind, sizeof error->kind, "%s", kind);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    error->has_at = false;
    return false;
}

/* --- Object identifiers ---------------------------------------------------------------------------------------- */

bool sp_oid_parse(const char *text, sp_oid *oid) {
    oid->length = 0;
    if (text == NULL) return false;
    if (*text == '.') text++;
    for (;;) {
        uint64_t arc = 0;
        size_t digits = 0;
        for (; *text >= '0' && *text <= '9'; text++, digits++) {
            arc = arc * 10 + (uint64_t)(*text - '0');
            if (arc > UINT32_MAX) return false;
        }
        if (digits == 0 || oid->length == SP_MAX_ARCS) return false;
        oid->arcs[oid->length++] = (uint32_t)arc;
        if (*text == '\0') return true;
        if (*text++ != '.') return false;
    }
}

void sp_oid_text(const uint32_t *arcs, size_t length, char text[SP_OID_TEXT]) {
    size_t end = 0;
    text[0] = '\0';
    for (size_t i = 0; i < length && end < SP_OID_TEXT - 12; i++) {
        end += (size_t)snprintf(text + end, SP_OID_TEXT - end, i == 0 ? "%lu" : ".%lu", (unsigned long)arcs[i]);
    }
}

/* --- Values ---------------------------------------------------------------------------------------------------- */

bool sp_is_there(const sp_value *value) {
    return value != NULL && value->tag != SNMP_PROXY_PLUGIN_TYPES_VALUE_NO_SUCH_OBJECT &&
           value->tag != SNMP_PROXY_PLUGIN_TYPES_VALUE_NO_SUCH_INSTANCE &&
           value->tag != SNMP_PROXY_PLUGIN_TYPES_VALUE_END_OF_MIB_VIEW;
}

const char *sp_type(const sp_value *value) {
    static const char *const names[] = {
        "INTEGER",   "OCTET STRING", "NULL",        "OBJECT IDENTIFIER", "IpAddress",    "Counter32",
        "Gauge32",   "TimeTicks",    "Opaque",      "NsapAddress",       "Counter64",    "UInteger32",
        "noSuchObject", "noSuchInstance", "endOfMibView",
    };
    if (value == NULL) return "nothing";
    return value->tag < sizeof names / sizeof *names ? names[value->tag] : "an unknown type";
}

/* A text of decimal digits has only one reading, unlike `1G` or `1e9`. */
static bool number_in_text(const uint8_t *octets, size_t length, bool *is_negative, uint64_t *magnitude) {
    while (length > 0 && (octets[length - 1] == '\0' || octets[length - 1] == ' ')) length--;
    while (length > 0 && *octets == ' ') octets++, length--;
    *is_negative = length > 0 && *octets == '-';
    if (*is_negative) octets++, length--;
    if (length == 0) return false;
    *magnitude = 0;
    for (size_t i = 0; i < length; i++) {
        if (octets[i] < '0' || octets[i] > '9') return false;
        uint64_t digit = (uint64_t)(octets[i] - '0');
        if (*magnitude > (UINT64_MAX - digit) / 10) return false;
        *magnitude = *magnitude * 10 + digit;
    }
    return true;
}

static bool any_number(const sp_value *value, bool *is_negative, uint64_t *magnitude) {
    *is_negative = false;
    if (value == NULL) return false;
    switch (value->tag) {
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_INTEGER:
        *is_negative = value->val.integer < 0;
        *magnitude = *is_negative ? 0 - (uint64_t)value->val.integer : (uint64_t)value->val.integer;
        return true;
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_COUNTER32:
        *magnitude = value->val.counter32;
        return true;
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_GAUGE32:
        *magnitude = value->val.gauge32;
        return true;
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_TIME_TICKS:
        *magnitude = value->val.time_ticks;
        return true;
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_UINTEGER32:
        *magnitude = value->val.uinteger32;
        return true;
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_COUNTER64:
        *magnitude = value->val.counter64;
        return true;
    case SNMP_PROXY_PLUGIN_TYPES_VALUE_OCTET_STRING:
        return number_in_text(value->val.octet_string.ptr, value->val.octet_string.len, is_negative, magnitude);
    default:
        return false;
    }
}

bool sp_integer(const sp_value *value, int64_t *number) {
    bool is_negative;
    uint64_t magnitude;
    if (!any_number(value, &is_negative, &magnitude)) return false;
    if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0)) return false;
    *number = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

bool sp_unsigned(const sp_value *value, uint64_t *number) {
    bool is_negative;
    uint64_t magnitude;
    if (!any_number(value, &is_negative, &magnitude) || (is_negative && magnitude > 0)) return false;
    *number = magnitude;
    return true;
}

bool sp_string(const sp_value *value, sp_octets *octets) {
    if (value == NULL || (value->tag != SNMP_PROXY_PLUGIN_TYPES_VALUE_OCTET_STRING &&
                          value->tag != SNMP_PROXY_PLUGIN_TYPES_VALUE_OPAQUE)) {
        return false;
    }
    *octets = (sp_octets){value->val.octet_string.ptr, value->val.octet_string.len};
    return true;
}

bool sp_bit(const sp_value *value, size_t bit) {
    sp_octets octets;
    return sp_string(value, &octets) && bit / 8 < octets.length && (octets.octets[bit / 8] & (0x80 >> (bit % 8))) != 0;
}

static bool mac_of(sp_octets octets, char text[SP_MAC_TEXT]) {
    if (octets.length != 6) return false;
    const uint8_t *o = octets.octets;
    snprintf(text, SP_MAC_TEXT, "%02X:%02X:%02X:%02X:%02X:%02X", o[0], o[1], o[2], o[3], o[4], o[5]);
    return true;
}

bool sp_mac(const sp_value *value, char text[SP_MAC_TEXT]) {
    sp_octets octets;
    return sp_string(value, &octets) && mac_of(octets, text);
}

/* RFC 5952: the longest run of zeros is left out, lower case, no zeros in front. */
static void ipv6_text(const uint8_t *o, char text[SP_ADDRESS_TEXT]) {
    unsigned groups[8];
    for (size_t i = 0; i < 8; i++) groups[i] = (unsigned)o[2 * i] << 8 | o[2 * i + 1];
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (memcmp(o, mapped, sizeof mapped) == 0) {
        snprintf(text, SP_ADDRESS_TEXT, "::ffff:%u.%u.%u.%u", o[12], o[13], o[14], o[15]);
        return;
    }
    size_t start = 8, length = 1;
    for (size_t first = 0; first < 8; first++) {
        size_t last = first;
        while (last < 8 && groups[last] == 0) last++;
        if (last - first > length) start = first, length = last - first;
    }
    size_t end = 0;
    text[0] = '\0';
    for (size_t i = 0; i < 8; i++) {
        if (i == start) {
            end += (size_t)snprintf(text + end, SP_ADDRESS_TEXT - end, "::");
            i += length - 1;
        } else {
            bool follows = i > 0 && text[end - 1] != ':';
            end += (size_t)snprintf(text + end, SP_ADDRESS_TEXT - end, follows ? ":%x" : "%x", groups[i]);
        }
    }
}

bool sp_inet_address(uint32_t type, sp_octets octets, char text[SP_ADDRESS_TEXT]) {
    static const size_t lengths[] = {0, 4, 16, 8, 20};
    if (type < 1 || type > 4 || octets.length != lengths[type]) return false;
    const uint8_t *o = octets.octets;
    if (type == 1 || type == 3) {
        snprintf(text, SP_ADDRESS_TEXT, "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
    } else {
        ipv6_text(o, text);
    }
    if (type > 2) {
        const uint8_t *zone = o + octets.length - 4;
        unsigned long number = (unsigned long)zone[0] << 24 | (unsigned long)zone[1] << 16 | (unsigned long)zone[2] << 8 | zone[3];
        size_t end = strlen(text);
        snprintf(text + end, SP_ADDRESS_TEXT - end, "%%%lu", number);
    }
    return true;
}

bool sp_address(const sp_value *value, char text[SP_ADDRESS_TEXT]) {
    if (value != NULL && value->tag == SNMP_PROXY_PLUGIN_TYPES_VALUE_IP_ADDRESS) {
        uint8_t octets[] = {value->val.ip_address.f0, value->val.ip_address.f1, value->val.ip_address.f2,
                            value->val.ip_address.f3};
        return sp_inet_address(1, (sp_octets){octets, 4}, text);
    }
    sp_octets octets;
    if (!sp_string(value, &octets)) return false;
    return sp_inet_address(octets.length == 4 ? 1 : 2, octets, text);
}

bool sp_date_and_time(const sp_value *value, char text[SP_TIME_TEXT]) {
    sp_octets octets;
    if (!sp_string(value, &octets) || (octets.length != 8 && octets.length != 11)) return false;
    const uint8_t *o = octets.octets;
    if (o[2] < 1 || o[2] > 12 || o[3] < 1 || o[3] > 31 || o[4] > 23 || o[5] > 59 || o[6] > 60 || o[7] > 9) return false;
    unsigned year = (unsigned)o[0] << 8 | o[1];
    size_t end = (size_t)snprintf(text, SP_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%u", year, o[2], o[3], o[4], o[5], o[6], o[7]);
    if (octets.length == 8) return true;
    if ((o[8] != '+' && o[8] != '-') || o[9] > 14 || o[10] > 59) return false;
    snprintf(text + end, SP_TIME_TEXT - end, "%c%02u:%02u", o[8], o[9], o[10]);
    return true;
}

/* --- Rows ------------------------------------------------------------------------------------------------------ */

const sp_value *sp_values_at(const sp_values *values, size_t position) {
    return position < values->list.len ? &values->list.ptr[position].value : NULL;
}

const sp_value *sp_cell(const sp_row *row, size_t column) {
    if (column >= row->row->cells.len) return NULL;
    const snmp_proxy_plugin_snmp_option_value_t *cell = &row->row->cells.ptr[column];
    return cell->is_some && sp_is_there(&cell->val) ? &cell->val : NULL;
}

bool sp_cell_integer(const sp_row *row, size_t column, int64_t *number) {
    const sp_value *value = sp_cell(row, column);
    if (value != NULL && !sp_integer(value, number)) sp_note_wrong_type(row->table, column, value);
    return value != NULL && sp_integer(value, number);
}

bool sp_cell_unsigned(const sp_row *row, size_t column, uint64_t *number) {
    const sp_value *value = sp_cell(row, column);
    if (value != NULL && !sp_unsigned(value, number)) sp_note_wrong_type(row->table, column, value);
    return value != NULL && sp_unsigned(value, number);
}

bool sp_cell_string(const sp_row *row, size_t column, sp_octets *octets) {
    const sp_value *value = sp_cell(row, column);
    if (value != NULL && !sp_string(value, octets)) sp_note_wrong_type(row->table, column, value);
    return value != NULL && sp_string(value, octets);
}

void sp_warn_of_wrong_types(const sp_column *columns, const sp_wrong_type *wrong, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (wrong[i].count == 0) continue;
        sp_log(SP_WARN, "%s: %lu %s of another type, e.g. %s", columns[i].name, (unsigned long)wrong[i].count,
               wrong[i].count == 1 ? "value" : "values", wrong[i].type);
    }
}

/* --- Indexes --------------------------------------------------------------------------------------------------- */

sp_index sp_index_of(const sp_row *row) {
    sp_index index = {0};
    index.arcs = row->index;
    index.length = row->index_length;
    return index;
}

static const uint32_t *take(sp_index *index, size_t length) {
    if (index->is_malformed || length > index->length - index->position) {
        index->is_malformed = true;
        return NULL;
    }
    const uint32_t *taken = index->arcs + index->position;
    index->position += length;
    return taken;
}

uint32_t sp_index_u32(sp_index *index) {
    const uint32_t *arc = take(index, 1);
    return arc == NULL ? 0 : *arc;
}

sp_octets sp_index_fixed(sp_index *index, size_t length) {
    const uint32_t *arcs = length <= sizeof index->octets ? take(index, length) : NULL;
    index->is_malformed |= arcs == NULL;
    for (size_t i = 0; arcs != NULL && i < length; i++) {
        index->is_malformed |= arcs[i] > 255;
        index->octets[i] = (uint8_t)arcs[i];
    }
    return index->is_malformed ? (sp_octets){index->octets, 0} : (sp_octets){index->octets, length};
}

sp_octets sp_index_counted(sp_index *index) {
    return sp_index_fixed(index, sp_index_u32(index));
}

sp_octets sp_index_implied(sp_index *index) {
    return sp_index_fixed(index, index->length - index->position);
}

const uint32_t *sp_index_oid(sp_index *index, size_t *length) {
    *length = sp_index_u32(index);
    const uint32_t *arcs = take(index, *length);
    if (arcs == NULL) *length = 0;
    return arcs;
}

void sp_index_mac(sp_index *index, char text[SP_MAC_TEXT]) {
    text[0] = '\0';
    if (!mac_of(sp_index_fixed(index, 6), text)) index->is_malformed = true;
}

void sp_index_inet_address(sp_index *index, char text[SP_ADDRESS_TEXT]) {
    text[0] = '\0';
    uint32_t type = sp_index_u32(index);
    if (!sp_inet_address(type, sp_index_counted(index), text)) index->is_malformed = true;
}

bool sp_index_end(const sp_index *index) {
    return !index->is_malformed && index->position == index->length;
}

/* --- JSON ------------------------------------------------------------------------------------------------------ */

static void append(sp_json *json, const char *text, size_t length) {
    if (json->capacity - json->length <= length) {
        size_t capacity = (json->capacity + length + 64) * 2;
        char *grown = realloc(json->text, capacity);
        if (grown == NULL) __builtin_trap();
        json->text = grown;
        json->capacity = capacity;
    }
    memcpy(json->text + json->length, text, length);
    json->length += length;
    json->text[json->length] = '\0';
}

static void begin_value(sp_json *json) {
    if (json->needs_comma) append(json, ",", 1);
    json->needs_comma = true;
}

static void open_bracket(sp_json *json, const char *bracket) {
    begin_value(json);
    append(json, bracket, 1);
    json->needs_comma = false;
}

static void close_bracket(sp_json *json, const char *bracket) {
    append(json, bracket, 1);
    json->needs_comma = true;
}

void sp_json_begin_object(sp_json *json) { open_bracket(json, "{"); }
void sp_json_end_object(sp_json *json) { close_bracket(json, "}"); }
void sp_json_begin_array(sp_json *json) { open_bracket(json, "["); }
void sp_json_end_array(sp_json *json) { close_bracket(json, "]"); }

static void append_code(sp_json *json, uint32_t code) {
    char text[8];
    if (code == '"' || code == '\\') {
        text[0] = '\\', text[1] = (char)code;
        append(json, text, 2);
    } else if (code < 0x20) {
        append(json, text, (size_t)snprintf(text, sizeof text, "\\u%04x", (unsigned)code));
    } else if (code < 0x80) {
        text[0] = (char)code;
        append(json, text, 1);
    } else if (code < 0x800) {
        text[0] = (char)(0xc0 | code >> 6), text[1] = (char)(0x80 | (code & 0x3f));
        append(json, text, 2);
    } else if (code < 0x10000) {
        text[0] = (char)(0xe0 | code >> 12), text[1] = (char)(0x80 | (code >> 6 & 0x3f)), text[2] = (char)(0x80 | (code & 0x3f));
        append(json, text, 3);
    } else {
        text[0] = (char)(0xf0 | code >> 18), text[1] = (char)(0x80 | (code >> 12 & 0x3f));
        text[2] = (char)(0x80 | (code >> 6 & 0x3f)), text[3] = (char)(0x80 | (code & 0x3f));
        append(json, text, 4);
    }
}

/* One character of strict UTF-8 (RFC 3629): its length, 0 where it is none, -1 where the text ends inside it. */
static int decode(const uint8_t *octets, size_t length, uint32_t *code) {
    uint8_t first = octets[0];
    if (first < 0x80) return *code = first, 1;
    int count = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    if (count == 0) return 0;
    *code = first & (0xffu >> (count + 1));
    for (int i = 1; i < count; i++) {
        if ((size_t)i == length) return -1;
        uint8_t low = 0x80, high = 0xbf;
        if (i == 1 && first == 0xe0) low = 0xa0;
        if (i == 1 && first == 0xed) high = 0x9f;
        if (i == 1 && first == 0xf0) low = 0x90;
        if (i == 1 && first == 0xf4) high = 0x8f;
        if (octets[i] < low || octets[i] > high) return 0;
        *code = *code << 6 | (octets[i] & 0x3f);
    }
    return count;
}

static bool is_printable_latin1(uint8_t octet) {
    return octet == 9 || octet == 10 || octet == 13 || (octet >= 0x20 && octet <= 0x7e) || octet >= 0xa0;
}

typedef enum { TEXT_UTF8, TEXT_CUT, TEXT_LATIN1, TEXT_HEX } text_kind;

/* `Café` in Latin-1 ends with an octet that begins a character of UTF-8, too: something else must say that it is one. */
static text_kind kind_of(const uint8_t *octets, size_t length) {
    bool is_ascii = true, is_latin1 = true, is_readable = true;
    for (size_t i = 0; i < length; i++) is_latin1 &= is_printable_latin1(octets[i]);
    text_kind otherwise = is_latin1 ? TEXT_LATIN1 : TEXT_HEX;
    for (size_t i = 0; i < length;) {
        uint32_t code;
        int count = decode(octets + i, length - i, &code);
        if (count == 0) return otherwise;
        if (count < 0) {
            bool is_letter = true;
            for (size_t cut = i; cut < length; cut++) is_letter &= is_printable_latin1(octets[cut]);
            return i > 0 && is_readable && (!is_ascii || !is_letter) ? TEXT_CUT : otherwise;
        }
        is_ascii &= code < 0x80;
        is_readable &= code == 9 || code == 10 || code == 13 || (code >= 0x20 && code < 0x7f) || code >= 0xa0;
        i += (size_t)count;
    }
    return TEXT_UTF8;
}

void sp_json_octets(sp_json *json, sp_octets octets) {
    size_t length = octets.length;
    while (length > 0 && octets.octets[length - 1] == 0) length--;
    begin_value(json);
    append(json, "\"", 1);
    text_kind kind = kind_of(octets.octets, length);
    if (kind == TEXT_HEX) {
        append(json, "0x", 2);
        for (size_t i = 0; i < octets.length; i++) {
            char digits[3];
            append(json, digits, (size_t)snprintf(digits, sizeof digits, "%02x", octets.octets[i]));
        }
    }
    for (size_t i = 0; kind != TEXT_HEX && i < length;) {
        uint32_t code = octets.octets[i];
        int count = kind == TEXT_LATIN1 ? 1 : decode(octets.octets + i, length - i, &code);
        if (count < 0) {
            append_code(json, 0xfffd);
            break;
        }
        append_code(json, code);
        i += (size_t)count;
    }
    append(json, "\"", 1);
}

void sp_json_string(sp_json *json, const char *text) {
    sp_json_octets(json, (sp_octets){(const uint8_t *)text, strlen(text)});
}

void sp_json_key(sp_json *json, const char *key) {
    sp_json_string(json, key);
    append(json, ":", 1);
    json->needs_comma = false;
}

static void word(sp_json *json, const char *text) {
    begin_value(json);
    append(json, text, strlen(text));
}

void sp_json_null(sp_json *json) { word(json, "null"); }
void sp_json_bool(sp_json *json, bool is_true) { word(json, is_true ? "true" : "false"); }

void sp_json_integer(sp_json *json, int64_t number) {
    if (number >= 0) {
        sp_json_unsigned(json, (uint64_t)number);
        return;
    }
    begin_value(json);
    append(json, "-", 1);
    json->needs_comma = false;
    sp_json_unsigned(json, 0 - (uint64_t)number);
}

void sp_json_unsigned(sp_json *json, uint64_t number) {
    char digits[21];
    size_t start = sizeof digits - 1;
    digits[start] = '\0';
    do digits[--start] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    word(json, digits + start);
}

void sp_json_cell_text(sp_json *json, const char *key, const sp_row *row, size_t column) {
    sp_octets octets;
    sp_json_key(json, key);
    if (sp_cell_string(row, column, &octets)) sp_json_octets(json, octets);
    else sp_json_null(json);
}

void sp_json_cell_number(sp_json *json, const char *key, const sp_row *row, size_t column) {
    const sp_value *value = sp_cell(row, column);
    uint64_t large;
    int64_t number;
    sp_json_key(json, key);
    if (value != NULL && sp_unsigned(value, &large)) sp_json_unsigned(json, large);
    else if (sp_cell_integer(row, column, &number)) sp_json_integer(json, number);
    else sp_json_null(json);
}

void sp_json_cell_enum(sp_json *json, const char *key, const sp_row *row, size_t column, const char *const *names,
                       size_t count) {
    int64_t number;
    sp_json_key(json, key);
    if (!sp_cell_integer(row, column, &number)) sp_json_null(json);
    else if (number >= 0 && (uint64_t)number < count && names[number] != NULL) sp_json_string(json, names[number]);
    else sp_json_integer(json, number);
}

void sp_json_free(sp_json *json) {
    free(json->text);
    *json = (sp_json){0};
}
