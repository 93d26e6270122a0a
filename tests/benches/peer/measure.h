/*
 * What both programs share: the library without its files, and a line of numbers for each run, as the benchmark in
 * Rust prints and reads it: nanoseconds of this process's CPU, nanoseconds that passed.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct run {
    long long cpu;
    long long wall;
};

static long long nanoseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static struct run begin(void)
{
    struct run run;

    run.wall = nanoseconds(CLOCK_MONOTONIC);
    run.cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    return run;
}

static void print(struct run run)
{
    long long cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - run.cpu;

    printf("%lld %lld\n", cpu, nanoseconds(CLOCK_MONOTONIC) - run.wall);
}

static void fail(const char *what)
{
    fprintf(stderr, "libnetsnmp: %s\n", what);
    exit(1);
}

static void start_library(void)
{
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    init_snmp("benchmark");
}

static void community(netsnmp_session *session, long version, char *peer)
{
    snmp_sess_init(session);
    session->version = version;
    session->peername = peer;
    session->community = (u_char *) "public";
    session->community_len = strlen("public");
}
