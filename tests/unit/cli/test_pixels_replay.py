"""`nano-sre pixels replay`: recordings and HAR files judged again, without a network."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from support.cli import Desk
from support.golden import GOLDEN

FAULTS = GOLDEN / "pixels"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("check.yaml", (FAULTS / "value_mismatch" / "check.yaml").read_text())
    for which in ("wrong", "fine"):
        (tmp_path / f"{which}.jsonl").write_text((FAULTS / "value_mismatch" / f"{which}.jsonl").read_text())
    return made


def test_a_recording_is_judged_by_the_check_that_it_names(desk: Desk) -> None:
    done = desk.nano("pixels", "replay", "wrong.jsonl")
    assert done.code == 1
    assert "Meta Pixel's AddToCart has the value $69,995.00" in done.out
    assert "checks/check.yaml:30:10" in done.out
    fine = desk.nano("pixels", "replay", "fine.jsonl")
    assert fine.code == 0
    assert "16 hits judged by 1 check; nothing was visited" in fine.err


def packed(file: Path, name: str) -> None:
    (file.parent / name).write_bytes(gzip.compress(file.read_bytes()))


def test_a_recording_is_read_packed_or_not_whatever_it_is_called(desk: Desk) -> None:
    packed(desk.folder / "wrong.jsonl", "1-hits.jsonl.gz")
    packed(desk.folder / "wrong.jsonl", "misnamed.jsonl")
    (desk.folder / "misnamed.gz").write_bytes((desk.folder / "wrong.jsonl").read_bytes())
    for name in ("1-hits.jsonl.gz", "misnamed.jsonl", "misnamed.gz"):
        done = desk.nano("pixels", "replay", name)
        assert done.code == 1, done.err
        assert "Meta Pixel's AddToCart has the value $69,995.00" in done.out


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (slice(0, -200), "the packed file ends too early: it was not copied as a whole"),
        (slice(0, 20), "the packed file ends too early: it was not copied as a whole"),
    ],
)
def test_a_packed_recording_that_is_cut_off(desk: Desk, cut: slice, said: str) -> None:
    whole = gzip.compress((desk.folder / "wrong.jsonl").read_bytes())
    (desk.folder / "cut.jsonl.gz").write_bytes(whole[cut])
    done = desk.nano("pixels", "replay", "cut.jsonl.gz")
    assert (done.code, said in done.err) == (2, True), done.err


def test_a_packed_recording_that_is_damaged_or_too_large(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bytearray(gzip.compress((desk.folder / "wrong.jsonl").read_bytes()))
    whole[200:260] = bytes(60)
    (desk.folder / "damaged.gz").write_bytes(whole)
    assert "cannot be unpacked: it is damaged" in desk.nano("pixels", "replay", "damaged.gz").err
    packed(desk.folder / "wrong.jsonl", "bomb.gz")
    monkeypatch.setattr("nano_sre.kinds._shared.tracking.recorded_file.LARGEST", 5_000)
    assert "unpacked it is larger than" in desk.nano("pixels", "replay", "bomb.gz").err


def test_history_is_judged_by_the_check_as_it_is_now(desk: Desk) -> None:
    check = (desk.folder / "checks/check.yaml").read_text()
    desk.write("check.yaml", check.replace('value: "${visit.price}"', "value: {at_least: 1}"))
    kept = desk.nano("pixels", "replay", "wrong.jsonl")
    assert kept.code == 1
    assert "where the store says 699.95" in kept.out
    desk.write("check.yaml", check.replace('value: "${visit.price}"', "value: {at_least: 1}") + "never: []\n")
    assert desk.nano("pixels", "replay", "wrong.jsonl").code == 0


def test_without_its_check_the_usual_faults_are_looked_for(desk: Desk) -> None:
    desk.remove("check.yaml")
    done = desk.nano("pixels", "replay", "wrong.jsonl", "--json")
    assert done.code == 1
    assert done.json()["results"][0]["findings"][0]["code"] == "R556"
    assert "not found: tracked" in done.err


def test_a_check_that_is_not_there(desk: Desk) -> None:
    done = desk.nano("pixels", "replay", "wrong.jsonl", "--check", "nope")
    assert done.code == 9
    assert "no pixels check “nope” is for summit in the market us" in done.err


def test_reports_are_written(desk: Desk) -> None:
    desk.nano("pixels", "replay", "wrong.jsonl", "--reporter", "html=out/report.html")
    assert "AddToCart" in (desk.folder / "out/report.html").read_text()


def test_a_har_is_judged_by_a_check_of_the_same_shop(desk: Desk) -> None:
    url = "https://www.facebook.com/tr/?id=1234567890&ev=AddToCart&cd[value]=5&cd[currency]=EUR"
    entries = [
        {
            "startedDateTime": f"2026-11-23T10:00:0{at}Z",
            "request": {"method": "GET", "url": asked},
            "response": {"status": 200},
        }
        for at, asked in enumerate(("https://shop.example/", url))
    ]
    for each in entries:
        each["pageref"] = "p"
    pages = [{"id": "p", "startedDateTime": "2026-11-23T10:00:00Z"}]
    (desk.folder / "visit.har").write_text(json.dumps({"log": {"pages": pages, "entries": entries}}))
    alone = desk.nano("pixels", "replay", "visit.har", "--json")
    assert "R557" not in {each["code"] for each in alone.json()["results"][0]["findings"]}
    done = desk.nano("pixels", "replay", "visit.har", "--check", "tracked", "--json")
    found = {each["code"] for each in done.json()["results"][0]["findings"]}
    assert found == {"R549", "R557"}
    assert desk.nano("pixels", "replay", "visit.har", "--check", "nope").code == 9
    packed(desk.folder / "visit.har", "visit.har.gz")
    again = desk.nano("pixels", "replay", "visit.har.gz", "--check", "tracked", "--json")
    assert {each["code"] for each in again.json()["results"][0]["findings"]} == found


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("missing.jsonl", None, 9, "there is no file"),
        ("notes.txt", "hello", 2, "neither a recording of hits nor a HAR"),
        ("picture.png", "\udc89PNG\udcff", 2, "no text, and not packed by gzip either"),
        ("empty.jsonl", "", 2, "neither a recording of hits nor a HAR"),
        ("empty.har", '{"log": {"entries": []}}', 2, "holds no requests"),
    ],
)
def test_files_that_are_neither(desk: Desk, name: str, text: str | None, code: int, said: str) -> None:
    if text is not None:
        (desk.folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = desk.nano("pixels", "replay", name)
    assert done.code == code
    assert said in done.err
