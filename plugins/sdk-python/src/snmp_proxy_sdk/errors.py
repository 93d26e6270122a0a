"""How a plugin says that it can give no result at all, and what the host says went wrong."""

from __future__ import annotations

from enum import StrEnum

from .oid import Oid, OidLike


class Kind(StrEnum):
    """What went wrong, in one word: names for those that plugins ask for.

    The host's list grows, and a plugin may have words of its own in lower-kebab-case, so :attr:`Error.kind` is a text;
    ``error.kind == Kind.TIMEOUT`` compares with it.
    """

    TIMEOUT = "timeout"
    """No answer, with all retries."""
    UNREACHABLE = "unreachable"
    """The network says that the agent cannot be reached."""
    DEADLINE = "deadline"
    """The job's time is over."""
    AGENT_ERROR = "agent-error"
    """The agent answered with an error that is not about one object."""
    MALFORMED = "malformed"
    """What was sent cannot be read."""
    AUTHENTICATION = "authentication"
    """The agent refuses the credentials."""
    NOT_IN_VERSION = "not-in-version"
    """The version of SNMP has no such thing."""
    NOT_DECLARED = "not-declared"
    """The object is outside the subtrees that the manifest declares, so nothing was sent."""
    SECRET = "secret"
    """The object is in a subtree that holds secrets, so nothing was sent."""
    INVALID_ARGUMENT = "invalid-argument"
    """An argument makes no sense."""
    LIMIT_EXCEEDED = "limit-exceeded"
    """A limit of the host was reached; the message names it."""
    UNSUPPORTED = "unsupported"
    """The device has nothing that this plugin could collect. People read the message, and it counts as no failure."""
    EXCEPTION = "exception"
    """The plugin itself failed, by an exception that nobody expected: a word of this SDK."""
    OTHER = "other"
    """Anything else."""


class Error(Exception):
    """What the host raises where it cannot do what it was asked for, and a plugin where it has no result at all."""

    kind: str
    """For programs: a :class:`Kind`, or a word of the plugin's own in lower-kebab-case."""
    message: str
    """For people: one line."""
    at: Oid | None
    """The object where it went wrong, if at one."""

    def __init__(self, kind: str, message: str, at: OidLike | None = None) -> None:
        super().__init__(kind, message, at)
        self.kind = str(kind)
        self.message = message
        self.at = None if at is None else Oid(at)

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" + ("" if self.at is None else f", at {self.at}")


class Unsupported(Error):
    """The device has nothing that this plugin could collect. No failure: the message is shown to people."""

    def __init__(self, message: str, at: OidLike | None = None) -> None:
        super().__init__(Kind.UNSUPPORTED, message, at)
        self.args = (message, at)
