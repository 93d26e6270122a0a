/* What a plugin of snmp-proxy is written with in C.
 *
 * A plugin is one function, and one line that says what it is: SP_PLUGIN(...). The same code runs in the proxy (host.c)
 * and, in tests, on this machine against a recorded device (fake.c). Everything that is not a pointer belongs to the
 * caller; what must be freed says so.
 */
#ifndef SNMP_PROXY_H
#define SNMP_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bindings/collecting.h"

/* Octets of the texts that functions here write, with the NUL at the end. */
#define SP_KIND_TEXT 65
#define SP_MESSAGE_TEXT 512
#define SP_MAC_TEXT 18
#define SP_ADDRESS_TEXT 64
#define SP_TIME_TEXT 32
#define SP_OID_TEXT 1424
/* Arcs of an object identifier (RFC 2578 section 3.5). */
#define SP_MAX_ARCS 128

/* An object identifier. */
typedef struct {
    uint32_t arcs[SP_MAX_ARCS];
    size_t length;
} sp_oid;

/* Reads "1.3.6.1.2.1.1.5", with or without a leading dot. */
bool sp_oid_parse(const char *text, sp_oid *oid);
/* Writes the dotted form, without a leading dot. */
void sp_oid_text(const uint32_t *arcs, size_t length, char text[SP_OID_TEXT]);

/* --- What went wrong ------------------------------------------------------------------------------------------- */

/* Why there is no result: a word for programs (`timeout`, `unsupported`, or one of the plugin's own), a line for people,
 * and the object where it went wrong, if at one. */
typedef struct {
    char kind[SP_KIND_TEXT];
    char message[SP_MESSAGE_TEXT];
    bool has_at;
    sp_oid at;
} sp_error;

