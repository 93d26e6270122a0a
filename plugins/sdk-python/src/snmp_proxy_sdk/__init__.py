"""What plugins of snmp-proxy are written with, in Python.

A plugin is a :class:`Plugin` that says what it is, a function that collects, and one line that exports it. It reads
from a :class:`Device`, which in the proxy is the real one behind the host's functions, and in a test a recording
(:class:`testing.RecordedDevice`): the same code runs in both, so tests need no WebAssembly.

:mod:`column` and :mod:`index` say how cells and indexes are read, :mod:`octets` makes texts of octets, :mod:`schema`
makes JSON Schemas of types, and :mod:`traps` is for plugins that explain notifications.
"""

from . import column, index, octets, values
from .convert import Bits, Named
from .device import Agent, Device
from .errors import Error, Kind, Unsupported
from .manifest import ManifestError, Section
from .oid import Oid
from .output import RowWriter
from .plugin import Plugin, configured
from .progress import Progress
from .reading import Rows, Walk, join, lookup, side_by_side
from .schema import Schema, Title, Unit
from .seam import Outcome, Status
from .table import Scalars, Table
from .values import Value, Varbind

__version__ = "0.1.0"

__all__ = [
    "Agent",
    "Bits",
    "Device",
    "Error",
    "Kind",
    "ManifestError",
    "Named",
    "Oid",
    "Outcome",
    "Plugin",
    "Progress",
    "RowWriter",
    "Rows",
    "Scalars",
    "Schema",
    "Section",
    "Status",
    "Table",
    "Title",
    "Unit",
    "Unsupported",
    "Value",
    "Varbind",
    "Walk",
    "column",
    "configured",
    "index",
    "join",
    "lookup",
    "octets",
    "side_by_side",
    "values",
]
