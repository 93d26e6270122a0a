"""The plugin `{{name}}`: the interfaces of a device, their state and their errors (IF-MIB).

Small on purpose: a table, a parameter, a section. Change it to what you collect.
"""

from dataclasses import dataclass
from typing import Annotated

from snmp_proxy_sdk import Device, Plugin, Schema, Section, Table, Unit, Unsupported, column, index

OPER_STATUS = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notPresent",
    7: "lowerLayerDown",
}


class IfTable(Table, entry="1.3.6.1.2.1.2.2.1", name="ifTable"):
    """What is read. A column is its number below the entry; one of another table with the same index is named in full."""

    if_index = index.u32()
    descr = column.text(2, "ifDescr")
    oper_status = column.enumeration(8, "ifOperStatus", names=OPER_STATUS)
    in_errors = column.counter(14, "ifInErrors")
    high_speed = column.gauge("1.3.6.1.2.1.31.1.1.1.15", "ifHighSpeed")


@dataclass
class Interface:
    """A row of the result. Its JSON Schema is made of these types."""

    index: int
    name: str | None
    status: str | None
    speed: Annotated[int | None, Unit("Mbit/s")]
    in_errors: Annotated[int | None, Schema(minimum=0)]


@dataclass
class Params:
    """What a request may ask for: `{"name": "{{name}}", "params": {"at_least": 1}}`."""

    at_least: Annotated[int, Schema(minimum=0, description="Leave out interfaces with fewer errors.")] = 0


plugin = Plugin(
    name="{{name}}",
    version="0.1.0",
    summary="The interfaces of a device, their state and their errors.",
    reads=[IfTable],
    sections=[Section("{{module}}", list[Interface], key=["index"])],
    params=Params,
)


@plugin.collect
def collect(device: Device, params: Params) -> dict[str, object]:
    rows = device.rows(IfTable)
    progress = device.counting("Walking interfaces...", walked="interfaces_walked", total="interfaces_total")
    interfaces = []
    walked = 0
    for walked, row in enumerate(rows, 1):
        progress.entries(walked)
        # What is not known is not below the limit.
        if row.in_errors is None or row.in_errors >= params.at_least:
            # The name, or the number where the MIB has no name for it.
            status = row.oper_status and row.oper_status.text
            interfaces.append(Interface(row.if_index, row.descr, status, row.high_speed, row.in_errors))
    if rows.is_empty:
        raise Unsupported("the device has no interfaces")
    progress.finish(walked, len(interfaces))
    return {"{{module}}": interfaces}


Collector = plugin.export()
