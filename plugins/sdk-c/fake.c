/* A recorded device behind snmp_proxy.h. */
#include "fake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FAULTS = 16, MAX_NAMES = 10000, MAX_COLUMNS = 64 };

typedef struct {
    sp_oid name;
    sp_value value;
} object;

typedef struct {
    char *text;
    size_t length;
} buffer;

typedef struct {
    sp_oid root;
    size_t rows;
} fault;

static struct {
    object *objects;
    size_t count, capacity;
    fault silent[MAX_FAULTS], broken[MAX_FAULTS], wrong_types[MAX_FAULTS];
    size_t silent_count, broken_count, wrong_count;
    size_t cancel_after, calls;
    buffer log, rows, undeclared;
    sp_json json;
    const char *params;
    double waited;
} fake = {.cancel_after = SIZE_MAX};

struct sp_agent {
    char unused;
};

struct sp_table {
    const sp_column *columns;
    size_t count;
    sp_wrong_type *wrong;
    snmp_proxy_plugin_snmp_row_t *rows;
    size_t row_count, position;
    sp_outcome outcome;
};

struct sp_walk {
    sp_oid root;
    size_t position, left;
    sp_outcome outcome;
};

/* --- Texts ----------------------------------------------------------------------------------------------------- */

static void ends(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void ends(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static void add(buffer *to, const char *first, const char *second) {
    size_t added = strlen(first) + strlen(second) + 1;
    char *grown = realloc(to->text, to->length + added + 1);
    if (grown == NULL) ends("no memory");
    to->text = grown;
    to->length += (size_t)snprintf(to->text + to->length, added + 1, "%s%s\n", first, second);
}

static void forget(buffer *what) {
    free(what->text);
    *what = (buffer){0};
}

/* --- Objects --------------------------------------------------------------------------------------------------- */

static int compare(const sp_oid *one, const sp_oid *other) {
    for (size_t i = 0; i < one->length && i < other->length; i++) {
        if (one->arcs[i] != other->arcs[i]) return one->arcs[i] < other->arcs[i] ? -1 : 1;
    }
    return one->length < other->length ? -1 : one->length > other->length;
}

static bool is_below(const sp_oid *name, const sp_oid *root) {
    return root->length <= name->length && memcmp(name->arcs, root->arcs, root->length * sizeof(uint32_t)) == 0;
}

static sp_oid known(const char *text) {
    sp_oid oid;
    if (!sp_oid_parse(text, &oid)) ends("not an object identifier: %s", text);
    return oid;
}

static void free_value(sp_value *value) {
    if (value->tag == SNMP_PROXY_PLUGIN_TYPES_VALUE_OCTET_STRING || value->tag == SNMP_PROXY_PLUGIN_TYPES_VALUE_OPAQUE) {
        free(value->val.octet_string.ptr);
    }
    if (value->tag == SNMP_PROXY_PLUGIN_TYPES_VALUE_OBJECT_IDENTIFIER) free(value->val.object_identifier.ptr);
}

/* Keeps the objects in the order of their names; of two values for one name the last counts. */
static void keep(object added) {
    size_t place = 0;
    while (place < fake.count && compare(&fake.objects[place].name, &added.name) < 0) place++;
    if (place < fake.count && compare(&fake.objects[place].name, &added.name) == 0) {
        free_value(&fake.objects[place].value);
        fake.objects[place] = added;
        return;
    }
    if (fake.count == fake.capacity) {
        fake.capacity = fake.capacity * 2 + 16;
        object *grown = realloc(fake.objects, fake.capacity * sizeof *grown);
        if (grown == NULL) ends("no memory");
        fake.objects = grown;
    }
    memmove(fake.objects + place + 1, fake.objects + place, (fake.count - place) * sizeof *fake.objects);
    fake.objects[place] = added;
    fake.count++;
}

static void octets_of(sp_value *value, uint8_t tag, const char *text, size_t length) {
    value->tag = tag;
    value->val.octet_string.ptr = sp_allocate(length);
    value->val.octet_string.len = length;
    memcpy(value->val.octet_string.ptr, text, length);
}

static bool hex_of(sp_value *value, uint8_t tag, const char *text) {
    char *octets = sp_allocate(strlen(text) / 2);
    size_t count = 0;
    bool is_hex = true;
    while (is_hex && *text != '\0') {
        if (*text == ' ') {
            text++;
            continue;
        }
        char pair[3] = {text[0], text[1], '\0'};
        char *end;
        octets[count] = (char)strtoul(pair, &end, 16);
        is_hex = text[1] != '\0' && end == pair + 2 && pair[0] != '+' && pair[0] != '-';
        if (is_hex) count++, text += 2;
    }
    if (is_hex) octets_of(value, tag, octets, count);
    free(octets);
    return is_hex;
}

static bool number_of(const char *text, int64_t least, uint64_t most, uint64_t *number) {
    uint8_t tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_OCTET_STRING;
    sp_value value = {.tag = tag, .val.octet_string = {(uint8_t *)text, strlen(text)}};
    int64_t whole;
    if (least < 0) return sp_integer(&value, &whole) && whole >= least && whole <= (int64_t)most && (*number = (uint64_t)whole, true);
    return sp_unsigned(&value, number) && *number <= most;
}

static bool address_of(const char *text, sp_value *value) {
    sp_oid octets;
    if (!sp_oid_parse(text, &octets) || octets.length != 4 || *text == '.') return false;
    for (size_t i = 0; i < 4; i++) {
        if (octets.arcs[i] > 255) return false;
    }
    value->tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_IP_ADDRESS;
    value->val.ip_address = (collecting_tuple4_u8_u8_u8_u8_t){(uint8_t)octets.arcs[0], (uint8_t)octets.arcs[1],
                                                              (uint8_t)octets.arcs[2], (uint8_t)octets.arcs[3]};
    return true;
}

/* The value of a line, or what is wrong with it. */
static const char *value_of(const char *kind, const char *content, sp_value *value) {
    uint64_t number = 0;
    unsigned tag = (unsigned)strtoul(kind, NULL, 10);
    bool is_hex = kind[strlen(kind) - 1] == 'x';
    static const struct {
        unsigned tag;
        uint8_t is;
    } octets[] = {{4, SNMP_PROXY_PLUGIN_TYPES_VALUE_OCTET_STRING}, {68, SNMP_PROXY_PLUGIN_TYPES_VALUE_OPAQUE}};
    for (size_t i = 0; i < sizeof octets / sizeof *octets; i++) {
        if (tag != octets[i].tag) continue;
        if (is_hex) return hex_of(value, octets[i].is, content) ? NULL : "not pairs of hexadecimal digits";
        octets_of(value, octets[i].is, content, strlen(content));
        return NULL;
    }
    if (is_hex) return "this type is not read from hexadecimal digits here";
    switch (tag) {
    case 2:
        value->tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_INTEGER;
        if (!number_of(content, INT32_MIN, INT32_MAX, &number)) return "not a number of 32 bits";
        value->val.integer = (int64_t)number;
        return NULL;
    case 5:
    case 128:
    case 129:
    case 130:
        if (*content != '\0') return "this type has no value";
        value->tag = tag == 5 ? SNMP_PROXY_PLUGIN_TYPES_VALUE_NULL
                              : (uint8_t)(SNMP_PROXY_PLUGIN_TYPES_VALUE_NO_SUCH_OBJECT + (tag - 128));
        return NULL;
    case 6: {
        sp_oid oid;
        if (!sp_oid_parse(content, &oid)) return "not an object identifier";
        value->tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_OBJECT_IDENTIFIER;
        value->val.object_identifier.len = oid.length;
        value->val.object_identifier.ptr = sp_allocate(oid.length * sizeof(uint32_t));
        memcpy(value->val.object_identifier.ptr, oid.arcs, oid.length * sizeof(uint32_t));
        return NULL;
    }
    case 64:
        return address_of(content, value) ? NULL : "not an IPv4 address";
    case 65:
    case 66:
    case 67:
    case 71:
        if (!number_of(content, 0, UINT32_MAX, &number)) return "not a number of 32 bits";
        value->tag = tag == 71 ? SNMP_PROXY_PLUGIN_TYPES_VALUE_UINTEGER32
                               : (uint8_t)(SNMP_PROXY_PLUGIN_TYPES_VALUE_COUNTER32 + (tag - 65));
        value->val.counter32 = (uint32_t)number;
        return NULL;
    case 70:
        if (!number_of(content, 0, UINT64_MAX, &number)) return "not a number of 64 bits";
        value->tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_COUNTER64;
        value->val.counter64 = number;
        return NULL;
    default:
        return "unknown type";
    }
}

static const char *set(char *line) {
    char *first = strchr(line, '|'), *second = first == NULL ? NULL : strchr(first + 1, '|');
    if (second == NULL) return "three fields separated by `|` are needed";
    *first = *second = '\0';
    const char *kind = first + 1;
    size_t digits = strspn(kind, "0123456789");
    if (digits == 0 || digits > 3 || (kind[digits] != '\0' && strcmp(kind + digits, "x") != 0)) return "unknown type";
    object added = {0};
    if (!sp_oid_parse(line, &added.name)) return "not an object identifier";
    const char *wrong = value_of(kind, second + 1, &added.value);
    if (wrong == NULL) keep(added);
    return wrong;
}

void sp_fake_set(const char *line) {
    size_t length = strlen(line);
    char *copy = sp_allocate(length + 1);
    memcpy(copy, line, length);
    const char *wrong = set(copy);
    free(copy);
    if (wrong != NULL) ends("%s: %s", wrong, line);
}

void sp_fake_load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) ends("%s: cannot be opened", path);
    char line[65536];
    for (size_t number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '#' || line[strspn(line, " \t")] == '\0') continue;
        const char *wrong = set(line);
        if (wrong != NULL) ends("%s:%zu: %s", path, number, wrong);
    }
    fclose(file);
}

