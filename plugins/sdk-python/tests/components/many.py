"""A component that is many plugins; a configuration of `bad` makes `describe` raise."""

import json

from snmp_proxy_sdk import Device, Error, Kind, Plugin, Section, configured


def configure(configuration: str) -> Plugin:
    try:
        written = json.loads(configuration)
    except ValueError as error:
        raise Error(Kind.INVALID_ARGUMENT, f"this is no JSON: {error}") from None
    plugin = Plugin(
        name=written["name"],
        version="0.1.0",
        summary="One of many.",
        reads=["1.3.6.1.2.1.1"],
        sections=[Section("many", dict[str, int])],
    )

    @plugin.collect
    def collect(_device: Device) -> object:
        return {"many": {"number": written["number"]}}

    return plugin


ConfiguredCollector = configured(configure)
