/*
 * Reads a table as one subtree: walk PORT REPETITIONS VARBINDS RUNS. Without repetitions it asks with GETNEXT.
 *
 * As a program that means it: the single-session calls, one request at a time, and names compared so that an agent
 * that goes in circles is noticed.
 */
#include "measure.h"

static const oid entry[] = { 1, 3, 6, 1, 2, 1, 2, 2, 1 };
#define ENTRY_LENGTH OID_LENGTH(entry)

static void walk(char *peer, long repetitions, long varbinds)
{
    netsnmp_session session;
    void *handle;
    oid last[MAX_OID_LEN];
    size_t last_length = ENTRY_LENGTH;
    long read = 0;
    int is_over = 0;
    struct run run;

    community(&session, repetitions ? SNMP_VERSION_2c : SNMP_VERSION_1, peer);
    handle = snmp_sess_open(&session);
    if (!handle)
        fail("no session");
    memcpy(last, entry, sizeof(entry));
    run = begin();
    while (!is_over) {
        netsnmp_pdu *request = snmp_pdu_create(repetitions ? SNMP_MSG_GETBULK : SNMP_MSG_GETNEXT);
        netsnmp_pdu *answer = NULL;
        netsnmp_variable_list *varbind;

        if (repetitions) {
            request->non_repeaters = 0;
            request->max_repetitions = repetitions;
        }
        snmp_add_null_var(request, last, last_length);
        if (snmp_sess_synch_response(handle, request, &answer) != STAT_SUCCESS)
            fail("no answer");
        if (answer->errstat != SNMP_ERR_NOERROR)
            fail("an error");
        for (varbind = answer->variables; varbind; varbind = varbind->next_variable) {
            if (varbind->name_length < ENTRY_LENGTH || memcmp(varbind->name, entry, sizeof(entry)) != 0
                || varbind->type == SNMP_ENDOFMIBVIEW) {
                is_over = 1;
                break;
            }
            if (snmp_oid_compare(varbind->name, varbind->name_length, last, last_length) <= 0)
                fail("names that do not increase");
            memcpy(last, varbind->name, varbind->name_length * sizeof(oid));
            last_length = varbind->name_length;
            read++;
        }
        snmp_free_pdu(answer);
    }
    print(run);
    snmp_sess_close(handle);
    if (read != varbinds)
        fail("another number of varbinds");
}

int main(int count, char **arguments)
{
    char peer[64];
    int runs;

    if (count != 6 || strcmp(arguments[1], "walk") != 0)
        fail("walk PORT REPETITIONS VARBINDS RUNS");
    snprintf(peer, sizeof(peer), "udp:127.0.0.1:%s", arguments[2]);
    start_library();
    for (runs = atoi(arguments[5]); runs > 0; runs--)
        walk(peer, atol(arguments[3]), atol(arguments[4]));
    return 0;
}