void sp_fake_remove(const char *subtree) {
    sp_oid root = known(subtree);
    size_t kept = 0;
    for (size_t i = 0; i < fake.count; i++) {
        if (is_below(&fake.objects[i].name, &root)) free_value(&fake.objects[i].value);
        else fake.objects[kept++] = fake.objects[i];
    }
    fake.count = kept;
}

static void add_fault(fault *faults, size_t *count, const char *root, size_t rows) {
    if (*count == MAX_FAULTS) ends("more than %d faults of a kind", MAX_FAULTS);
    faults[(*count)++] = (fault){known(root), rows};
}

void sp_fake_silent_below(const char *subtree) { add_fault(fake.silent, &fake.silent_count, subtree, 0); }
void sp_fake_break_off(const char *root, size_t rows) { add_fault(fake.broken, &fake.broken_count, root, rows); }
void sp_fake_wrong_types_below(const char *subtree) { add_fault(fake.wrong_types, &fake.wrong_count, subtree, 0); }
void sp_fake_cancel_after(size_t calls) { fake.cancel_after = calls; }

void sp_fake_reset(void) {
    for (size_t i = 0; i < fake.count; i++) free_value(&fake.objects[i].value);
    free(fake.objects);
    forget(&fake.log);
    forget(&fake.rows);
    forget(&fake.undeclared);
    sp_json_free(&fake.json);
    memset(&fake, 0, sizeof fake);
    fake.cancel_after = SIZE_MAX;
}

