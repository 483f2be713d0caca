from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nano_sre.alerts.brief import ROOMS, brief, cut, units
from nano_sre.alerts.neutral import Said, link, neutral
from nano_sre.alerts.render import Templates
from nano_sre.alerts.samples import item, sample_alerts
from nano_sre.alerts.wording import length, moment, sure
from nano_sre.core.alert import MARKS
from nano_sre.core.diagnosis import Cause

ALERTS = sample_alerts()
BERLIN = ZoneInfo("Europe/Berlin")


def templates(folder: Path, **files: str) -> Templates:
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.j2").write_text(text, encoding="utf-8")
    return Templates(folder, timezone="Europe/Berlin")


def test_there_are_samples_of_every_kind() -> None:
    assert {each.kind for each in ALERTS.values()} == set(MARKS)
    assert len(ALERTS) >= 20


@pytest.mark.parametrize("name", ALERTS)
def test_the_first_line_says_what_is_the_matter(name: str) -> None:
    title = Templates().title(ALERTS[name])
    assert len(title.splitlines()) == 1
    assert ALERTS[name].first.store_id in title or "monitor" in title or ALERTS[name].kind == "test"


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("fired", "P1 hydrogen: "),
        ("fired-in-staging", "P1 hydrogen (staging): "),
        ("fired-for-several", "P1 hydrogen: Shoppers cannot add products to the cart"),
        ("reminder", "P1 hydrogen, still failing after 2 hours 5 minutes: "),
        ("resolved", "Resolved after 24 minutes, hydrogen: "),
        (
            "partly-resolved",
            "Partly resolved, hydrogen: Shoppers cannot add products to the cart (2 still failing)",
        ),
        ("was-down", "Was down for 3 minutes and is well again, hydrogen: "),
        ("flapping", "P1 hydrogen, failing and passing by turns: "),
        ("calm", "Steady again, hydrogen: "),
        ("no-data", "No verdict for 25 minutes, hydrogen: "),
        ("data-back", "Verdicts again after 25 minutes, hydrogen: "),
        ("monitor", "No verdict, the monitor itself: "),
    ],
)
def test_titles(kind: str, begins: str) -> None:
    assert Templates(timezone="Europe/Berlin").title(ALERTS[kind]).startswith(begins)


def test_times_are_those_of_the_file_and_short_on_the_same_day() -> None:
    noon = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
    assert moment(noon, BERLIN, seen_from=noon + timedelta(hours=3)) == "14:05"
    assert moment(noon, BERLIN, seen_from=noon + timedelta(hours=12)) == "14:05 on Monday, 23 November"
    assert moment(noon, BERLIN, seen_from=noon + timedelta(days=90)) == "14:05 on Monday, 23 November 2026"
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert moment(summer, BERLIN, seen_from=summer) == "14:00"
    assert "14:05 (Europe/Berlin)" in Templates(timezone="Europe/Berlin").text("any", ALERTS["fired"])
    assert "13:05 (UTC)" in Templates().text("any", ALERTS["fired"])


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=-5), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=125), "2 hours 5 minutes"),
        (timedelta(days=3, hours=1, minutes=9), "3 days 1 hour"),
    ],
)
def test_lengths_of_time(time: timedelta, words: str) -> None:
    assert length(time) == words


def test_certainty_is_a_word_and_a_number() -> None:
    def cause(confidence: float) -> Cause:
        return Cause(id="x", title="x", confidence=confidence, shoppers="", remedy="")

    assert [sure(cause(each)) for each in (0.95, 0.75, 0.5, 0.2)] == [
        "almost certain, 95 %",
        "very likely, 75 %",
        "likely, 50 %",
        "a guess, 20 %",
    ]


