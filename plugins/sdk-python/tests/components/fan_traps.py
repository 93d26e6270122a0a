"""An enricher."""

from snmp_proxy_sdk.traps import Additions, Enricher, TrapName, TrapRecord

enricher = Enricher("fan-traps", "0.1.0", "What fans say.", prefixes=["1.3.6.1.6.3.1.1.5"])


@enricher.enrich
def enrich(record: TrapRecord) -> Additions | None:
    if_index = record.find("1.3.6.1.2.1.2.2.1.1")
    if if_index is None:
        return None
    if if_index.value == 7:
        raise ValueError("the seventh")
    return Additions(TrapName("fanDown", "FAN-MIB"), "critical", decoded={"fan": str(if_index.index)})


TrapEnricher = enricher.export()
