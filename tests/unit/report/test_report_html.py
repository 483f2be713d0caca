from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings

from nano_sre.core.result import Artifact, Attempt, RunReport
from nano_sre.report.html import render_html
from nano_sre.report.images import Images, link
from support.hostile import reports
from support.sample_report import TINY_GIF, failing, flaky, passed_attempt, sample_report, target

VOID = {"meta", "link", "img", "br", "hr", "input"}
ATTRIBUTES = {
    *(
        "alt",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "charset",
        "class",
        "content",
        "href",
        "http-equiv",
    ),
    *("id", "lang", "name", "open", "rel", "role", "src", "style", "tabindex"),
}


class Outline(HTMLParser):
    """What a browser would make of it: tags that open and close, attributes, the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def gif(_path: str) -> bytes | None:
    return TINY_GIF


def nothing(_path: str) -> bytes | None:
    return None


def outline(report: RunReport) -> Outline:
    found = Outline()
    found.feed(render_html(report, read=gif))
    found.close()
    assert found.open == []
    return found


def article(html: str, anchor: str) -> str:
    return html[html.index(f'id="{anchor}"') :].split("</article>", maxsplit=1)[0]


def test_the_head_promises_isolation() -> None:
    html = render_html(sample_report(), read=nothing)
    assert html.startswith("<!doctype html>")
    assert "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri" in html
    assert "<script" not in html
    assert "<h1 " in html
    assert "2 of 8 targets failed: shoppers cannot add to the cart, and 1 more problem</h1>" in html


def test_what_failed_is_open_and_comes_first() -> None:
    html = render_html(sample_report(), read=nothing)
    cards = re.findall(r'<article class="result (\w+)".*?>\s*<details( open)?>', html)
    assert cards == [
        ("FAIL", " open"),
        ("FAIL", " open"),
        ("INCONCLUSIVE", " open"),
        ("WARN", " open"),
        ("WARN", " open"),
        ("PASS", ""),
        ("PASS", ""),
        ("PASS", ""),
    ]


def test_a_failure_shows_the_line_of_yaml_with_a_caret() -> None:
    card = article(render_html(sample_report(), read=gif), "r1")
    assert "<mark>add_to_cart</mark>" in card
    assert '<span class="ghost">  - </span>^^^^^^^^^^^\n' in card
    assert '<span class="no">11</span>' in card
    assert "checks/checkout.yaml:11:5" in card


def test_expected_beside_actual_evidence_and_hint() -> None:
    card = article(render_html(sample_report(), read=gif), "r1")
    for text in (
        "1 Complete Snowboard, 154cm in the cart",
        "an empty cart, 5 s after pressing “Add to cart”",
        "No request to /cart/add was sent.",
        "The button has no effect",
        'href="fail/2/trace.zip"',
        "GET https://cdn.example/app.js: 404",
    ):
        assert text in card


def test_the_frame_that_failed_is_marked_in_words_too() -> None:
    card = article(render_html(sample_report(), read=gif), "r1")
    assert '<figure class="failed" id="r1-a2-s4">' in card
    assert re.search(r'<span class="state">.*✗.*</span> failed · 5.0 s</span>', card)
    assert 'alt="The page after step 4: Add to cart"' in card


def test_a_flaky_result_opens_the_attempt_that_failed() -> None:
    html = render_html(replace(sample_report(), results=(flaky(),)), read=gif)
    assert re.findall(r'<details class="attempt" id="(.*?)"( open)?>', html) == [
        ("r1-a1", " open"),
        ("r1-a2", ""),
    ]


def test_pictures_of_a_shared_visit_are_embedded_once() -> None:
    attempt = passed_attempt(1, "shared")
    journey = replace(target("Journey", "PASS", "fine"), attempts=(attempt,))
    watcher = replace(target("Pixels", "PASS", "fine"), attempts=(attempt,))
    html = render_html(replace(sample_report(), results=(journey, watcher)), read=gif)
    assert html.count("data:image/gif") == 5
    assert 'same browser visit as <a href="#r1-a1">Journey</a>' in html


def test_the_budget_goes_to_failures_first_and_what_is_missing_is_said() -> None:
    size = (len(TINY_GIF) + 2) // 3 * 4
    html = render_html(sample_report(), read=gif, budget=3 * size)
    assert html.count("data:image/gif") == article(html, "r1").count("data:image/gif") == 3
    assert "Left out to keep this file small." in html
    assert "pictures left out to keep this file small" in html
    assert "The picture is no longer there." in render_html(sample_report(), read=nothing)


def test_only_real_pictures_are_embedded() -> None:
    attempt = Attempt(
        number=1,
        status="FAIL",
        artifacts=(Artifact(kind="screenshot", path="a.svg", media_type="image/svg+xml"),),
    )
    report = replace(sample_report(), results=(replace(failing(), attempts=(attempt,)),))
    html = render_html(report, read=lambda _path: b"<svg onload='alert(1)'/>")
    assert "svg onload" not in html
    assert "Not a picture this report can show." in html


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("runs/1/trace.zip", "../runs/1/trace.zip"),
        ("a b/ü#?.zip", "../a%20b/%C3%BC%23%3F.zip"),
        ("javascript:alert(1)", "../javascript%3Aalert%281%29"),
        ("/etc/passwd", ""),
        ("a/../../b", ""),
        ("..\\b", ""),
        ("", ""),
    ],
)
def test_links_stay_in_the_run(path: str, href: str) -> None:
    assert link(path, prefix="../") == href


def test_a_link_without_prefix_cannot_name_a_scheme() -> None:
    assert link("javascript:alert(1)") == "javascript%3Aalert%281%29"


def test_images_count_what_they_left_out() -> None:
    images = Images(gif, budget=0)
    assert images.embed("a").missing == "Left out to keep this file small."
    assert images.left_out == 1


def test_an_empty_run() -> None:
    html = render_html(replace(sample_report(), results=()), read=nothing)
    assert "Nothing was checked</h1>" in html


def test_headings_do_not_skip_a_level() -> None:
    levels = [int(tag[1]) for tag, _ in outline(sample_report()).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_links_inside_lead_somewhere() -> None:
    found = outline(sample_report())
    ids = [a["id"] for _, a in found.tags if "id" in a]
    assert len(ids) == len(set(ids))
    inside = {(a["href"] or "")[1:] for a in found.all("a") if (a["href"] or "").startswith("#")}
    assert inside <= set(ids)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_no_text_becomes_markup(report: RunReport) -> None:
    found = outline(report)
    assert not {tag for tag, _ in found.tags} & {"script", "iframe", "object", "form", "base", "svg"}
    assert {name for _, attributes in found.tags for name in attributes} <= ATTRIBUTES
    assert {urlsplit(a["href"] or "").scheme for a in found.all("a")} <= {"", "http", "https"}
    assert all((a["src"] or "").startswith("data:image/gif;base64,") for a in found.all("img"))
    styles = {a["style"] for _, a in found.tags if a.get("style")}
    assert all(re.fullmatch(r"(left:[\d.]+%;width:[\d.]+%|flex-grow:\d+)", style or "") for style in styles)
    assert len(found.all("style")) == 1
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", "".join(found.text))
