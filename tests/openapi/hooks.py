"""Keeps what schemathesis makes up to the simulator: no packet leaves this machine, and nothing waits long."""

import os

import schemathesis

PORT = int(os.environ["DEVICE_PORT"])
TICKET = os.environ["TICKET"]

# Within the bounds of the document; the device answers at once, or never.
QUICK = {"get_timeout": 1, "walk_timeout": 10}


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.label
    if isinstance(case.body, dict):
        to_the_simulator(case.body, 10 if operation == "POST /snmp/walk" else 1)
    # Half of all tickets is one that there is; the others are answered 404.
    if operation == "GET /status/{ticket}" and len(case.path_parameters.get("ticket", "")) % 2 == 0:
        case.path_parameters["ticket"] = TICKET


def to_the_simulator(body, seconds):
    """A text may be any host in the world. What is no text or no number stays, and is refused."""
    if isinstance(body.get("target"), str):
        body["target"] = "127.0.0.1"
        body["community"] = "old-router"
    if isinstance(body.get("port", 161), int):
        body["port"] = PORT
    for name, quick in {"timeout": seconds, **QUICK}.items():
        if isinstance(body.get(name), int):
            body[name] = quick
    if isinstance(body.get("options"), dict):
        for slow in ("packet_timeout", "retries"):
            body["options"].pop(slow, None)
