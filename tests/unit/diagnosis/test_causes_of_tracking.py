"""Every fault of tracking has a cause that a marketer recognises: the golden visits, diagnosed."""

from __future__ import annotations

import pytest

from nano_sre.core.diagnosis import Evidence
from nano_sre.diagnosis.rules import RuleDiagnoser
from nano_sre.kinds._shared.tracking.faults import KINDS
from nano_sre.spec.rules import built_in_rules
from support.pixel_folders import FOLDER, judged
from support.results import NOON, make_result

CAUSES = {
    "consent_signal_wrong": "consent-not-passed-on",
    "currency_mismatch": "currency-fixed-in-pixel",
    "duplicate_events": "pixel-installed-twice",
    "event_id_differs_between_pixels": "dedup-id-not-shared",
    "event_id_not_unique": "dedup-id-reused",
    "events_before_consent": "fires-before-consent",
    "hit_failed": "tracking-blocked",
    "item_id_mismatch": "feed-id-mismatch",
    "late_hit": "pixel-slow",
    "library_loaded_but_no_hit": "pixel-not-set-up",
    "missing_currency": "currency-not-sent",
    "missing_event": "tag-manager-misses-event",
    "missing_event_id": "dedup-id-missing",
    "missing_field": "event-data-missing",
    "missing_items": "event-data-missing",
    "missing_order_id": "order-id-not-sent",
    "missing_value": "event-data-missing",
    "personal_data": "personal-data-sent",
    "quantity_mismatch": "quantity-mapped-wrongly",
    "test_mode_left_on": "tracking-debug-on",
    "two_accounts": "second-account-left",
    "unexpected_event": "pixel-installed-twice",
    "unknown_ids": "wrong-tracking-account",
    "unreadable_hit": "pixel-sends-garbage",
    "value_is_text": "formatted-price-sent",
    "value_mismatch": "value-mapped-wrongly",
    "wrong_field": "event-mapped-wrongly",
    "wrong_order": "event-bound-wrongly",
    "wrong_page_url": "sandbox-address-sent",
    "zero_value": "event-data-missing",
}
RULES = RuleDiagnoser(built_in_rules)


def test_every_fault_has_a_cause() -> None:
    assert set(CAUSES) == set(KINDS)


@pytest.mark.parametrize("word", KINDS)
def test_the_cause_of_a_fault(word: str) -> None:
    findings = judged(FOLDER / word, "wrong").findings
    result = make_result("tracked", kind="pixels", status="FAIL", findings=findings)
    told = RULES.conclude(Evidence(result=result, now=NOON)).causes
    assert told
    assert told[0].id == CAUSES[word], [(each.id, each.confidence) for each in told]
    assert told[0].evidence
