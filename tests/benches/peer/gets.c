/*
 * Sends GETs from many sessions: gets PORT SESSIONS GETS RUNS, or gets-v3 with the same.
 *
 * The library's asynchronous calls: each answer's callback sends its session's next request. The sockets are waited
 * for with epoll and read one by one with snmp_sess_read2; select over all of them, as snmp_select_info has it, costs
 * more with every session.
 */
#include "measure.h"

#include <net-snmp/library/large_fd_set.h>
#include <sys/epoll.h>

#define MOST_EVENTS 64

struct device {
    void *handle;
    int socket;
    long left;
};

static const oid cell[] = { 1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 1 };
static const oid up_time[] = { 1, 3, 6, 1, 2, 1, 1, 3, 0 };

static const oid *name = cell;
static size_t name_length = OID_LENGTH(cell);
static long running;

static void ask(struct device *device)
{
    netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GET);

    snmp_add_null_var(request, name, name_length);
    if (!snmp_sess_send(device->handle, request))
        fail("cannot send");
}

static int answered(int operation, netsnmp_session *session, int id, netsnmp_pdu *answer, void *magic)
{
    struct device *device = magic;

    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE)
        fail("no answer");
    if (answer->command != SNMP_MSG_RESPONSE || answer->errstat != SNMP_ERR_NOERROR || !answer->variables
        || answer->variables->type == SNMP_NOSUCHINSTANCE)
        fail("another answer");
    if (--device->left > 0)
        ask(device);
    else
        running--;
    return 1;
}

static void version_3(netsnmp_session *session, char *peer)
{
    static char user[] = "sha-aes";
    static u_char auth_password[] = "authpass-of-the-tests";
    static u_char priv_password[] = "privpass-of-the-tests";

    snmp_sess_init(session);
    session->version = SNMP_VERSION_3;
    session->peername = peer;
    session->securityName = user;
    session->securityNameLen = strlen(user);
    session->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    session->securityAuthProto = usmHMACSHA1AuthProtocol;
    session->securityAuthProtoLen = USM_AUTH_PROTO_SHA_LEN;
    session->securityAuthKeyLen = USM_AUTH_KU_LEN;
    session->securityPrivProto = usmAESPrivProtocol;
    session->securityPrivProtoLen = USM_PRIV_PROTO_AES_LEN;
    session->securityPrivKeyLen = USM_PRIV_KU_LEN;
    if (generate_Ku(usmHMACSHA1AuthProtocol, USM_AUTH_PROTO_SHA_LEN, auth_password, sizeof(auth_password) - 1,
                    session->securityAuthKey, &session->securityAuthKeyLen) != SNMPERR_SUCCESS
        || generate_Ku(usmHMACSHA1AuthProtocol, USM_AUTH_PROTO_SHA_LEN, priv_password, sizeof(priv_password) - 1,
                       session->securityPrivKey, &session->securityPrivKeyLen) != SNMPERR_SUCCESS)
        fail("no keys");
}

static void gets_of_all(struct device *devices, long count, long each, int poll)
{
    netsnmp_large_fd_set readable;
    struct epoll_event events[MOST_EVENTS];
    struct run run;
    long place;

    netsnmp_large_fd_set_init(&readable, 65536);
    NETSNMP_LARGE_FD_ZERO(&readable);
    run = begin();
    running = count;
    for (place = 0; place < count; place++) {
        devices[place].left = each;
        ask(&devices[place]);
    }
    while (running > 0) {
        int ready = epoll_wait(poll, events, MOST_EVENTS, 1000);

        for (place = 0; place < ready; place++) {
            struct device *device = events[place].data.ptr;

            NETSNMP_LARGE_FD_SET(device->socket, &readable);
            snmp_sess_read2(device->handle, &readable);
            NETSNMP_LARGE_FD_CLR(device->socket, &readable);
        }
        /* What got lost is sent again. */
        if (ready == 0)
            for (place = 0; place < count; place++)
                snmp_sess_timeout(devices[place].handle);
    }
    print(run);
    netsnmp_large_fd_set_cleanup(&readable);
}

int main(int count, char **arguments)
{
    char peer[64];
    netsnmp_session session;
    struct device *devices;
    long sessions, place;
    int is_secure, runs, poll;

    if (count != 6)
        fail("gets PORT SESSIONS GETS RUNS");
    is_secure = strcmp(arguments[1], "gets-v3") == 0;
    snprintf(peer, sizeof(peer), "udp:127.0.0.1:%s", arguments[2]);
    sessions = atol(arguments[3]);
    start_library();
    if (is_secure) {
        name = up_time;
        name_length = OID_LENGTH(up_time);
        version_3(&session, peer);
    } else {
        community(&session, SNMP_VERSION_2c, peer);
    }
    session.callback = answered;
    devices = calloc(sessions, sizeof(*devices));
    poll = epoll_create1(0);
    for (place = 0; place < sessions; place++) {
        struct device *device = &devices[place];
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = device };

        session.callback_magic = device;
        /* In version 3 this also finds out about the agent's engine. */
        device->handle = snmp_sess_open(&session);
        if (!device->handle)
            fail("no session");
        device->socket = snmp_sess_transport(device->handle)->sock;
        if (epoll_ctl(poll, EPOLL_CTL_ADD, device->socket, &event) != 0)
            fail("no epoll");
    }
    for (runs = atoi(arguments[5]); runs > 0; runs--)
        gets_of_all(devices, sessions, atol(arguments[4]) / sessions, poll);
    for (place = 0; place < sessions; place++)
        snmp_sess_close(devices[place].handle);
    free(devices);
    return 0;
}