def test_a_template_of_ones_own_comes_before_the_built_in_one(tmp_path: Path) -> None:
    made = templates(
        tmp_path,
        slack='{{ "Oh"|bold }} {{ alert.title }}',
        message="M {{ item.name }}",
        title="T {{ item.store_id }}",
    )
    assert (
        made.text("slack", ALERTS["fired"], markup="slack") == "*Oh* Shoppers cannot add products to the cart"
    )
    assert made.text("discord", ALERTS["fired"], markup="discord") == "M Buy a snowboard"
    assert made.title(ALERTS["fired"]) == "T hydrogen"
    assert "<html" in made.text("email.html", ALERTS["fired"], markup="html")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ alert.tilte }}", "slack.j2, line 1: there is no “tilte” in it. This is the built-in text."),
        ("a\nb {{ nobody }}", "slack.j2, line 2: 'nobody' is undefined. This is the built-in text."),
        ("{% if %}", "slack.j2, line 1: "),
        ("{{ 1 / 0 }}", "slack.j2, line 1: division by zero"),
        ("{{ ''.__class__.__mro__ }}", "slack.j2, line 1: "),
        ("{% for i in range(10**9) %}x{% endfor %}", "slack.j2, line 1: "),
        ("{% include 'nowhere.j2' %}", "nowhere.j2"),
    ],
)
def test_a_broken_template_costs_no_message(source: str, told: str, tmp_path: Path) -> None:
    made = templates(tmp_path, slack=source)
    text = made.text("slack", ALERTS["fired"], markup="slack", limit=3_000)
    assert "Likely cause" in text
    assert "checks/buy.yaml:14:5" in text
    remark = next(line for line in text.splitlines() if "From the monitor" in line)
    assert told in remark


def test_a_broken_title_is_told_in_the_message(tmp_path: Path) -> None:
    made = templates(tmp_path, title="{{ alert.tilte }}")
    assert made.title(ALERTS["fired"]) == "P1 hydrogen: Shoppers cannot add products to the cart"
    assert "title.j2, line 1: there is no “tilte” in it" in made.text("any", ALERTS["fired"])


def test_text_of_a_page_is_never_a_template_and_never_markup(tmp_path: Path) -> None:
    hostile = ALERTS["hostile"]
    assert "{{ 7 * 7 }}" in Templates().text("any", hostile)
    html = Templates().text("email.html", hostile, markup="html")
    assert "<script>" not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;" in html
    own = templates(tmp_path, email__html="<p>{{ item.summary }}</p>")
    assert "<script>" not in own.text("email.html", hostile, markup="html")


def test_a_target_with_a_name_that_looks_like_markup_can_still_be_copied() -> None:
    alert = replace(ALERTS["fired"], items=(item(place="checks/a_b*c`d.yaml:1:1"),))
    assert "`checks/a_b*c\u02cbd.yaml:1:1`" in Templates().text("any", alert, markup="discord")


def test_links_cannot_be_broken_out_of() -> None:
    assert link("https://e.example/a|b>c d", "slack", "Go") == "Go: https://e.example/a|b&gt;c d"
    assert link("https://e.example/a|b>c", "slack", "Go") == "<https://e.example/a%7Cb%3Ec|Go>"
    assert link("https://e.example/a)b", "discord", "Go") == "[Go](<https://e.example/a%29b>)"
    assert link("javascript:alert(1)", "slack", "Go") == "Go: javascript:alert(1)"


def test_what_the_engine_says_itself_is_not_quoted_for_markup() -> None:
    alert = neutral(ALERTS["partly-resolved"], "discord")
    assert alert.kind == "partly_resolved"
    assert isinstance(alert.title, Said)


def test_shortening_keeps_the_place_the_command_and_every_target() -> None:
    for room in ROOMS:
        short = brief(ALERTS["crowd"], room)
        assert len(short.items) == 500
        assert short.first.place == ALERTS["crowd"].first.place
        assert short.silence == ALERTS["crowd"].silence


@pytest.mark.parametrize(
    ("text", "limit", "made"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("🛒🛒🛒", 4, "🛒…"),
        ("a &amp; b", 5, "a…"),
        ("abc", 0, ""),
        ("a\\*b", 3, "a…"),
    ],
)
def test_cutting_cuts_nothing_in_two(text: str, limit: int, made: str) -> None:
    assert cut(text, limit) == made
    assert units(made) <= limit
