"""What every vendor owes: the price of being a word of checks by its file alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.hits import Hit
from nano_sre.kinds._shared.tracking import Vendors, vendors_for
from nano_sre.kinds._shared.tracking.trials import hit_of, trials, tried
from nano_sre.spec.link import link
from nano_sre.spec.project import load_texts
from nano_sre.spec.vendors import read_vendor
from nano_sre.spec.vendors_page import vendors_page
from support.projects import STORE, journey

FOLDER = Path(registry.__file__).parents[1] / "kinds" / "vendors"
WORDS = registry.names("vendor")
READ = [word for word in WORDS if registry.kind("vendor", word).cls.described.event]
ALL = vendors_for(None)


def test_the_vendors_that_shops_have_are_there() -> None:
    wanted = "ga4 google_ads meta tiktok pinterest snapchat uet klaviyo criteo attentive linkedin reddit x shopify clarity hotjar"
    assert set(wanted.split()) <= set(WORDS)
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_its_file_is_a_good_document_of_that_id(word: str) -> None:
    text = (FOLDER / f"{word}.yaml").read_text(encoding="utf-8")
    project = load_texts(
        {f"checks/{word}.yaml": text, "checks/shop.yaml": f"{STORE}---\n{journey('see: Shop')}"}
    )
    assert [f"{each.span}: {each.message}" for each in link(project).diagnostics] == []
    (loaded,) = project.of_kind("vendor")
    assert loaded.id == word
    assert loaded.check == ALL.vendor(word), "read apart from its schema it is the same"


@pytest.mark.parametrize("word", WORDS)
def test_its_examples_come_out_as_they_say_alone_and_among_all(word: str) -> None:
    vendor = ALL.vendor(word)
    assert vendor is not None
    found = [each for trial in trials(vendor) for each in trial.differences]
    found += [
        each for index, _ in enumerate(vendor.examples) for each in tried(ALL, vendor, index).differences
    ]
    assert [f"{each.path}: {each.message}" for each in found] == []


@pytest.mark.parametrize("word", READ)
def test_it_is_shown_by_several_hits_of_which_some_have_a_word_of_ours(word: str) -> None:
    vendor = ALL.vendor(word)
    assert vendor is not None
    events = [event for trial in trials(vendor) for event in trial.decoded.events]
    assert len(vendor.examples) >= 2
    assert any(event.canonical for event in events)
    assert any(event.account for event in events)
    assert vendor.names
    if vendor.value is not None:
        assert any(event.value for event in events)
    if vendor.items is not None and word not in (
        "google_ads",
        "reddit",
        "x",
    ):  # whose products are only remembered
        assert any(event.items for event in events)


@pytest.mark.parametrize("word", READ)
def test_what_it_requires_is_of_events_that_it_has(word: str) -> None:
    vendor = ALL.vendor(word)
    assert vendor is not None
    for event in vendor.required:
        assert vendor.wire_names(event), f"{word} has no word for {event}"


@pytest.mark.parametrize("word", WORDS)
def test_its_hosts_take_hits_and_its_library_is_fetched(word: str) -> None:
    vendor = ALL.vendor(word)
    assert vendor is not None
    for host in vendor.hosts:
        url = f"https://{host.replace('*', 'any')}/something/new?x=1"
        assert ALL.role("GET", url) == ALL.role("POST", url) == "hit"
    for host in vendor.shared_hosts:
        assert ALL.role("GET", f"https://{host}/something/new") == "other"
    for written in vendor.library:
        assert ALL.role("GET", f"https://{written.replace('*', 'a')}") == "library"
    for example in vendor.examples:
        hit = hit_of(example)
        assert ALL.role(hit.method, hit.url) == ("hit" if example.hit else ALL.role("GET", hit.url))
        assert ALL.role("OPTIONS", hit.url) == ALL.role(hit.method, hit.url), (
            "a preflight goes where its hit goes"
        )


@pytest.mark.parametrize("word", WORDS)
def test_a_preflight_and_a_look_at_heads_are_no_events(word: str) -> None:
    vendor = ALL.vendor(word)
    assert vendor is not None
    for example in vendor.examples:
        for method in ("OPTIONS", "HEAD"):
            assert ALL.decode(Hit(number=1, method=method, url=example.url)).events == ()


@pytest.mark.parametrize("word", WORDS)
def test_it_is_in_the_reference(word: str) -> None:
    assert f"In checks: `{word}`." in vendors_page()


def test_the_vendor_of_the_guide_reads_its_hit() -> None:
    text = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
    code = next(
        block.partition("\n")[2] for block in text.split("```")[1::2] if "# kinds/vendors/bell" in block
    )
    vendor, told = read_vendor(code, "bell_pixel.yaml")
    assert told == []
    assert vendor is not None
    assert [each.message for trial in trials(vendor) for each in trial.differences] == []
    assert Vendors([vendor]).role("GET", "https://hits.bell.example/bell.js") == "library"