/* --- Asking ---------------------------------------------------------------------------------------------------- */

static bool is_cancelled(void) {
    return fake.calls++ >= fake.cancel_after;
}

static bool is_declared(const sp_oid *name, sp_error *error) {
    for (const char *const *read = sp_the_plugin.reads; read != NULL && *read != NULL; read++) {
        sp_oid root = known(*read);
        if (is_below(name, &root)) return true;
    }
    char text[SP_OID_TEXT];
    sp_oid_text(name->arcs, name->length, text);
    add(&fake.undeclared, text, "");
    return sp_fail(error, "not-declared", "%s is outside the subtrees that the manifest declares, so nothing was sent", text);
}

static bool is_silent(const sp_oid *name) {
    for (size_t i = 0; i < fake.silent_count; i++) {
        if (is_below(name, &fake.silent[i].root)) return true;
    }
    return false;
}

static sp_value wrong_type = {.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_NULL};

static sp_value *shown(object *from) {
    for (size_t i = 0; i < fake.wrong_count; i++) {
        if (is_below(&from->name, &fake.wrong_types[i].root)) return &wrong_type;
    }
    return &from->value;
}

static object *find(const sp_oid *name) {
    for (size_t i = 0; i < fake.count; i++) {
        if (compare(&fake.objects[i].name, name) == 0) return &fake.objects[i];
    }
    return NULL;
}

