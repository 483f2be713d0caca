"""What the whole visit shows: consent, order, lateness, hits that failed, vendors that are silent."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from nano_sre.core.hits import Hit
from nano_sre.kinds._shared.tracking.answering import SOON
from nano_sre.kinds._shared.tracking.case import Case, clip, is_denied
from nano_sre.kinds._shared.tracking.faults import Fault, Occurrence, fault
from nano_sre.kinds._shared.tracking.truth import Truth

CLICK = 100  # ms that the answer to the banner may be noted late
SETTLED = 1_500  # ms after the answer from which every hit must know of it
LATEST = 10_000  # ms: purchases come from a sandbox, and later than anything else
STAGES = ("begin_checkout", "add_shipping_info", "add_payment_info", "purchase")


def consent(case: Case, *, cookieless: bool, asks_first: bool) -> Iterator[Fault]:
    """Hits of vendors that need the shopper's consent, sent without it. All vendors are judged, named or not."""
    banner = case.seen.banner
    for about in case.events:
        if not case.waits(about.vendor) or (cookieless and is_denied(about.event)):
            continue
        if banner is None:
            if case.seen.consent == "leave" and asks_first:
                yield _without_consent(case, about, "though nobody agreed to it")
        elif about.sent < banner.at_ms - CLICK:
            if asks_first:
                yield _without_consent(case, about, "before the shopper answered the cookie banner")
        elif banner.choice == "refuse" and about.sent > banner.at_ms + CLICK:
            yield _without_consent(case, about, "though the shopper refused")


def _without_consent(case: Case, about: Occurrence, why: str) -> Fault:
    banner = case.seen.banner
    answered = (
        (f"the banner was answered ({banner.choice}) at {banner.at_ms / 1000:.1f} s",) if banner else ()
    )
    return fault(
        "events_before_consent",
        f"{case.event_name(about)} was sent {why}",
        [about],
        expected="nothing without consent",
        actual=f"sent at {about.sent / 1000:.1f} s",
        evidence=answered,
    )


def signals(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Hits that say “denied” although the shopper agreed."""
    banner = case.seen.banner
    if banner is None or banner.choice != "accept":
        return
    for about in case.judged:
        asked = {k: v for k, v in about.event.consent.items() if k in ("ad_storage", "analytics_storage")}
        denied = [key for key, state in asked.items() if state == "denied"]
        if denied and about.moment > banner.at_ms + SETTLED and about.step > banner.step:
            yield fault(
                "consent_signal_wrong",
                f"{case.event_name(about)} says “denied” of {' and '.join(denied)}, and the shopper agreed",
                [about],
                expected="granted",
                actual="denied",
            )


def order(case: Case, truth: Truth) -> Iterator[Fault]:
    """A stage of the checkout that a vendor heard of before an earlier one, or before the shopper came to it."""
    told: set[int] = set()
    for vendor in dict.fromkeys(each.vendor for each in case.judged):
        first = {what: heard[0] for what in STAGES if (heard := case.heard(vendor, what))}
        for early, late in itertools.pairwise(first.values()):
            if late.sent < early.sent and late.step < early.step:
                told.add(late.number)
                yield _too_early(case, late, early.what, early.sent, beside=[early])
    for about in (each for each in case.judged if each.number not in told):
        came = truth.came_to(about.what) if about.what in STAGES else None
        if came is not None and about.step < came.step and about.moment < came.at_ms - SOON:
            stage = "the shopper placed the order" if about.what == "purchase" else "the shopper came to it"
            yield _too_early(case, about, stage, came.at_ms)


def _too_early(
    case: Case, about: Occurrence, before: str, came: int, *, beside: Sequence[Occurrence] = ()
) -> Fault:
    return fault(
        "wrong_order",
        f"{case.event_name(about)} came before {before}",
        [about, *beside],
        expected=f"after {came / 1000:.1f} s",
        actual=f"at {about.sent / 1000:.1f} s",
    )


def late(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Hits that came long after what they tell of, though no consent was waited for."""
    banner = case.seen.banner
    for about in (each for each in case.judged if each.event.canonical is not None):
        happened, who = min(_told_of(case, about), key=lambda told: (told[0], not told[1]))
        if banner is not None and banner.choice == "accept" and happened <= banner.at_ms:
            happened, who = banner.at_ms, "the shopper agreed"  # it waited, as it must
        if about.sent - happened > LATEST:
            said = (f"{who} at {happened / 1000:.1f} s",) if who else ()
            yield too_late(case, about, about.sent - happened, LATEST, evidence=said)


def _told_of(case: Case, about: Occurrence) -> Iterator[tuple[int, str]]:
    """When it happened, by everybody who says so; an order is placed when its page is there, whoever tells of it."""
    yield about.moment, ""
    if about.answers is not None:
        yield about.answers.at_ms, "the store itself told of it"
    elif about.what == "purchase" and (opened := case.opened(about)) is not None:
        yield opened, "the page that it tells of was there"


def too_late(case: Case, about: Occurrence, took: int, limit: int, **more: object) -> Fault:
    """The fault of a hit that took longer than it may."""
    return fault(
        "late_hit",
        f"{case.event_name(about)} came {took / 1000:.1f} s after what it tells of",
        [about],
        expected=f"within {limit / 1000:g} s",
        actual=f"{took / 1000:.1f} s",
        **more,
    )


def failures(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Hits that pages sent in vain, and those that came back refused."""
    for each in case.seen.failed:
        vendor = case.vendor_of(each.url)
        if vendor is None or (case.accounts and vendor not in case.accounts):
            continue
        events = case.decoder.decode(Hit(number=0, method="GET", url=each.url)).events
        what = next((event.canonical or event.name for event in events), "hit")
        yield Fault(
            word="hit_failed",
            vendor=vendor,
            what=what,
            says=f"A hit to {case.name(vendor)} failed: {clip(each.reason, 100)}",
            expected="that it arrives",
            actual=clip(each.reason, 100),
            evidence=(
                f"{clip(what, 40)}, {clip(each.url.partition('?')[0], 100)} on {clip(each.page, 100)}",
            ),
        )
    for decoded in case.decoded:
        hit, vendor = decoded.hit, decoded.vendor
        if vendor is None or (case.accounts and vendor not in case.accounts):
            continue
        if hit.fate != "swallowed" and hit.status is not None and hit.status >= 400:
            yield Fault(
                word="hit_failed",
                vendor=vendor,
                what="hit",
                says=f"{case.name(vendor)} answered a hit with {hit.status}",
                hits=(hit.number,),
                expected="that it is taken",
                actual=str(hit.status),
            )


def silent(case: Case, _truth: Truth) -> Iterator[Fault]:
    """Vendors whose library was loaded, and that heard nothing."""
    asked = {host for load in case.seen.loads for host in load.hosts}
    for vendor in case.accounts:
        known = case.vendors.get(vendor)
        if known is None or case.only_known(vendor) or any(each.vendor == vendor for each in case.decoded):
            continue
        hosts = {path.partition("/")[0] for path in known.library}
        found = sorted(host for host in asked if host in hosts)
        if found and not (case.waits(vendor) and case.refused(case.asks_first)):
            yield Fault(
                word="library_loaded_but_no_hit",
                vendor=vendor,
                what="hit",
                says=f"{case.name(vendor)} was loaded from {found[0]}, and nothing was sent to it",
                expected="hits",
                actual="none",
            )
