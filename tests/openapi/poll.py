"""Polls a device with the client that openapi-python-client makes of the document, and reads what a person would.

Arguments: the proxy's URL, its key, the device's port and community.
"""

import sys

from snmp_proxy_client import AuthenticatedClient
from snmp_proxy_client.api.direct import get_value
from snmp_proxy_client.api.polls import get_status, list_jobs, submit_poll
from snmp_proxy_client.api.traps import list_traps
from snmp_proxy_client.models import GetBody, GetRequest, JobList, PollRequest, Problems, RecipeWithParams
from snmp_proxy_client.models import RequestOptions, StatusBody, Submitted, TicketStatus, TrapList, V3Auth

url, key, port, community = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=key, prefix="", auth_header_name="X-API-Key", timeout=90)


def poll(**fields) -> StatusBody:
    request = PollRequest(target="127.0.0.1", port=int(port), **fields)
    submitted = submit_poll.sync(client=client, body=request)
    assert isinstance(submitted, Submitted), submitted
    while True:
        status = get_status.sync(submitted.ticket, client=client, wait=5, until="end")
        assert isinstance(status, StatusBody), status
        if status.status not in (TicketStatus.QUEUED, TicketStatus.RUNNING):
            return status


status = poll(community=community)
assert status.status == TicketStatus.COMPLETE and status.partial is False, status
assert status.data.target == "127.0.0.1" and status.data.snmp_data.sys_name, status.data
interfaces, neighbours = status.data.interfaces, status.data.arp_table
assert interfaces and all(isinstance(row.index, int) for row in interfaces), interfaces
assert neighbours and all(row.ip for row in neighbours), neighbours
assert status.stats.requests > 0 and status.timing["total"] > 0, status

# With parameters and options.
status = poll(
    community=community,
    recipes=[RecipeWithParams.from_dict({"name": "arp", "params": {"all": True}})],
    options=RequestOptions(max_repetitions=5, retries=1),
)
assert status.status == TicketStatus.COMPLETE and status.data.arp_table, status

# A user without privacy: a protocol that is named wants a password, so the client may send no default of its own.
user = V3Auth(username="monitor", auth_password="correct-horse")
assert set(user.to_dict()) == {"username", "auth_password"}, user.to_dict()

value = get_value.sync(
    client=client,
    body=GetRequest(target="127.0.0.1", port=int(port), community=community, oid="1.3.6.1.2.1.1.5.0"),
)
assert isinstance(value, GetBody) and value.success and value.data, value
refused = get_value.sync(client=client, body=GetRequest(target="127.0.0.1:161", oid="x"))
assert isinstance(refused, Problems), refused
assert [problem.loc for problem in refused.detail] == [["body", "target"], ["body", "oid"]], refused
jobs = list_jobs.sync(client=client, status="complete")
assert isinstance(jobs, JobList) and jobs.total >= 2, jobs
traps = list_traps.sync(client=client, wait=5)
assert isinstance(traps, TrapList) and traps.traps[0].trap.name == "linkDown" and traps.traps[0].number == 1, traps

print(f"Python: {status.data.snmp_data.sys_name} has {len(interfaces)} interfaces")