/* How a reading of so many rows ends, and how many of them there are. */
static sp_outcome outcome_of(const sp_oid *root, size_t *rows) {
    sp_outcome outcome = {0};
    bool is_broken = is_silent(root);
    if (is_broken) *rows = 0;
    for (size_t i = 0; i < fake.broken_count; i++) {
        if (compare(root, &fake.broken[i].root) != 0) continue;
        is_broken = true;
        if (*rows > fake.broken[i].rows) *rows = fake.broken[i].rows;
    }
    outcome.status = is_broken ? (*rows > 0 ? SP_PARTIAL : SP_FAILED) : (*rows > 0 ? SP_COMPLETE : SP_UNSUPPORTED);
    outcome.rows = (uint32_t)*rows;
    if (is_broken) {
        snprintf(outcome.kind, sizeof outcome.kind, "timeout");
        snprintf(outcome.reason, sizeof outcome.reason, "no answer");
    }
    return outcome;
}

sp_agent *sp_in_context(const char *name, sp_error *error) {
    (void)name;
    sp_fail(error, "not-in-version", "the recorded device has no contexts");
    return NULL;
}

sp_agent *sp_in_vlan(uint32_t number, sp_error *error) {
    (void)number;
    sp_fail(error, "not-in-version", "the recorded device has no VLANs");
    return NULL;
}

void sp_agent_close(sp_agent *agent) { (void)agent; }

bool sp_get(sp_agent *agent, const char *const *names, size_t count, sp_values *values, sp_error *error) {
    (void)agent;
    *values = (sp_values){0};
    if (is_cancelled()) return sp_fail(error, "deadline", "the poll was cancelled");
    if (count > MAX_NAMES) return sp_fail(error, "limit-exceeded", "at most %d are possible (limit `get_names`)", MAX_NAMES);
    for (size_t i = 0; i < count; i++) {
        sp_oid name;
        if (!sp_oid_parse(names[i], &name)) return sp_fail(error, "invalid-argument", "not an object identifier: %s", names[i]);
        if (!is_declared(&name, error)) return false;
        if (is_silent(&name)) return sp_fail(error, "timeout", "no answer");
    }
    values->list.ptr = sp_allocate(count * sizeof *values->list.ptr);
    values->list.len = count;
    for (size_t i = 0; i < count; i++) {
        sp_oid name = known(names[i]);
        object *found = find(&name);
        values->list.ptr[i].value.tag = SNMP_PROXY_PLUGIN_TYPES_VALUE_NO_SUCH_INSTANCE;
        if (found != NULL) values->list.ptr[i].value = *shown(found);
    }
    return true;
}

void sp_values_free(sp_values *values) {
    free(values->list.ptr);
    *values = (sp_values){0};
}

