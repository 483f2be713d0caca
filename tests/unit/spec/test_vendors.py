"""Vendors of a project: found, linked, applied, carried by every program of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.vendor import Vendor
from nano_sre.spec.canonical import from_stored
from nano_sre.spec.compile import programs
from nano_sre.spec.link import link
from nano_sre.spec.origins import files_of
from nano_sre.spec.project import bound, load_project, load_texts
from nano_sre.spec.survey import survey
from nano_sre.spec.vendors import known, read_vendor, register_file
from support.projects import STORE, codes, journey, linked, sound

OWN = registry.kind("check", "vendor").cls.example


def test_every_program_carries_the_vendors_of_the_project() -> None:
    linkage = sound(STORE, journey("see: Cart"), OWN)
    (program,) = programs(linkage.checks)
    assert [str(each.id) for each in program.store.vendors] == ["own_pixel"]
    assert [each.id for each in linkage.described] == ["own_pixel"]
    (bare,) = programs(sound(STORE, journey("see: Cart")).checks)
    assert bare.store.vendors == ()


def test_the_words_that_checks_may_name() -> None:
    names = known(load_texts({"checks/own.yaml": OWN, "checks/store.yaml": STORE}))
    assert names[0] == "own_pixel"
    assert {"ga4", "meta"} < set(names)


def test_a_vendor_is_read_back_as_it_was_applied() -> None:
    for name in registry.names("vendor"):
        path = Path(registry.__file__).parents[1] / "kinds" / "vendors" / f"{name}.yaml"
        linkage = link(
            load_texts(
                {
                    f"checks/{name}.yaml": path.read_text(encoding="utf-8"),
                    "checks/s.yaml": f"{STORE}---\n{journey('see: A')}",
                }
            )
        )
        (vendor,) = linkage.described
        told: list[object] = []
        stored = from_stored(vendor.canonical, vendor.positions, file="x.yaml", source="")
        again = bound(stored, Path(), told)  # type: ignore[arg-type]
        assert told == []
        assert again.check == vendor.check
        assert link_of(again.check) == vendor.canonical


def link_of(check: object) -> dict[str, object]:
    from nano_sre.spec.canonical import canonical

    return canonical(check)


def test_two_vendors_of_one_id_are_told() -> None:
    assert codes(linked(STORE, journey("see: Cart"), OWN, OWN).diagnostics) == ["E302"]


def test_the_vendors_above_a_file_are_found_in_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "checks/store.yaml": STORE,
        "checks/vendors/own.yaml": OWN,
        "checks/more/buy.yaml": journey("see: Cart"),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    project = load_project([Path("checks/more/buy.yaml")])
    linkage = link(project, environ={})
    assert linkage.diagnostics == []
    (program,) = programs(linkage.checks)
    assert [str(each.id) for each in program.store.vendors] == ["own_pixel"]
    assert linkage.described == [], "what stands above is known, and applied from there"
    assert survey([Path("checks")], environ={}).told == []
    names = {file.name for file in files_of(linkage.checks[0], project)}
    assert names == {"buy.yaml", "store.yaml", "own.yaml"}


def test_survey_and_link_tell_the_same_of_a_vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checks").mkdir()
    for name, text in {
        "store.yaml": STORE,
        "own.yaml": OWN.replace('value: "20"', 'value: "21"'),
        "buy.yaml": journey("see: Cart"),
    }.items():
        (tmp_path / "checks" / name).write_text(text)
    told = link(load_project([Path("checks")]), environ={}).diagnostics
    assert codes(told) == ["E346"]
    assert survey([Path("checks")], environ={}).told == told


def test_a_built_in_file_with_mistakes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\nkind: vendor\nid: bad\nname: Bad\nhosts: [Bad]\n")
    with pytest.raises(ValueError, match="is not a host in lower case"):
        register_file("bad", tmp_path / "bad.yaml")
    assert read_vendor("a: 1\n---\nb: 2\n", "two.yaml")[1][0].code in ("E208", "E109", "E203")


def test_words_of_ours_lead_back_to_the_vendors() -> None:
    vendor = registry.kind("vendor", "tiktok").cls.described
    assert isinstance(vendor, Vendor)
    assert vendor.wire_names("purchase") == ("Purchase", "CompletePayment", "PlaceAnOrder")
    assert vendor.wire_names("view_cart") == ()
