"""An enricher as the component's export. Only a component of the world `trap-enriching` can import this module."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from componentize_py_types import Err, Ok, Result
from wit_world.exports import trap_enricher as contract
from wit_world.imports import types

from .report import report

if TYPE_CHECKING:
    from .traps import Enricher


def trap_enricher(enricher: Enricher) -> type:
    """The class `TrapEnricher`."""
    manifest = contract.Manifest(
        name=enricher.name,
        version=enricher.version,
        summary=enricher.summary,
        prefixes=[list(prefix) for prefix in enricher.prefixes],
        schema=json.dumps(enricher.schema),
        hints=[],
    )

    def answer(record: str) -> Result[str | None, types.Error]:
        try:
            return Ok(enricher.run(record))
        except Exception as error:
            told = report(error)
            return Err(types.Error(told.kind, told.message, None if told.at is None else list(told.at)))

    class TrapEnricher:
        def describe(self) -> contract.Manifest:
            return manifest

        def enrich(self, records: list[str]) -> list[Result[str | None, types.Error]]:
            return [answer(record) for record in records]

    return TrapEnricher
