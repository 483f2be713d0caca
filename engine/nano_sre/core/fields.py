"""The vocabulary of kinds: field types and annotations that are YAML keys, schema properties and hover text at once.

A kind declares fields such as ``timeout: Annotated[Duration, Doc("How long to wait.")]``. A trailing
underscore is dropped from the YAML key (``as_`` is written ``as``).
"""

from __future__ import annotations

import re
from dataclasses import field, fields
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    ClassVar,
    Protocol,
    Self,
    TypeVar,
    dataclass_transform,
    runtime_checkable,
)

from nano_sre.core.forms import Form, cron_trouble
from nano_sre.core.template import Template
from nano_sre.core.values import frozen, frozen_row

T = TypeVar("T")


class Doc(str):
    """What a key means, in one or two sentences: hover text and a row of the reference."""

    __slots__ = ()


@frozen_row
class Example:
    """A value of the key as a person would write it, shown in the reference."""

    yaml: str


class Inline:
    """Marks a record whose keys stand beside the others of its owner (``press: {css: …, timeout: 5s}``)."""


class AsWritten:
    """Marks plain data whose numbers and flags stay the text they are written as: `1.50` is not 1.5."""


@frozen_row
class KindOf:
    """Marks a field whose keys are the kinds of a family, of which one is said (see `chosen.Chosen`)."""

    family: str


class OneOrMany:
    """Marks a list that may be written as one value."""


@runtime_checkable
class Scalar(Protocol):
    """A type written as one YAML scalar. `pattern` is a regular expression the source text must match."""

    pattern: ClassVar[str]
    form: ClassVar[
        str
    ]  # how to write it, for error messages: "a duration such as 800ms, 2.5s, 15m, 24h or 7d"

    @classmethod
    def parse(cls, text: str) -> Self: ...


class Unfit(ValueError):
    """Refuses a value, from a record's `__post_init__`.

    `path` leads to it from the record, `key` means the key in its place; `hint` is the remedy and `suggestion` the
    right word, when we know it.
    """

    def __init__(
        self,
        message: str,
        *path: str | int,
        key: bool = False,
        code: str = "E207",
        hint: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.path, self.key, self.code, self.hint, self.suggestion = path, key, code, hint, suggestion


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(*, short: str | None = None, one_of: tuple[str, ...] = ()) -> Any:
    """Makes a nested mapping of the language: a frozen dataclass with keyword-only fields.

    `short` names the field a plain value (or list) stands for; `one_of` names keys of which exactly one is said.
    """

    def make(cls: type[T]) -> type[T]:
        made = frozen(cls)
        made.short_field = short  # type: ignore[attr-defined]
        made.exactly_one = one_of  # type: ignore[attr-defined]
        return made

    return make


def key_of(name: str) -> str:
    """The YAML key of a field: `as_` is written `as`."""
    return name.rstrip("_")


def field_names(cls: type[Any]) -> dict[str, str]:
    """YAML key → field name, in order."""
    return {key_of(f.name): f.name for f in fields(cls)}


_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class Duration(int):
    """A length of time in whole milliseconds, written `800ms`, `2.5s`, `15m`, `24h` or `7d`."""

    pattern: ClassVar[str] = r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$"
    form: ClassVar[str] = "a duration such as 800ms, 2.5s, 15m, 24h or 7d"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)", text)
        if match is None:
            raise ValueError(cls.form)
        return cls(int(Decimal(match[1]) * _UNITS[match[2]]))

    @property
    def seconds(self) -> float:
        return int(self) / 1000

    def __str__(self) -> str:
        for unit in ("d", "h", "m", "s"):
            if self and int(self) % _UNITS[unit] == 0:
                return f"{int(self) // _UNITS[unit]}{unit}"
        return f"{int(self)}ms"

    def __repr__(self) -> str:
        return f"Duration({self})"


class Percent(Decimal):
    """A share of a hundred, written `80%` (never `0.8`)."""

    pattern: ClassVar[str] = r"^[0-9]+(\.[0-9]+)?\s?%$"
    form: ClassVar[str] = "a percentage such as 80%"

    @classmethod
    def parse(cls, text: str) -> Self:
        if not re.fullmatch(cls.pattern.strip("^$"), text):
            raise ValueError(cls.form)
        return cls(text.rstrip("% "))

    def __str__(self) -> str:
        return f"{Decimal(self):f}%"


_SIZES = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


