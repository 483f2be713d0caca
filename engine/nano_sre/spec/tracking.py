"""What `kind: pixels` names: vendors, events, steps of the journey that it watches, and what that saves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from nano_sre.core import registry, template
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.program import StepCall, every
from nano_sre.core.vendor import Vendor
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded, Project
from nano_sre.spec.suggest import did_you_mean, listing
from nano_sre.spec.watching import StepNotFound, step_named

if TYPE_CHECKING:
    from nano_sre.spec.link import Linked


def judge_tracking(linked: Sequence[Linked], project: Project) -> Iterator[Diagnostic]:
    """What is wrong with the names in checks of tracking; a stored check was told of when it was applied."""
    own = {each.id: each for each in project.of_kind("vendor") if each.id}
    for check in linked:
        if check.loaded.document.positions is None and check.loaded.kind == "pixels":
            yield from _vendors(check, own)
            yield from _steps(check)
        if check.journey is not None and check.loaded.document.positions is None:
            yield from _saved(check, check.journey)


def _vendors(check: Linked, own: Mapping[str, Loaded]) -> Iterator[Diagnostic]:
    known = list(dict.fromkeys([*own, *registry.names("vendor")]))
    unknown = [name for name in check.check.vendors if name not in known]
    in_list = not isinstance(check.check.vendors, Mapping)
    for index, name in enumerate(check.check.vendors):
        if name in unknown:
            word, hint = did_you_mean(name, known)
            yield Diagnostic(
                code="E318",
                message=f"there is no vendor “{name}”",
                span=check.at("vendors", index) if in_list else check.at("vendors", name, key=True),
                suggestion=word,
                hint=hint
                or f"the vendors are {listing(known, most=20)}; others are described by documents of “kind: vendor” "
                "beside the checks or above them, or in a folder “vendors” there",
            )
    for index, wanted in enumerate(check.check.expect):
        asked = wanted.only or tuple(check.check.vendors)
        if wanted.vendor is not None or unknown or not asked:
            continue
        if not any(_hears(name, wanted.event, own) for name in asked):
            yield Diagnostic(
                code="E413",
                message=f"{listing(asked)} {'has' if len(asked) == 1 else 'have'} no word for “{wanted.event}”",
                span=_place(check, index, "event"),
                hint="name another vendor, or write the vendor's own word: “{event: …, vendor: …}”",
            )


def _hears(name: str, event: str, own: Mapping[str, Loaded]) -> bool:
    """Whether browsers tell a vendor of an event; True where nobody can tell."""
    vendor: Vendor | None = None
    if name in own:
        vendor = own[name].check if own[name].sound else None
    else:
        vendor = registry.kind("vendor", name).cls.described
    if vendor is None:
        return True
    return bool(vendor.wire_names(event)) and event not in (
        vendor.quirks.from_server if vendor.quirks else ()
    )


def _place(check: Linked, index: int, key: str) -> Any:
    """The place of a key of an expectation, which may be written as the event alone."""
    said = check.loaded.document.data["expect"][index]
    return check.at("expect", index, key) if isinstance(said, dict) else check.at("expect", index)


def _steps(check: Linked) -> Iterator[Diagnostic]:
    """`after` and `at` name a step of the journey, or a page of the check's own visit."""
    pages = [word for page in check.check.visit for word in (page.name, str(page.path)) if word]
    for index, wanted in enumerate(check.check.expect):
        for key in ("after", "at"):
            name = getattr(wanted, key)
            if name is None:
                continue
            trouble: StepNotFound | None = None
            if check.journey is not None:
                found = step_named(name, list(every(check.journey.check.steps)))
                trouble = found if isinstance(found, StepNotFound) else None
            elif check.check.during is None and name not in pages:
                word, hint = did_you_mean(name, pages)
                trouble = StepNotFound(
                    message=f"this visit has no page “{name}”",
                    hint=hint or f"its pages are {listing(pages)}",
                    suggestion=word,
                )
            if trouble is not None:
                yield Diagnostic(
                    code="E423",
                    message=trouble.message,
                    span=check.at("expect", index, key),
                    suggestion=trouble.suggestion,
                    hint=trouble.hint,
                )


def _saved(check: Linked, journey: Linked) -> Iterator[Diagnostic]:
    """`${visit.name}` is what a step of the journey saves."""
    names = list(dict.fromkeys(_kept(journey.check.steps)))
    for text, path in _texts(check.loaded.document.data, ()):
        try:
            parsed = template.parse(text)
        except template.TemplateError:
            continue  # told where it is read
        for ref in parsed.refs if isinstance(parsed, template.Template) else ():
            name = ref.rest.split(".")[0]
            if ref.root == "visit" and name and name not in names:
                word, _ = did_you_mean(name, names)
                there = f"it saves {listing(names)}" if names else "it saves nothing"
                yield Diagnostic(
                    code="E301",
                    message=f"the journey “{journey.id}” saves no “{name}”",
                    span=check.at(*path),
                    suggestion=f"visit.{word}" if word else None,
                    hint=f"did you mean “${{visit.{word}}}”?"
                    if word
                    else f"{there}: add “- save: {{money: product_price, as: {name}}}” there",
                )


def _kept(value: Any) -> Iterator[str]:
    """The names that steps save values under, however deep they stand."""
    if isinstance(value, StepCall):
        yield from _kept(value.step)
    elif isinstance(value, tuple):
        for each in value:
            yield from _kept(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            held = getattr(value, each.name)
            if each.name == "as_" and held is not None:
                yield str(held)
            else:
                yield from _kept(held)


def _texts(value: Any, path: Path_) -> Iterator[tuple[str, Path_]]:
    if isinstance(value, str):
        if "${visit." in value:
            yield value, path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, str(key)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))
