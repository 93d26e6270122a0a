"""What a component exports, and what it must have before it is one.

componentize-py runs a plugin's module while it builds the component, and keeps the memory as it is then. So everything
that may fail, fails then, with the whole traceback: manifests are made when the module is imported. What is imported
later cannot be found any more, since a component has no files; :data:`PRELOADED` are modules that Python's own library
imports only when they are needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .plugin import Plugin
    from .traps import Enricher

PRELOADED = (
    "_strptime",
    "annotationlib",
    "calendar",
    "encodings.ascii",
    "encodings.cp1252",
    "encodings.cp437",
    "encodings.hex_codec",
    "encodings.idna",
    "encodings.iso8859_15",
    "encodings.latin_1",
    "encodings.punycode",
    "encodings.unicode_escape",
    "encodings.utf_16",
    "encodings.utf_16_be",
    "encodings.utf_16_le",
    "encodings.utf_32",
    "encodings.utf_8_sig",
    "inspect",
    "linecache",
    "locale",
    "reprlib",
    "stringprep",
    "textwrap",
    "tokenize",
    "traceback",
    "unicodedata",
    "warnings",
)


def is_component() -> bool:
    """Whether this runs in a component, or while one is built."""
    return find_spec("wit_world") is not None


def collector(plugin: Plugin) -> type:
    """The class `Collector` of the world `collecting`."""
    if not is_component():
        return _outside(plugin.manifest.name)
    preload()
    from . import host

    return host.collector(plugin)


def configured_collector(configure: Callable[[str], Plugin]) -> type:
    """The class `ConfiguredCollector` of the world `collecting-configured`."""
    if not is_component():
        return _outside("a configured plugin")
    preload()
    from . import host

    return host.configured_collector(configure)


def trap_enricher(enricher: Enricher) -> type:
    """The class `TrapEnricher` of the world `trap-enriching`."""
    if not is_component():
        return _outside(enricher.name)
    preload()
    from . import enriching

    return enriching.trap_enricher(enricher)


def preload() -> None:
    """Imports what Python's library, and this SDK, would import only later."""
    for module in PRELOADED:
        # Not every release of Python has each of them.
        with suppress(ImportError):
            importlib.import_module(module)


def _outside(name: str) -> type:
    """What stands for an export where there is no component: importing a plugin's module works everywhere."""

    class Outside:
        def __init__(self) -> None:
            raise RuntimeError(f"{name} runs as a component only; a test runs it with `snmp_proxy_sdk.testing`")

    return Outside