class Size(int):
    """An amount of data in whole bytes, written `300 KB` or `1.5 MB`; a KB is a thousand bytes, as in browsers."""

    pattern: ClassVar[str] = r"^[0-9]+(\.[0-9]+)?\s?(B|KB|MB|GB)$"
    form: ClassVar[str] = "a size such as 300 KB or 1.5 MB"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s?(B|KB|MB|GB)", text)
        if match is None:
            raise ValueError(cls.form)
        return cls(int(Decimal(match[1]) * _SIZES[match[2]]))

    def __str__(self) -> str:
        unit = next((u for u in ("GB", "MB", "KB") if abs(int(self)) >= _SIZES[u]), "B")
        return f"{(Decimal(int(self)) / _SIZES[unit]).normalize():f} {unit}"

    def __repr__(self) -> str:
        return f"Size({self})"


class Slug(Form):
    """A stable name: lower-case letters, digits and hyphens."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[a-z0-9]+(-[a-z0-9]+)*$"
    form: ClassVar[str] = "a name of lower-case letters, digits and hyphens, such as buy-a-snowboard"


class SavedName(Form):
    """The name of a kept value: snake_case, so that `${name}` reads well."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[a-z][a-z0-9_]*$"
    form: ClassVar[str] = "a snake_case name such as price or cart_total"


class Viewport(Form):
    """A window size in CSS pixels, written `1280x800`."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[0-9]{2,5}x[0-9]{2,5}$"
    form: ClassVar[str] = "a window size such as 1280x800"

    @property
    def size(self) -> tuple[int, int]:
        width, height = self.split("x")
        return int(width), int(height)


class Cron(str):
    """Five fields: minute, hour, day of month, month, day of week."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^\S+\s+\S+\s+\S+\s+\S+\s+\S+$"
    form: ClassVar[str] = "a schedule of five fields such as “0 3 * * *”"

    @classmethod
    def parse(cls, text: str) -> Self:
        if not re.fullmatch(cls.pattern.strip("^$"), text):
            raise ValueError(cls.form)
        trouble = cron_trouble(text)
        if trouble:
            raise ValueError(trouble)
        return cls(" ".join(text.split()))


@frozen_row
class Money:
    """An amount in its currency. `amount` is exact; `currency` an ISO 4217 code."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


Text = str | Template
"""Text in which `${…}` may stand; a plain scalar is its source text."""

ELEMENT_KEYS = ("button", "link", "field", "heading", "image", "text", "css", "test_id", "matches", "any_of")


@record(short="any_name", one_of=(*ELEMENT_KEYS, "any_name"))
class Element:
    """Something on the page, found as a person finds it: by role and accessible name, label, placeholder or text."""

    any_name: Annotated[
        Text | None, Doc("The name a person would use: accessible name, label, placeholder or text.")
    ] = None
    button: Annotated[Text | None, Doc("A button with this name.")] = None
    link: Annotated[Text | None, Doc("A link with this name.")] = None
    field: Annotated[Text | None, Doc("A form field with this label or placeholder.")] = None
    heading: Annotated[Text | None, Doc("A heading with this text.")] = None
    image: Annotated[Text | None, Doc("An image with this alternative text.")] = None
    text: Annotated[Text | None, Doc("Any element that shows this text.")] = None
    css: Annotated[Text | None, Doc("The way out: a CSS selector.")] = None
    test_id: Annotated[Text | None, Doc("The way out: an element's data-testid attribute.")] = None
    matches: Annotated[Text | None, Doc("A regular expression for the name or text.")] = None
    any_of: Annotated[tuple[Text, ...] | None, Doc("Several names, tried in order.")] = None

    @property
    def how(self) -> str:
        """The key that says what this is: `button`, `css`, … or `any_name`."""
        return next(f.name for f in fields(self) if getattr(self, f.name) is not None)

    @property
    def what(self) -> Any:
        return getattr(self, self.how)

    def __str__(self) -> str:
        if self.how == "any_of":
            return " or ".join(f"“{name}”" for name in self.what)
        if self.how == "matches":
            return f"something that matches “{self.what}”"
        return f"“{self.what}”" if self.how == "any_name" else f"{self.how.replace('_', ' ')} “{self.what}”"


def spanless() -> Any:
    """A field that carries a position: no part of equality, of the schema or of the canonical form."""
    return field(default=None, compare=False, repr=False, metadata={"span": True})
