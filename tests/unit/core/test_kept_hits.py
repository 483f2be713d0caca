from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from nano_sre.core.hits import Decoded, Heard, Hit, HostAsked, JudgedHit, TrackedEvent, TrackedItem
from nano_sre.core.kept_hits import LONGEST, MOST_FIELDS, MOST_HEARD, MOST_HITS, ROOM, in_short, kept
from nano_sre.core.redact import Redactor
from nano_sre.core.result import Attempt, WatchReport
from nano_sre.report.heard import heard_lines
from nano_sre.store.plain import plain, restore
from support.tracked_report import watch_report


def judged(number: int = 1, *faults: str, fields: dict[str, str] | None = None, **more: Any) -> JudgedHit:
    hit = Hit(number=number, method="POST", url="https://v.example/c?em=ann@example.com", body=b"x" * 9)
    event = TrackedEvent(vendor="ga4", name="purchase", hit=hit, **{"fields": fields or {"v": "2"}, **more})
    return JudgedHit(decoded=Decoded(hit=hit, vendor="ga4", events=(event,)), faults=faults)


def report(*hits: JudgedHit, **more: Any) -> WatchReport:
    return WatchReport(watcher="pixels", summary="seen", hits=hits, **more)


def test_bodies_and_mail_addresses_are_gone_and_the_length_is_told() -> None:
    items = (TrackedItem(ids=("1",), name="for ann@example.com"),)
    told = kept(
        report(
            judged(
                fields={
                    "ud[em]": "ann@example.com",
                    "dl": "https://s.example/?m=ann%40example.com",
                    "v": "2",
                },
                items=items,
                page_url="https://s.example/?phone=123456",
                event_id="ann@example.com",
            )
        )
    )
    decoded = told.hits[0].decoded
    assert (decoded.hit.body, decoded.hit.length, decoded.hit.url) == (b"", 9, "https://v.example/c")
    event = decoded.events[0]
    assert event.fields == {"ud[em]": "••••", "dl": "https://s.example/?m=••••", "v": "2"}
    assert (event.page_url, event.event_id) == ("https://s.example/?phone=••••", "••••")
    assert "ann" not in repr(told)


def test_the_address_of_a_hit_that_nobody_reads_keeps_its_parameters() -> None:
    hit = Hit(number=1, method="GET", url="https://v.example/c?em=x&tid=G-1")
    told = kept(report(JudgedHit(decoded=Decoded(hit=hit))))
    assert told.hits[0].decoded.hit.url == "https://v.example/c?em=••••&tid=G-1"


def test_a_secret_is_masked_before_the_text_is_cut() -> None:
    secret = "swordfish-and-chips"
    long = "x" * (LONGEST - 5) + secret
    told = kept(report(judged(fields={"a": long}, event_id=long)), mask=Redactor([secret]).text)
    assert "sword" not in repr(told)


def test_sizes_are_bounded() -> None:
    many = {f"key{i}": "v" * 5_000 for i in range(10_000)}
    told = kept(report(*(judged(n, fields=many) for n in range(1, 2_000))))
    assert len(told.hits) == MOST_HITS
    assert len(told.hits[0].decoded.events[0].fields) == MOST_FIELDS
    assert told.hits[0].decoded.trouble == ("further parameters are in the recorded file",)
    assert told.hits[-1].decoded.events[0].fields == {}
    assert len(json.dumps(plain(told))) < 3 * ROOM


def test_of_too_many_hits_those_with_faults_stay() -> None:
    hits = [judged(n) for n in range(1, 1_000)]
    hits[990] = judged(991, "R550")
    told = kept(report(*hits))
    assert [each.decoded.hit.number for each in told.hits][-2:] == [199, 991]


def test_a_report_without_tracking_comes_back_as_it_is() -> None:
    given = WatchReport(watcher="vitals", summary="fine")
    assert kept(given) is given
    assert in_short(given) is given


def test_names_that_never_end_are_cut() -> None:
    heard = (Heard(vendor="v", event="e" * 9_000, times=1),)
    told = kept(report(heard=heard, other_hosts=(HostAsked(host="h" * 9_000),)))
    assert len(told.heard[0].event) == LONGEST + 1
    assert len(told.other_hosts[0].host) == LONGEST + 1


def test_a_row_of_the_database_gives_hits_back() -> None:
    attempt = Attempt(number=1, status="FAIL", watched=(kept(watch_report()),))
    data: Any = json.loads(json.dumps(plain(attempt)))
    assert restore(Attempt, data) == attempt


def test_of_what_is_fine_no_parameter_is_kept() -> None:
    small = in_short(kept(watch_report()))
    assert all(event.fields == {} for hit in small.hits for event in hit.decoded.events)
    assert len(small.hits) == len(watch_report().hits)
    again = replace(small, hits=watch_report().hits)
    assert len(json.dumps(plain(small))) < len(json.dumps(plain(again))) * 0.7


def test_of_too_much_that_was_heard_the_expected_stays_and_the_rest_is_counted() -> None:
    unasked = [Heard(vendor="v", event=f"e{each}", times=1) for each in range(MOST_HEARD + 4)]
    told = kept(report(heard=(*unasked, Heard(vendor="v", event="purchase", times=0, state="fail"))))
    assert (told.heard[0].event, len(told.heard), told.heard_more) == ("purchase", MOST_HEARD, 5)
    assert kept(told).heard_more == 5
    assert heard_lines([told])[-1] == "… and 5 more events at a vendor, not kept"
    assert kept(report(heard=tuple(unasked[:3]))).heard_more == 0
