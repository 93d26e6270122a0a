/* The sandbox behind snmp_proxy.h: the host's imports, and the component's exports. */
#include "snmp_proxy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sp_agent {
    snmp_proxy_plugin_snmp_own_agent_t handle;
};

struct sp_table {
    snmp_proxy_plugin_snmp_own_table_reader_t handle;
    snmp_proxy_plugin_snmp_list_row_t batch;
    size_t position;
    bool has_batch;
    const sp_column *columns;
    size_t count;
    sp_wrong_type *wrong;
};

struct sp_walk {
    snmp_proxy_plugin_snmp_own_walk_reader_t handle;
    snmp_proxy_plugin_snmp_list_varbind_t batch;
    size_t position;
    bool has_batch;
};

static collecting_string_t borrowed(const char *text) {
    return (collecting_string_t){(uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

static void copy(char *to, size_t size, const collecting_string_t *from) {
    size_t length = from->len < size - 1 ? from->len : size - 1;
    memcpy(to, from->ptr, length);
    to[length] = '\0';
}

/* Takes an error of the host over, and returns false. */
static bool taken(sp_error *error, snmp_proxy_plugin_types_error_t *from) {
    copy(error->kind, sizeof error->kind, &from->kind);
    copy(error->message, sizeof error->message, &from->message);
    error->has_at = from->at.is_some && from->at.val.len <= SP_MAX_ARCS;
    if (error->has_at) {
        error->at.length = from->at.val.len;
        memcpy(error->at.arcs, from->at.val.ptr, from->at.val.len * sizeof(uint32_t));
    }
    snmp_proxy_plugin_types_error_free(from);
    return false;
}

static bool arcs_of(const char *text, sp_oid *oid, sp_error *error) {
    return sp_oid_parse(text, oid) || sp_fail(error, "invalid-argument", "not an object identifier: %s", text);
}

static snmp_proxy_plugin_snmp_borrow_agent_t asked(sp_agent *agent) {
    static snmp_proxy_plugin_snmp_own_agent_t device;
    static bool has_device;
    if (agent != NULL) return snmp_proxy_plugin_snmp_borrow_agent(agent->handle);
    if (!has_device) {
        device = snmp_proxy_plugin_snmp_device();
        has_device = true;
    }
    return snmp_proxy_plugin_snmp_borrow_agent(device);
}

sp_agent *sp_in_context(const char *name, sp_error *error) {
    collecting_string_t text = borrowed(name);
    sp_agent *agent = sp_allocate(sizeof *agent);
    snmp_proxy_plugin_types_error_t wrong;
    if (snmp_proxy_plugin_snmp_in_context(&text, &agent->handle, &wrong)) return agent;
    free(agent);
    taken(error, &wrong);
    return NULL;
}

sp_agent *sp_in_vlan(uint32_t number, sp_error *error) {
    sp_agent *agent = sp_allocate(sizeof *agent);
    snmp_proxy_plugin_types_error_t wrong;
    if (snmp_proxy_plugin_snmp_in_vlan(number, &agent->handle, &wrong)) return agent;
    free(agent);
    taken(error, &wrong);
    return NULL;
}

void sp_agent_close(sp_agent *agent) {
    if (agent == NULL) return;
    snmp_proxy_plugin_snmp_agent_drop_own(agent->handle);
    free(agent);
}

/* Object identifiers as the host takes them; `arcs` keeps what they point to. */
static bool list_of(const char *const *names, size_t stride, size_t count, sp_oid **arcs,
                    snmp_proxy_plugin_snmp_list_oid_t *list, sp_error *error) {
    *arcs = sp_allocate(count * sizeof **arcs);
    list->ptr = sp_allocate(count * sizeof *list->ptr);
    list->len = count;
    for (size_t i = 0; i < count; i++) {
        const char *name = *(const char *const *)((const char *)names + i * stride);
        if (!arcs_of(name, &(*arcs)[i], error)) {
            free(*arcs);
            free(list->ptr);
            return false;
        }
        list->ptr[i] = (snmp_proxy_plugin_snmp_oid_t){(*arcs)[i].arcs, (*arcs)[i].length};
    }
    return true;
}

bool sp_get(sp_agent *agent, const char *const *names, size_t count, sp_values *values, sp_error *error) {
    sp_oid *arcs;
    snmp_proxy_plugin_snmp_list_oid_t list;
    snmp_proxy_plugin_types_error_t wrong;
    *values = (sp_values){0};
    if (!list_of(names, sizeof *names, count, &arcs, &list, error)) return false;
    bool is_done = snmp_proxy_plugin_snmp_method_agent_get(asked(agent), &list, &values->list, &wrong);
    free(arcs);
    free(list.ptr);
    return is_done || taken(error, &wrong);
}

void sp_values_free(sp_values *values) {
    snmp_proxy_plugin_snmp_list_varbind_free(&values->list);
    *values = (sp_values){0};
}

sp_table *sp_open(sp_agent *agent, const sp_column *columns, size_t count, const sp_part *part, sp_error *error) {
    sp_oid *arcs, below, after;
    snmp_proxy_plugin_snmp_list_oid_t list;
    snmp_proxy_plugin_types_error_t wrong;
    bool has_below = part != NULL && part->below != NULL, has_after = part != NULL && part->after != NULL;
    if (has_below && !arcs_of(part->below, &below, error)) return NULL;
    if (has_after && !arcs_of(part->after, &after, error)) return NULL;
    if (!list_of(&columns->oid, sizeof *columns, count, &arcs, &list, error)) return NULL;

    sp_table *table = sp_allocate(sizeof *table);
    table->columns = columns;
    table->count = count;
    table->wrong = sp_allocate(count * sizeof *table->wrong);
    bool is_open;
    if (has_below || has_after || (part != NULL && part->at_most > 0)) {
        snmp_proxy_plugin_snmp_own_table_part_t wanted = snmp_proxy_plugin_snmp_constructor_table_part();
        snmp_proxy_plugin_snmp_borrow_table_part_t borrow = snmp_proxy_plugin_snmp_borrow_table_part(wanted);
        if (has_below) snmp_proxy_plugin_snmp_method_table_part_below(borrow, &(snmp_proxy_plugin_snmp_oid_t){below.arcs, below.length});
        if (has_after) snmp_proxy_plugin_snmp_method_table_part_after(borrow, &(snmp_proxy_plugin_snmp_oid_t){after.arcs, after.length});
        if (part->at_most > 0) snmp_proxy_plugin_snmp_method_table_part_at_most(borrow, part->at_most);
        is_open = snmp_proxy_plugin_snmp_method_agent_open_part(asked(agent), &list, borrow, &table->handle, &wrong);
        snmp_proxy_plugin_snmp_table_part_drop_own(wanted);
    } else {
        is_open = snmp_proxy_plugin_snmp_method_agent_open_table(asked(agent), &list, &table->handle, &wrong);
    }
    free(arcs);
    free(list.ptr);
    if (is_open) return table;
    free(table->wrong);
    free(table);
    taken(error, &wrong);
    return NULL;
}

bool sp_next(sp_table *table, sp_row *row) {
    while (!table->has_batch || table->position == table->batch.len) {
        if (table->has_batch) snmp_proxy_plugin_snmp_list_row_free(&table->batch);
        table->has_batch =
            snmp_proxy_plugin_snmp_method_table_reader_next(snmp_proxy_plugin_snmp_borrow_table_reader(table->handle), &table->batch);
        table->position = 0;
        if (!table->has_batch) return false;
    }
    const snmp_proxy_plugin_snmp_row_t *next = &table->batch.ptr[table->position++];
    *row = (sp_row){table, next->index.ptr, next->index.len, next};
    return true;
}

static sp_outcome outcome_of(snmp_proxy_plugin_snmp_outcome_t *from) {
    sp_outcome outcome = {0};
    outcome.status = (sp_status)from->status;
    outcome.rows = from->rows;
    copy(outcome.kind, sizeof outcome.kind, &from->kind);
    copy(outcome.reason, sizeof outcome.reason, &from->reason);
    snmp_proxy_plugin_snmp_outcome_free(from);
    return outcome;
}

sp_outcome sp_close(sp_table *table) {
    snmp_proxy_plugin_snmp_outcome_t from;
    snmp_proxy_plugin_snmp_method_table_reader_outcome(snmp_proxy_plugin_snmp_borrow_table_reader(table->handle), &from);
    sp_outcome outcome = outcome_of(&from);
    sp_warn_of_wrong_types(table->columns, table->wrong, table->count);
    if (table->has_batch) snmp_proxy_plugin_snmp_list_row_free(&table->batch);
    snmp_proxy_plugin_snmp_table_reader_drop_own(table->handle);
    free(table->wrong);
    free(table);
    return outcome;
}

void sp_note_wrong_type(sp_table *table, size_t column, const sp_value *value) {
    if (table->wrong[column].count++ == 0) table->wrong[column].type = sp_type(value);
}

sp_walk *sp_open_walk(sp_agent *agent, const char *root, sp_error *error) {
    sp_oid arcs;
    snmp_proxy_plugin_types_error_t wrong;
    if (!arcs_of(root, &arcs, error)) return NULL;
    sp_walk *walk = sp_allocate(sizeof *walk);
    snmp_proxy_plugin_snmp_oid_t below = {arcs.arcs, arcs.length};
    if (snmp_proxy_plugin_snmp_method_agent_open_walk(asked(agent), &below, &walk->handle, &wrong)) return walk;
    free(walk);
    taken(error, &wrong);
    return NULL;
}

bool sp_walk_next(sp_walk *walk, sp_varbind *varbind) {
    while (!walk->has_batch || walk->position == walk->batch.len) {
        if (walk->has_batch) snmp_proxy_plugin_snmp_list_varbind_free(&walk->batch);
        walk->has_batch =
            snmp_proxy_plugin_snmp_method_walk_reader_next(snmp_proxy_plugin_snmp_borrow_walk_reader(walk->handle), &walk->batch);
        walk->position = 0;
        if (!walk->has_batch) return false;
    }
    const snmp_proxy_plugin_snmp_varbind_t *next = &walk->batch.ptr[walk->position++];
    *varbind = (sp_varbind){next->name.ptr, next->name.len, &next->value};
    return true;
}

sp_outcome sp_walk_close(sp_walk *walk) {
    snmp_proxy_plugin_snmp_outcome_t from;
    snmp_proxy_plugin_snmp_method_walk_reader_outcome(snmp_proxy_plugin_snmp_borrow_walk_reader(walk->handle), &from);
    if (walk->has_batch) snmp_proxy_plugin_snmp_list_varbind_free(&walk->batch);
    snmp_proxy_plugin_snmp_walk_reader_drop_own(walk->handle);
    free(walk);
    return outcome_of(&from);
}

void sp_log(sp_level level, const char *format, ...) {
    char line[SP_MESSAGE_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    collecting_string_t text = borrowed(line);
    snmp_proxy_plugin_job_log((snmp_proxy_plugin_job_level_t)level, &text);
}

void sp_progress(const char *line, const char *counter, uint32_t count) {
    collecting_string_t text = borrowed(line);
    collecting_tuple2_string_u32_t pair = {borrowed(counter), count};
    collecting_list_tuple2_string_u32_t counters = {&pair, counter == NULL ? 0 : 1};
    snmp_proxy_plugin_job_progress(&text, &counters);
}

/* A text of the host with a NUL behind it. */
static char *text_of(collecting_string_t *from) {
    char *text = sp_allocate(from->len + 1);
    memcpy(text, from->ptr, from->len);
    collecting_string_free(from);
    return text;
}

const char *sp_params(void) {
    static char *params;
    if (params == NULL) {
        collecting_string_t given;
        snmp_proxy_plugin_job_params(&given);
        params = text_of(&given);
    }
    return params;
}

void sp_wait(uint32_t milliseconds) { snmp_proxy_plugin_job_wait(milliseconds); }
double sp_elapsed(void) { return snmp_proxy_plugin_job_elapsed(); }

bool sp_offers(const char *function) {
    collecting_string_t text = borrowed(function);
    return snmp_proxy_plugin_job_offers(&text);
}

char *sp_section(const char *name) {
    collecting_string_t text = borrowed(name), found;
    return snmp_proxy_plugin_job_section(&text, &found) ? text_of(&found) : NULL;
}

bool sp_output_rows(const char *section, sp_json *rows, sp_error *error) {
    collecting_string_t name = borrowed(section), json = {(uint8_t *)rows->text, rows->length};
    snmp_proxy_plugin_types_error_t wrong;
    bool is_done = snmp_proxy_plugin_output_rows(&name, &json, &wrong);
    sp_json_free(rows);
    return is_done || taken(error, &wrong);
}

/* --- Exports: what is returned is freed by the bindings, so it is all copied. ---------------------------------- */

static void duplicate(collecting_string_t *to, const char *text) {
    collecting_string_dup(to, text == NULL ? "" : text);
}

static void hints_of(const sp_hint *hints, snmp_proxy_plugin_manifests_list_hint_t *list) {
    list->len = 0;
    while (hints != NULL && hints[list->len].name != NULL) list->len++;
    list->ptr = sp_allocate(list->len * sizeof *list->ptr);
    for (size_t i = 0; i < list->len; i++) {
        duplicate(&list->ptr[i].f0, hints[i].name);
        duplicate(&list->ptr[i].f1, hints[i].value);
    }
}

static void oids_of(const char *const *texts, snmp_proxy_plugin_manifests_list_oid_t *list) {
    list->len = 0;
    while (texts != NULL && texts[list->len] != NULL) list->len++;
    list->ptr = sp_allocate(list->len * sizeof *list->ptr);
    for (size_t i = 0; i < list->len; i++) {
        sp_oid oid;
        /* What is none becomes an empty one, which the host refuses by its place. */
        if (!sp_oid_parse(texts[i], &oid)) oid.length = 0;
        list->ptr[i].len = oid.length;
        list->ptr[i].ptr = sp_allocate(oid.length * sizeof(uint32_t));
        memcpy(list->ptr[i].ptr, oid.arcs, oid.length * sizeof(uint32_t));
    }
}

void exports_snmp_proxy_plugin_collector_describe(exports_snmp_proxy_plugin_collector_manifest_t *ret) {
    const sp_plugin *plugin = &sp_the_plugin;
    duplicate(&ret->name, plugin->name);
    duplicate(&ret->version, plugin->version);
    duplicate(&ret->summary, plugin->summary);
    ret->sections.len = 0;
    while (plugin->sections != NULL && plugin->sections[ret->sections.len].name != NULL) ret->sections.len++;
    ret->sections.ptr = sp_allocate(ret->sections.len * sizeof *ret->sections.ptr);
    for (size_t i = 0; i < ret->sections.len; i++) {
        duplicate(&ret->sections.ptr[i].name, plugin->sections[i].name);
        duplicate(&ret->sections.ptr[i].schema, plugin->sections[i].schema);
        hints_of(plugin->sections[i].hints, &ret->sections.ptr[i].hints);
    }
    oids_of(plugin->reads, &ret->reads);
    oids_of(plugin->device_prefixes, &ret->device_prefixes);
    static const char no_params[] = "{\"type\":\"object\",\"additionalProperties\":false}";
    duplicate(&ret->params_schema, plugin->params_schema == NULL ? no_params : plugin->params_schema);
    hints_of(plugin->hints, &ret->hints);
}

bool exports_snmp_proxy_plugin_collector_collect(collecting_string_t *ret, exports_snmp_proxy_plugin_collector_error_t *err) {
    sp_json result = {0};
    sp_error error = {0};
    if (sp_the_plugin.collect(&result, &error)) {
        if (result.text == NULL) sp_json_begin_object(&result), sp_json_end_object(&result);
        *ret = (collecting_string_t){(uint8_t *)result.text, result.length};
        return true;
    }
    duplicate(&err->kind, error.kind[0] == '\0' ? "other" : error.kind);
    duplicate(&err->message, error.message[0] == '\0' ? "collect failed and did not say why" : error.message);
    err->at.is_some = error.has_at;
    if (error.has_at) {
        err->at.val.len = error.at.length;
        err->at.val.ptr = sp_allocate(error.at.length * sizeof(uint32_t));
        memcpy(err->at.val.ptr, error.at.arcs, error.at.length * sizeof(uint32_t));
    }
    return false;
}

/* The bindings ask for an object file with the world's types. `snmp-proxy plugin build` and `wasm-tools component embed`
 * take the types from the contract itself, so that no binary lies beside the sources. */
void __component_type_object_force_link_collecting(void);
void __component_type_object_force_link_collecting(void) {}
