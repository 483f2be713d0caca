"""The checks that the chapter on tracking pixels shows, on the demo store: sound, and red when the store is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core.result import RunReport
from nano_sre.kinds._shared.tracking.recorded_file import text_in
from nano_sre.kinds._shared.tracking.recording import read
from nano_sre.runtime.evidence import FolderArtifacts
from nano_sre.runtime.replaying import replay, usual_program
from nano_sre.service import Selection, select
from nano_sre.spec.guide_tracking import CONSENT, EXAMPLES, JOURNEY, PAGE
from nano_sre.spec.link import link
from nano_sre.spec.project import load_texts
from nano_sre.spec.reference import checks_page
from support.demo import ROOT, Shops, run_programs, shops

THEMES = {PAGE: "ridge", JOURNEY: "ridge", CONSENT: "gipfel"}
FAULTS = {PAGE: "pixel-currency-wrong", JOURNEY: "pixel-add-to-cart-twice", CONSENT: "pixel-before-consent"}


@pytest.fixture(scope="module")
def open_shops() -> object:
    with shops() as opened:
        yield opened


def judged(example: str, opened: Shops, folder: Path, **more: object) -> RunReport:
    texts = {
        name: (ROOT / "checks" / name).read_text("utf-8") for name in ("stores.yaml", "buy-a-snowboard.yaml")
    }
    store = f"stores: [{THEMES[example]}]\n"
    texts["tracking.yaml"] = example.replace("kind: pixels\n", f"kind: pixels\n{store}")
    linkage = link(load_texts(texts), environ=opened.environ)
    assert [each for each in linkage.diagnostics if each.severity == "error"] == []
    programs = [each for each in select(linkage, Selection()) if each.kind == "pixels"]
    return run_programs(programs, folder=folder, environ=opened.environ, **more)


@pytest.mark.parametrize("example", EXAMPLES, ids=("page", "journey", "consent"))
def test_it_is_green_on_a_sound_store_and_red_on_a_broken_one(
    example: str, open_shops: Shops, tmp_path: Path
) -> None:
    (result,) = judged(example, open_shops, tmp_path).results
    assert (result.status, result.inconclusive) == ("PASS", None), result.result.summary
    with open_shops.broken(FAULTS[example]):
        (result,) = judged(example, open_shops, tmp_path).results
    assert result.status == "FAIL", result.result.summary


def test_the_chapter_shows_them() -> None:
    assert all(example.rstrip() in checks_page() for example in EXAMPLES)


def test_a_passing_visit_is_kept_whole_and_judged_again_from_its_file(
    open_shops: Shops, tmp_path: Path
) -> None:
    (result,) = judged(JOURNEY, open_shops, tmp_path, artifacts=FolderArtifacts(tmp_path)).results
    (file,) = [tmp_path / each.path for each in result.attempts[-1].artifacts if each.kind == "hits"]
    assert file.name == "1-hits.jsonl.gz"
    recording = read(text_in(file.read_bytes()).splitlines())
    assert len(file.read_bytes()) * 4 < len(text_in(file.read_bytes()).encode())
    (watched,) = result.attempts[-1].watched
    assert [hit.number for hit in recording.seen.hits] == [each.decoded.hit.number for each in watched.hits]
    again = replay([usual_program(recording.seen)], recording.seen, sources={})
    assert [each.status for each in again.results] == ["PASS"]
