"""An exception in one line: its type, its text, and the place in the plugin."""

from __future__ import annotations

import os.path
import re
import traceback
from types import TracebackType

from .errors import Error, Kind

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_MOUNT = re.compile(r"^/\d+/")
"""componentize-py shows the folders of its Python path as ``/0``, ``/1`` and so on."""

_MOST_TEXT = 2_000


# Where the host refuses one of these, the plugin made the mistake, and its author needs the place.
_MISTAKES = (Kind.NOT_DECLARED, Kind.INVALID_ARGUMENT, Kind.LIMIT_EXCEEDED, Kind.EXCEPTION)


def report(error: BaseException) -> Error:
    """What a run says that ended by this exception. The plugin's own :class:`Error` is what it is; one of the host's
    that the plugin did not expect has the place, too."""
    if not isinstance(error, Error):
        return Error(Kind.EXCEPTION, one_line(error))
    place = place_of(error.__traceback__)
    if error.kind not in _MISTAKES or place is None or _is_raised_by_plugin(error):
        return error
    return Error(error.kind, f"{error.message} ({place})", error.at)


def one_line(error: BaseException) -> str:
    """``ZeroDivisionError: division by zero (fan_speeds.py:12 in collect)``."""
    text = " ".join(_text_of(error).split())[:_MOST_TEXT]
    told = f"{type(error).__name__}: {text}" if text else type(error).__name__
    place = place_of(error.__traceback__)
    hint = _hint(error)
    return told + (f" ({place})" if place else "") + (f"; {hint}" if hint else "")


def details(error: BaseException) -> list[str]:
    """The whole traceback, a line each, for the plugin's author."""
    lines = traceback.format_exception(error)
    return [line for part in lines for line in part.rstrip().splitlines()]


def place_of(trace: TracebackType | None) -> str | None:
    """The innermost place that is in the plugin, and neither in this SDK nor in Python's library.

    A place in the plugin's own folder, which a component has as ``/0``, counts more than one in a package that it uses.
    """
    own, other = None, None
    while trace is not None:
        code = trace.tb_frame.f_code
        name = code.co_filename
        place = f"{_MOUNT.sub('', name)}:{trace.tb_lineno} in {code.co_name}"
        if name.startswith("/0/") and not name.startswith(_PACKAGE + "/"):
            own = place
        elif not _is_of_others(name):
            other = place
        trace = trace.tb_next
    return own or other


def _is_raised_by_plugin(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and not _is_of_others(trace.tb_frame.f_code.co_filename)


def _is_of_others(name: str) -> bool:
    return name.startswith((_PACKAGE + "/", "/python/", "<frozen ")) or "/lib/python" in name


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:
        return f"(its text cannot be had: {type(broken).__name__})"


def _hint(error: BaseException) -> str | None:
    if isinstance(error, ImportError | LookupError) and _is_of_a_component(error):
        return "a component has no files when it runs: import it at the top of the plugin"
    if isinstance(error, MemoryError):
        return "the plugin has no memory left (limit `memory_bytes`): hand rows over with `device.output`"
    return None


def _is_of_a_component(error: BaseException) -> bool:
    if isinstance(error, ImportError):
        return True
    return "unknown encoding" in str(error)
