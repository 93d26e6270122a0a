/* A device that answers from a recording, for tests on this machine: link fake.c in the place of host.c, and build with
 * -fsanitize=address,undefined. A test calls sp_fake_reset, says what the device is like, and sp_fake_run. */
#ifndef SNMP_PROXY_FAKE_H
#define SNMP_PROXY_FAKE_H

#include "snmp_proxy.h"

/* Forgets the device. At the end of all tests it leaves nothing to the leak checker. */
void sp_fake_reset(void);
/* Adds the objects of a .snmprec file; a line that cannot be read ends the program with its place. */
void sp_fake_load(const char *path);
/* Adds a line of that form, e.g. "1.3.6.1.2.1.1.5.0|4|router". */
void sp_fake_set(const char *line);
/* Takes everything below a name away: a hole. */
void sp_fake_remove(const char *subtree);

/* Faults. Does not answer requests for anything below a name. */
void sp_fake_silent_below(const char *subtree);
/* The table of this entry, or the subtree, breaks off after so many rows. */
void sp_fake_break_off(const char *root, size_t rows);
/* Values below a name have another type. */
void sp_fake_wrong_types_below(const char *subtree);
/* From this call of the host on nothing is answered any more. */
void sp_fake_cancel_after(size_t calls);

/* What a run gave. */
typedef struct {
    bool is_ok;
    sp_error error;
    /* The result's JSON, also where the run failed. */
    const char *json;
    /* The lines of the log, each with its level before it: "warn: ifMtu: ...". */
    const char *log;
    /* What was handed over: a line for each call, "SECTION JSON". */
    const char *rows;
    size_t calls;
} sp_fake_result;

/* Runs the plugin; `params` is a JSON object. A read that the plugin does not declare ends the program, whatever the
 * plugin makes of it. The texts are valid until the next run or reset. */
sp_fake_result sp_fake_run(const char *params);

#endif
