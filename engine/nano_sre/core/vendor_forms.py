"""How vendor files write hosts, events and vendors."""

from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import OneOrMany
from nano_sre.core.forms import Form
from nano_sre.core.hits import CANONICAL_EVENTS
from nano_sre.core.source import Source

Sources = Annotated[tuple[Source, ...], OneOrMany]
Words = Annotated[tuple[str, ...], OneOrMany]


class VendorId(Form):
    """The word for a vendor in checks."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[a-z0-9]+([_-][a-z0-9]+)*$"
    form: ClassVar[str] = "a name of lower-case letters, digits, _ and -, such as ga4 or google_ads"

    @classmethod
    def mended(cls, text: str) -> str | None:
        mended = "_".join(text.lower().split())
        return mended if mended != text and cls._fits(mended) else None

    @classmethod
    def _fits(cls, text: str) -> bool:
        try:
            cls.parse(text)
        except ValueError:
            return False
        return True


class HostName(Form):
    """A host of the web, or all hosts below one."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$"
    form: ClassVar[str] = "a host in lower case, such as www.example.com or *.example.com"

    @classmethod
    def mended(cls, text: str) -> str | None:
        bare = text.strip().lower().partition("://")[2] or text.strip().lower()
        host = bare.partition("/")[0].partition(":")[0]
        try:
            return str(cls.parse(host)) if host != text else None
        except ValueError:
            return None


class CanonicalEvent(Form):
    """One of the events that all vendors share."""

    __slots__ = ()
    pattern: ClassVar[str] = f"^({'|'.join(CANONICAL_EVENTS)})$"
    form: ClassVar[str] = "an event that all vendors share, such as view_item or purchase"

    @classmethod
    def mended(cls, text: str) -> str | None:
        import difflib  # noqa: PLC0415 - only a mistake needs it

        return next(iter(difflib.get_close_matches(text.lower(), CANONICAL_EVENTS, n=1, cutoff=0.6)), None)