static void free_rows(sp_table *table) {
    for (size_t i = 0; i < table->row_count; i++) {
        free(table->rows[i].index.ptr);
        free(table->rows[i].cells.ptr);
    }
    free(table->rows);
}

static int compare_rows(const void *one, const void *other) {
    const snmp_proxy_plugin_snmp_row_t *rows[] = {one, other};
    sp_oid indexes[2];
    for (size_t i = 0; i < 2; i++) {
        indexes[i].length = rows[i]->index.len;
        memcpy(indexes[i].arcs, rows[i]->index.ptr, rows[i]->index.len * sizeof(uint32_t));
    }
    return compare(&indexes[0], &indexes[1]);
}

static void put_cell(sp_table *table, size_t column, const uint32_t *index, size_t length, sp_value *value) {
    snmp_proxy_plugin_snmp_row_t *row = NULL;
    for (size_t i = 0; i < table->row_count && row == NULL; i++) {
        snmp_proxy_plugin_snmp_row_t *known_row = &table->rows[i];
        if (known_row->index.len == length && memcmp(known_row->index.ptr, index, length * sizeof *index) == 0) row = known_row;
    }
    if (row == NULL) {
        table->rows = realloc(table->rows, (table->row_count + 1) * sizeof *table->rows);
        if (table->rows == NULL) ends("no memory");
        row = &table->rows[table->row_count++];
        row->index.ptr = sp_allocate(length * sizeof *index);
        row->index.len = length;
        memcpy(row->index.ptr, index, length * sizeof *index);
        row->cells.ptr = sp_allocate(table->count * sizeof *row->cells.ptr);
        row->cells.len = table->count;
    }
    row->cells.ptr[column].is_some = true;
    row->cells.ptr[column].val = *value;
}

static bool is_wanted(const uint32_t *index, size_t length, const sp_part *part) {
    sp_oid found = {.length = length}, edge;
    memcpy(found.arcs, index, length * sizeof *index);
    if (part == NULL) return true;
    if (part->below != NULL && (edge = known(part->below), !is_below(&found, &edge))) return false;
    return part->after == NULL || (edge = known(part->after), compare(&found, &edge) > 0);
}

sp_table *sp_open(sp_agent *agent, const sp_column *columns, size_t count, const sp_part *part, sp_error *error) {
    (void)agent;
    if (is_cancelled()) return sp_fail(error, "deadline", "the poll was cancelled"), NULL;
    if (count == 0 || count > MAX_COLUMNS) return sp_fail(error, "invalid-argument", "not 1 to %d columns", MAX_COLUMNS), NULL;
    sp_oid entry = {0};
    for (size_t i = 0; i < count; i++) {
        sp_oid column;
        if (!sp_oid_parse(columns[i].oid, &column)) {
            return sp_fail(error, "invalid-argument", "not an object identifier: %s", columns[i].oid), NULL;
        }
        if (!is_declared(&column, error)) return NULL;
        if (i == 0) entry = column, entry.length--;
    }
    sp_table *table = sp_allocate(sizeof *table);
    table->columns = columns;
    table->count = count;
    table->wrong = sp_allocate(count * sizeof *table->wrong);
    for (size_t i = 0; i < count; i++) {
        sp_oid column = known(columns[i].oid);
        for (size_t place = 0; place < fake.count; place++) {
            object *found = &fake.objects[place];
            if (!is_below(&found->name, &column) || found->name.length == column.length) continue;
            const uint32_t *index = found->name.arcs + column.length;
            size_t length = found->name.length - column.length;
            if (is_wanted(index, length, part)) put_cell(table, i, index, length, shown(found));
        }
    }
    if (table->row_count > 0) qsort(table->rows, table->row_count, sizeof *table->rows, compare_rows);
    size_t left = table->row_count;
    if (part != NULL && part->at_most > 0 && left > part->at_most) left = part->at_most;
    table->outcome = outcome_of(&entry, &left);
    return table;
}

