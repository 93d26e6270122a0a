"""A plugin that collects from a device, and how a job becomes a call of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from .device import Device
from .errors import Error, Kind
from .manifest import DescribedSection, Manifest, ManifestError, Reads, Section, oids_read
from .oid import Oid, OidLike
from .output import encode
from .params import reader_of
from .schema import Json, is_object, schema_of
from .seam import JobSeam

Collect = TypeVar("Collect", bound=Callable[..., Any])

_NO_PARAMS: Json = {"type": "object", "additionalProperties": False}


class Plugin:
    """A plugin that collects: what it is, and the function that does it.

    ::

        plugin = Plugin(
            name="fan-speeds",
            version="0.1.0",
            summary="The fans of a device, and how fast they turn.",
            reads=[FanTable],
            sections=[Section("fans", list[Fan], key=["index"])],
            params=Params,
        )

        @plugin.collect
        def collect(device: Device, params: Params) -> dict[str, object]:
            return {"fans": [...]}

        Collector = plugin.export()

    ``reads``: the subtrees that it reads, as tables, groups of scalars or OIDs; the host refuses everything else.
    ``params``: a dataclass or a ``TypedDict``; what does not fit it never reaches the plugin. Without it the plugin
    takes no parameters, and ``collect`` has the device alone. ``device_prefixes``: the sysObjectIDs for which ``auto``
    takes the plugin; none is every device. ``probe``: ``auto`` takes it only where the device has something below one
    of these. ``uses``: sections of other plugins that it asks :meth:`Device.section` for. ``starting``: the line that
    ``progress`` shows when it starts.
    """

    def __init__(
        self,
        name: str,
        version: str,
        summary: str,
        *,
        sections: Iterable[Section],
        reads: Iterable[Reads],
        params: Any = None,
        device_prefixes: Iterable[OidLike] = (),
        probe: Iterable[Reads] = (),
        uses: Iterable[str] = (),
        starting: str | None = None,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        said = dict(hints or {})
        listed = {"probe": [str(oid) for oid in oids_read(probe)], "uses": list(uses)}
        said.update({hint: ",".join(words) for hint, words in listed.items() if words})
        if starting is not None:
            said["starting"] = starting
        params_schema = _params_schema(params)
        self.manifest = Manifest(
            name=name,
            version=version,
            summary=summary,
            sections=[DescribedSection(section.name, section.schema(), section.hints()) for section in sections],
            reads=oids_read(reads),
            device_prefixes=[Oid(prefix) for prefix in device_prefixes],
            params_schema=params_schema,
            hints=list(said.items()),
        )
        """What the host is told. It is put together, and checked, when the plugin's module is imported."""
        self.manifest.check()
        self._takes_params = params is not None
        self._read_params = reader_of(params, params_schema)
        self._collect: Callable[..., Any] | None = None

    def collect(self, function: Collect) -> Collect:
        """Marks the function that collects: ``collect(device, params)``, or ``collect(device)`` without parameters.

        It returns a dictionary with the value of each section that was not handed over by :meth:`Device.output`. A
        table that breaks off is no error: what was read is the result, and the host tells the user what is missing.
        Raise :class:`Error` where a device gave nothing at all, and :class:`Unsupported` where it has nothing to give.
        """
        self._collect = function
        return function

    def run(self, job: JobSeam) -> str:
        """Runs it for a job: the result as the host takes it. Raises what the plugin raises."""
        if self._collect is None:
            raise Error(Kind.EXCEPTION, "no function is marked with `@plugin.collect`")
        params = self._read_params(job.params())
        device = Device(job)
        try:
            result = self._collect(device, params) if self._takes_params else self._collect(device)
        except Exception:
            # Rows that were found are the user's, whatever ended the run; what ended it is what is told.
            with suppress(Error):
                device._finish()
            raise
        handed_over = device._finish()
        return self._encoded(result, handed_over)

    def export(self) -> type:
        """The class that the component exports: ``Collector = plugin.export()`` stands at the end of the module."""
        if self._collect is None:
            raise ManifestError("no function is marked with `@plugin.collect`")
        from . import component

        return component.collector(self)

    def _encoded(self, result: object, handed_over: frozenset[str]) -> str:
        if result is None and handed_over:
            result = {}
        if not isinstance(result, Mapping):
            words = f"`collect` returned {type(result).__name__}, and not a dictionary of sections"
            raise Error(Kind.EXCEPTION, words)
        declared = [section.name for section in self.manifest.sections]
        for name in result:
            if name not in declared:
                raise Error(Kind.EXCEPTION, f"`collect` returned a section `{name}`, which is not declared")
            if name in handed_over:
                raise Error(Kind.EXCEPTION, f"`collect` returned the section `{name}`, and rows of it were handed over")
        for name in declared:
            if name not in result and name not in handed_over:
                raise Error(Kind.EXCEPTION, f"`collect` returned no section `{name}`")
        members = (f'"{name}":{encode(value, name)}' for name, value in result.items())
        return "{" + ",".join(members) + "}"


def configured(configure: Callable[[str], Plugin]) -> type:
    """The class that the component exports where one component is many plugins, each with a configuration::

        def configure(configuration: str) -> Plugin: ...

        ConfiguredCollector = configured(configure)

    ``configure`` raises :class:`Error` of ``Kind.INVALID_ARGUMENT`` for a text that is no configuration.
    """
    from . import component

    return component.configured_collector(configure)


def _params_schema(params: Any) -> Json:
    if params is None:
        return dict(_NO_PARAMS)
    if not is_object(params):
        raise ManifestError("params: it is neither a dataclass nor a TypedDict")
    return schema_of(params)
