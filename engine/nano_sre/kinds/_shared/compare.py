"""The one assertion grammar: the words that judge a value, wherever a check says what it expects.

A kind takes an `Expectation` as a field (``Inline`` puts its words beside the kind's own keys) and calls
`judge`; ``conclude`` turns the verdict into the step's outcome or its finding::

    verdict = judge(self.expectation, actual, value=io.value, locale=io.store.market.locale)
    return conclude(verdict, code="R505", what="The status")

The type of the *actual* value decides how the expected text is read: money by the market's locale, numbers
exactly, durations, sizes and percentages with their unit, JSON as JSON; a list is measured by its items. Text
is compared as people read it: white space is folded; `equals` and `one_of` mind capitals, `contains`,
`starts_with` and `ends_with` do not. Only `matches` is a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nano_sre.core.ports import Abort, Outcome
from nano_sre.core.result import Finding
from nano_sre.kinds._shared.assertions import Assertion, Expectation, Limit
from nano_sre.kinds._shared.judging import RANK, Scale, Verdict, judge_negated, judge_word
from nano_sre.kinds._shared.readings import MISSING, shown

__all__ = ["MISSING", "Assertion", "Expectation", "Limit", "Verdict", "conclude", "judge"]


def judge(
    expectation: Assertion,
    actual: Any,
    *,
    value: Callable[[Any], Any] = lambda given: given,
    locale: str = "en-US",
) -> Verdict:
    """Judge a value by every word of an expectation; the worst verdict, the first among equals.

    `actual` is text, a number (int, float, Decimal), `Money`, `Duration`, a JSON value, or `MISSING`; `value`
    resolves templates (``io.value``); `locale` reads and writes money. Never raises: an expectation that
    cannot be read, or money in two currencies, is a "fail" whose `difference` says so.
    """
    scale = Scale(actual=actual, value=value, locale=locale, less=value(expectation.less))
    verdicts = [judge_word(word, expectation, scale) for word in expectation.words if word != "not"]
    negated = getattr(expectation, "not_", None)
    if negated is not None:
        verdicts += judge_negated(negated, replace(scale, less=value(negated.less)))
    if not verdicts:
        return Verdict(status="fail", expected="a word such as equals", actual=shown(actual, locale))
    worst = max(verdicts, key=lambda verdict: RANK[verdict.status])
    if not worst.ok:
        return worst
    return Verdict(status="ok", expected=" and ".join(v.expected for v in verdicts), actual=worst.actual)


def conclude(
    verdict: Verdict, *, code: str, what: str, hint: str | None = None, evidence: tuple[str, ...] = ()
) -> Outcome | None:
    """Raise what a "fail" found, return what a "warn" found. `what` begins the sentence: “The subtotal”."""
    if verdict.ok:
        return None
    summary = f"{what} is {verdict.actual}, expected {verdict.expected}."
    finding = Finding(
        code=code,
        summary=summary,
        expected=verdict.expected,
        actual=verdict.actual,
        difference=verdict.difference,
        hint=hint,
        evidence=evidence,
        warn=verdict.status == "warn",
    )
    if finding.warn:
        return Outcome(warning=finding)
    raise Abort(finding=finding)