bool sp_next(sp_table *table, sp_row *row) {
    if (is_cancelled() || table->position == table->outcome.rows) return false;
    const snmp_proxy_plugin_snmp_row_t *next = &table->rows[table->position++];
    *row = (sp_row){table, next->index.ptr, next->index.len, next};
    return true;
}

sp_outcome sp_close(sp_table *table) {
    sp_outcome outcome = table->outcome;
    sp_warn_of_wrong_types(table->columns, table->wrong, table->count);
    free_rows(table);
    free(table->wrong);
    free(table);
    return outcome;
}

void sp_note_wrong_type(sp_table *table, size_t column, const sp_value *value) {
    if (table->wrong[column].count++ == 0) table->wrong[column].type = sp_type(value);
}

sp_walk *sp_open_walk(sp_agent *agent, const char *root, sp_error *error) {
    (void)agent;
    sp_oid below;
    if (is_cancelled()) return sp_fail(error, "deadline", "the poll was cancelled"), NULL;
    if (!sp_oid_parse(root, &below)) return sp_fail(error, "invalid-argument", "not an object identifier: %s", root), NULL;
    if (!is_declared(&below, error)) return NULL;
    sp_walk *walk = sp_allocate(sizeof *walk);
    walk->root = below;
    for (size_t i = 0; i < fake.count; i++) walk->left += is_below(&fake.objects[i].name, &below);
    walk->outcome = outcome_of(&below, &walk->left);
    return walk;
}

bool sp_walk_next(sp_walk *walk, sp_varbind *varbind) {
    if (is_cancelled() || walk->left == 0) return false;
    while (!is_below(&fake.objects[walk->position].name, &walk->root)) walk->position++;
    object *next = &fake.objects[walk->position++];
    walk->left--;
    *varbind = (sp_varbind){next->name.arcs, next->name.length, shown(next)};
    return true;
}

sp_outcome sp_walk_close(sp_walk *walk) {
    sp_outcome outcome = walk->outcome;
    free(walk);
    return outcome;
}

/* --- The job --------------------------------------------------------------------------------------------------- */

void sp_log(sp_level level, const char *format, ...) {
    static const char *const levels[] = {"debug: ", "info: ", "warn: ", "error: "};
    char line[SP_MESSAGE_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    add(&fake.log, levels[level], line);
}

void sp_progress(const char *line, const char *counter, uint32_t count) {
    (void)line, (void)counter, (void)count;
}

const char *sp_params(void) { return fake.params; }
void sp_wait(uint32_t milliseconds) { fake.waited += milliseconds * 1000.0; }
double sp_elapsed(void) { return fake.waited; }
bool sp_offers(const char *function) { return function != NULL; }
char *sp_section(const char *name) { return (void)name, NULL; }

bool sp_output_rows(const char *section, sp_json *rows, sp_error *error) {
    if (is_cancelled()) {
        sp_json_free(rows);
        return sp_fail(error, "deadline", "the poll was cancelled");
    }
    char name[SP_MESSAGE_TEXT];
    snprintf(name, sizeof name, "%s ", section);
    add(&fake.rows, name, rows->text == NULL ? "" : rows->text);
    sp_json_free(rows);
    return true;
}

sp_fake_result sp_fake_run(const char *params) {
    sp_fake_result result = {0};
    forget(&fake.log);
    forget(&fake.rows);
    sp_json_free(&fake.json);
    fake.params = params;
    fake.calls = 0;
    result.is_ok = sp_the_plugin.collect(&fake.json, &result.error);
    if (fake.undeclared.text != NULL) ends("the plugin reads what its manifest does not declare: %s", fake.undeclared.text);
    result.json = fake.json.text == NULL ? "{}" : fake.json.text;
    result.log = fake.log.text == NULL ? "" : fake.log.text;
    result.rows = fake.rows.text == NULL ? "" : fake.rows.text;
    result.calls = fake.calls;
    return result;
}