/* Fills an error, as printf does, and returns false: `return sp_fail(error, "unsupported", "no fans");`. */
bool sp_fail(sp_error *error, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* --- Values ---------------------------------------------------------------------------------------------------- */

/* A value as the host gives it; `tag` is one of SNMP_PROXY_PLUGIN_TYPES_VALUE_*. */
typedef snmp_proxy_plugin_types_value_t sp_value;

/* Octets that belong to somebody else. */
typedef struct {
    const uint8_t *octets;
    size_t length;
} sp_octets;

/* Whether there is a value. NULL, noSuchObject, noSuchInstance and endOfMibView are none. */
bool sp_is_there(const sp_value *value);
/* The SMI's name of a type. */
const char *sp_type(const sp_value *value);
/* A number of any integer type, also a text of digits. */
bool sp_integer(const sp_value *value, int64_t *number);
bool sp_unsigned(const sp_value *value, uint64_t *number);
/* The octets of an OCTET STRING, BITS or Opaque. */
bool sp_string(const sp_value *value, sp_octets *octets);
/* Whether a bit of BITS is set; bit 0 is the highest of the first octet. */
bool sp_bit(const sp_value *value, size_t bit);
/* `AA:BB:CC:DD:EE:FF` of six octets. */
bool sp_mac(const sp_value *value, char text[SP_MAC_TEXT]);
/* An IpAddress, or an OCTET STRING of 4 or 16 octets. */
bool sp_address(const sp_value *value, char text[SP_ADDRESS_TEXT]);
/* An InetAddress beside its InetAddressType. */
bool sp_inet_address(uint32_t type, sp_octets octets, char text[SP_ADDRESS_TEXT]);
/* DateAndTime (RFC 2579) as ISO 8601. */
bool sp_date_and_time(const sp_value *value, char text[SP_TIME_TEXT]);

/* --- Asking ---------------------------------------------------------------------------------------------------- */

/* A context of the device, or its view of a VLAN. NULL is the device itself, in the context that the request names. */
typedef struct sp_agent sp_agent;
sp_agent *sp_in_context(const char *name, sp_error *error);
sp_agent *sp_in_vlan(uint32_t number, sp_error *error);
void sp_agent_close(sp_agent *agent);

/* Reads objects by name: a value for each, in their order. sp_values_free when done. */
typedef struct {
    snmp_proxy_plugin_snmp_list_varbind_t list;
} sp_values;
bool sp_get(sp_agent *agent, const char *const *names, size_t count, sp_values *values, sp_error *error);
const sp_value *sp_values_at(const sp_values *values, size_t position);
void sp_values_free(sp_values *values);

/* A column: its name in full, e.g. "1.3.6.1.2.1.2.2.1.2", and that of the MIB, for warnings. */
typedef struct {
    const char *oid;
    const char *name;
} sp_column;

/* Which rows are wanted. All zero: all of them. */
typedef struct {
    const char *below; /* only rows whose index begins so, e.g. "7" */
    const char *after; /* only rows behind this index */
    uint32_t at_most;  /* 0: no limit */
} sp_part;

/* How a reading ended. */
typedef enum { SP_COMPLETE, SP_UNSUPPORTED, SP_PARTIAL, SP_FAILED } sp_status;
typedef struct {
    sp_status status;
    uint32_t rows;
    char kind[SP_KIND_TEXT];
    char reason[SP_MESSAGE_TEXT];
} sp_outcome;

/* A table being read. Opening it starts the reading, so open several and then consume them. */
typedef struct sp_table sp_table;

/* A row: its cells are those of the columns that were asked for, in that order. Valid until the next row. */
typedef struct {
    sp_table *table;
    const uint32_t *index;
    size_t index_length;
    const snmp_proxy_plugin_snmp_row_t *row;
} sp_row;

/* Starts to read columns, joined into rows by their index. NULL, and an error, where the host refuses. `columns` must
 * live as long as the table. */
sp_table *sp_open(sp_agent *agent, const sp_column *columns, size_t count, const sp_part *part, sp_error *error);
/* The next row; false at the end. */
bool sp_next(sp_table *table, sp_row *row);
/* Ends the reading, frees the table, and tells how it ended. Values of other types are warned of, once a column. */
sp_outcome sp_close(sp_table *table);

/* The cell of a column, or NULL. The readers below give false where there is none, or it is of another type. */
const sp_value *sp_cell(const sp_row *row, size_t column);
bool sp_cell_integer(const sp_row *row, size_t column, int64_t *number);
bool sp_cell_unsigned(const sp_row *row, size_t column, uint64_t *number);
bool sp_cell_string(const sp_row *row, size_t column, sp_octets *octets);

/* A subtree being read. */
typedef struct sp_walk sp_walk;
typedef struct {
    const uint32_t *name;
    size_t name_length;
    const sp_value *value;
} sp_varbind;
sp_walk *sp_open_walk(sp_agent *agent, const char *root, sp_error *error);
bool sp_walk_next(sp_walk *walk, sp_varbind *varbind);
sp_outcome sp_walk_close(sp_walk *walk);

/* --- Indexes --------------------------------------------------------------------------------------------------- */

/* Reads an index from its first arc to its last. What does not fit makes it malformed, and sp_index_end says so. */
typedef struct {
    const uint32_t *arcs;
    size_t length;
    size_t position;
    bool is_malformed;
    uint8_t octets[SP_MAX_ARCS];
} sp_index;

sp_index sp_index_of(const sp_row *row);
/* One arc: an INTEGER, an ifIndex. */
uint32_t sp_index_u32(sp_index *index);
/* So many octets; a length and as many octets; all that is left. Valid until the next octets are read. */
sp_octets sp_index_fixed(sp_index *index, size_t length);
sp_octets sp_index_counted(sp_index *index);
sp_octets sp_index_implied(sp_index *index);
/* A length and as many arcs. */
const uint32_t *sp_index_oid(sp_index *index, size_t *length);
/* Six octets; a type, a length and an address. */
void sp_index_mac(sp_index *index, char text[SP_MAC_TEXT]);
void sp_index_inet_address(sp_index *index, char text[SP_ADDRESS_TEXT]);
/* Whether the index was as it was read, and nothing more follows. */
bool sp_index_end(const sp_index *index);

/* --- JSON ------------------------------------------------------------------------------------------------------ */

/* A JSON text that grows. Begin with `sp_json json = {0};`. Memory that runs out ends the run. */
typedef struct {
    char *text;
    size_t length;
    size_t capacity;
    bool needs_comma;
} sp_json;

void sp_json_begin_object(sp_json *json);
void sp_json_end_object(sp_json *json);
void sp_json_begin_array(sp_json *json);
void sp_json_end_array(sp_json *json);
void sp_json_key(sp_json *json, const char *key);
void sp_json_null(sp_json *json);
void sp_json_bool(sp_json *json, bool is_true);
void sp_json_integer(sp_json *json, int64_t number);
void sp_json_unsigned(sp_json *json, uint64_t number);
void sp_json_string(sp_json *json, const char *text);
/* Octets of a device as text: UTF-8, else Latin-1 where it is printable, else `0x` and hex digits. */
void sp_json_octets(sp_json *json, sp_octets octets);
/* A member with a cell as its value, or null. `names` are those of an enumeration, by number. */
void sp_json_cell_text(sp_json *json, const char *key, const sp_row *row, size_t column);
void sp_json_cell_number(sp_json *json, const char *key, const sp_row *row, size_t column);
void sp_json_cell_enum(sp_json *json, const char *key, const sp_row *row, size_t column, const char *const *names,
                       size_t count);
void sp_json_free(sp_json *json);

/* --- The job --------------------------------------------------------------------------------------------------- */

typedef enum { SP_DEBUG, SP_INFO, SP_WARN, SP_ERROR } sp_level;
/* A line into the job's log; warnings and errors are shown to whoever asked for the poll. */
void sp_log(sp_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* How far the job is: a line, and a counter (NULL for none). */
void sp_progress(const char *line, const char *counter, uint32_t count);

/* A parameter of the request, or what it is where the request has none. Parameters are held against the manifest's
 * schema before the plugin runs. A text is freed by the caller. */
int64_t sp_param_integer(const char *name, int64_t otherwise);
bool sp_param_bool(const char *name, bool otherwise);
char *sp_param_text(const char *name);

/* Waits, e.g. to read a counter twice. */
void sp_wait(uint32_t milliseconds);
/* Microseconds since the run began. */
double sp_elapsed(void);
/* Whether the host has a function of the contract, e.g. "job.wait". */
bool sp_offers(const char *function);
/* What another plugin of the job has found: JSON, freed by the caller, or NULL. */
char *sp_section(const char *name);
/* Hands rows of a section over: a JSON array, which is empty afterwards. */
bool sp_output_rows(const char *section, sp_json *rows, sp_error *error);

/* --- The plugin ------------------------------------------------------------------------------------------------ */

/* A hint: a name and a value. Lists of them end with {0}. */
typedef struct {
    const char *name;
    const char *value;
} sp_hint;

/* A section of the result: its key, the JSON Schema of its value, and how people see it. Lists end with {0}. */
typedef struct {
    const char *name;
    const char *schema;
    const sp_hint *hints;
} sp_section_spec;

/* What a plugin is. Lists of OIDs are of texts and end with NULL. */
typedef struct {
    const char *name;    /* lower-kebab-case, that of the file without .wasm */
    const char *version; /* as semver.org describes */
    const char *summary; /* one sentence */
    const sp_section_spec *sections;
    const char *const *reads;           /* the host refuses everything else */
    const char *const *device_prefixes; /* NULL: every device */
    const char *params_schema;          /* NULL: no parameters */
    const sp_hint *hints;               /* NULL: none */
    /* Writes a JSON object with a member for each section, or fails. */
    bool (*collect)(sp_json *result, sp_error *error);
} sp_plugin;

extern const sp_plugin sp_the_plugin;

/* Says what the plugin is. Once, in one file. */
#define SP_PLUGIN(...) const sp_plugin sp_the_plugin = {__VA_ARGS__}

/* For host.c and fake.c. */
void *sp_allocate(size_t size);
void sp_note_wrong_type(sp_table *table, size_t column, const sp_value *value);
const char *sp_params(void);
typedef struct {
    size_t count;
    const char *type;
} sp_wrong_type;
void sp_warn_of_wrong_types(const sp_column *columns, const sp_wrong_type *wrong, size_t count);

#endif
