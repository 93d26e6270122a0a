/* The plugin `{{name}}`: the interfaces of a device, their state and their errors (IF-MIB).
 *
 * Small on purpose: a table, a parameter, a section. Change it to what you collect. */
#include "snmp_proxy.h"

enum { IF_DESCR, IF_OPER_STATUS, IF_IN_ERRORS, IF_HIGH_SPEED, COLUMNS };

/* What is read, each column in full: they may be of several tables that share their index. */
static const sp_column columns[COLUMNS] = {
    [IF_DESCR] = {"1.3.6.1.2.1.2.2.1.2", "ifDescr"},
    [IF_OPER_STATUS] = {"1.3.6.1.2.1.2.2.1.8", "ifOperStatus"},
    [IF_IN_ERRORS] = {"1.3.6.1.2.1.2.2.1.14", "ifInErrors"},
    [IF_HIGH_SPEED] = {"1.3.6.1.2.1.31.1.1.1.15", "ifHighSpeed"},
};

static const char *const oper_status[] = {NULL, "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown"};

static void write_interface(sp_json *json, const sp_row *row, uint32_t if_index) {
    sp_json_begin_object(json);
    sp_json_key(json, "index");
    sp_json_unsigned(json, if_index);
    sp_json_cell_text(json, "name", row, IF_DESCR);
    sp_json_cell_enum(json, "status", row, IF_OPER_STATUS, oper_status, sizeof oper_status / sizeof *oper_status);
    sp_json_cell_number(json, "speed", row, IF_HIGH_SPEED);
    sp_json_cell_number(json, "in_errors", row, IF_IN_ERRORS);
    sp_json_end_object(json);
}

static bool collect(sp_json *result, sp_error *error) {
    uint64_t at_least = (uint64_t)sp_param_integer("at_least", 0);
    sp_table *table = sp_open(NULL, columns, COLUMNS, NULL, error);
    if (table == NULL) return false;

    uint32_t walked = 0, malformed = 0;
    sp_json_begin_object(result);
    sp_json_key(result, "{{module}}");
    sp_json_begin_array(result);
    for (sp_row row; sp_next(table, &row);) {
        if (++walked % 100 == 0) sp_progress("Walking interfaces...", "interfaces_walked", walked);
        sp_index index = sp_index_of(&row);
        uint32_t if_index = sp_index_u32(&index);
        uint64_t in_errors;
        if (!sp_index_end(&index)) {
            malformed++;
        } else if (!sp_cell_unsigned(&row, IF_IN_ERRORS, &in_errors) || in_errors >= at_least) {
            /* What is not known is not below the limit. */
            write_interface(result, &row, if_index);
        }
    }
    sp_json_end_array(result);
    sp_json_end_object(result);

    /* A table that breaks off is no error: what was read is the result, and the proxy says what is missing. */
    sp_outcome outcome = sp_close(table);
    if (malformed > 0) sp_log(SP_WARN, "ifTable: %lu rows left out for a malformed index", (unsigned long)malformed);
    sp_progress("Walking interfaces...", "interfaces_walked", walked);
    return outcome.status != SP_UNSUPPORTED || sp_fail(error, "unsupported", "the device has no interfaces");
}

static const char schema[] =
    "{\"type\": \"array\", \"items\": {\"type\": \"object\", \"properties\": {"
    "\"index\": {\"type\": \"integer\", \"description\": \"ifIndex\"},"
    "\"name\": {\"type\": [\"string\", \"null\"], \"description\": \"ifDescr\"},"
    "\"status\": {\"type\": [\"string\", \"integer\", \"null\"], \"description\": \"ifOperStatus\"},"
    "\"speed\": {\"type\": [\"integer\", \"null\"], \"description\": \"ifHighSpeed, in Mbit/s\"},"
    "\"in_errors\": {\"type\": [\"integer\", \"null\"], \"minimum\": 0, \"description\": \"ifInErrors\"}},"
    "\"required\": [\"index\", \"name\", \"status\", \"speed\", \"in_errors\"], \"additionalProperties\": false}}";

/* What a request may ask for: {"name": "{{name}}", "params": {"at_least": 1}}. */
static const char params_schema[] =
    "{\"type\": \"object\", \"properties\": {\"at_least\": {\"type\": \"integer\", \"minimum\": 0, \"default\": 0,"
    "\"description\": \"Leave out interfaces with fewer errors.\"}}, \"additionalProperties\": false}";

static const sp_hint section_hints[] = {
    {"key", "index"},
    {"columns", "index,name,status,speed,in_errors"},
    {"unit.speed", "Mbit/s"},
    {0},
};

static const sp_section_spec sections[] = {{"{{module}}", schema, section_hints}, {0}};

static const char *const reads[] = {
    "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.2.1.2.2.1.14", "1.3.6.1.2.1.31.1.1.1.15", NULL,
};

SP_PLUGIN(.name = "{{name}}", .version = "0.1.0", .summary = "The interfaces of a device, their state and their errors.",
          .sections = sections, .reads = reads, .params_schema = params_schema, .collect = collect);
