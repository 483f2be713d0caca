"""Small parts that several steps share: how elements are named in titles, and steps' ordinary patience."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from nano_sre.core.fields import Duration, Element
from nano_sre.core.ports import Abort, Browser, Handle, Outcome, failed
from nano_sre.core.result import Finding, Patch

T = TypeVar("T")

ACTING = Duration(10_000)
GOING = Duration(30_000)
SHOPPING = Duration(20_000)
NOWHERE = ("name", "timeout", "optional", "when")  # modifiers of steps that look at no part of a page
SETTLING = 0.7  # seconds in which the first of several names may still appear


def listed(elements: Sequence[Element]) -> str:
    """Several elements in a sentence: `“Cart” and heading “Total”`."""
    names = [str(element) for element in elements]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def healed(handle: Handle, element: Element) -> Outcome | None:
    """A warning when not the first of several names found the element: the check should be brought up to date."""
    nth = _nth(handle, element)
    if not nth or element.any_of is None:
        return None
    names = tuple(map(str, element.any_of))
    first, used = names[0], getattr(handle, "via", None) or names[nth]
    why = f"“{first}” is no longer on the page, and “{used}” is"
    return Outcome(
        warning=Finding(
            code="R501",
            summary=f"“{first}” is no longer on the page; “{used}” was used in its place.",
            expected=f"“{first}”",
            actual=f"“{used}”",
            hint=f"If that is meant to be so, put “{used}” first in `any_of`.",
            warn=True,
            patch=Patch(file="", path=(), old=names, new=with_first(names, nth), why=why),
        )
    )


def _nth(handle: Handle, element: Element) -> int:
    """Which of several names found the element, counted from 0."""
    nth = getattr(handle, "nth", None)
    via = getattr(handle, "via", None)
    names = [str(name) for name in element.any_of or ()]
    return int(nth) if nth is not None else names.index(via) if via in names else 0


def with_first(names: Sequence[str], nth: int) -> tuple[str, ...]:
    """The same names with one of them put first."""
    return (names[nth], *names[:nth], *names[nth + 1 :])


async def press_at(io: Browser, path: str, *, what: str) -> None:
    """Press the element at a path. Raises `Abort` with `what` in the sentence when it cannot be used."""
    try:
        await io.at(path).press()
    except Abort as abort:
        raise reworded(abort, what=what) from None


def reworded(abort: Abort, *, what: str) -> Abort:
    """The same finding about an element found by a path, named as a person would: `The “Add to cart” button`."""
    finding = abort.finding
    if finding is None:
        return abort
    _, is_, rest = finding.summary.partition(" is ")
    summary = f"{what} is {rest}" if is_ else f"{what} cannot be used: {finding.summary}"
    return failed(
        finding.code,
        summary if summary.endswith(".") else f"{summary}.",
        expected=finding.expected,
        actual=finding.actual,
        hint=finding.hint,
        evidence=finding.evidence,
    )


def sentence(texts: Sequence[Any]) -> str:
    """What the page itself says, for a message: quoted, cut short; empty when it says nothing."""
    said = [" ".join(str(text).split())[:120] for text in texts if str(text).strip()]
    return "; ".join(f"“{text}”" for text in said[:3])


def quoted(texts: Sequence[Any]) -> str:
    """The first thing the page says, quoted as the end of a sentence of ours: without a full stop of its own."""
    return sentence([" ".join(str(text).split()).rstrip(".。") for text in texts if str(text).strip()][:1])


async def wait(io: Browser, probe: Callable[[], Awaitable[T]], *, most: float, pause: float = 0.05) -> T:
    """Like `io.until`, for `most` seconds of the step's time; the last answer."""
    ends = io.left - most
    answers: list[T] = []

    async def over() -> bool:
        answers[:] = [await probe()]
        return bool(answers[0]) or io.left <= ends

    await io.until(over, pause=pause)
    return answers[0]
