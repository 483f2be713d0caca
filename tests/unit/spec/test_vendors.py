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


TRACKED = """\
version: 1
kind: pixels
id: tracked
name: Tracked
visit: /
vendors: [own_pixel]
expect: [page_view]
"""


def lay(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    "place", ["vendors/own.yaml", "checks/vendors/own.yaml", "checks/own.yaml", "own.yml"]
)
def test_a_folder_with_a_store_of_its_own_knows_the_vendors_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """And nothing else that stands there: its store is the nearest."""
    monkeypatch.chdir(tmp_path)
    above = STORE.replace("id: summit", "id: other").replace("id: shop", "id: other")
    lay(
        tmp_path,
        {
            "checks/store.yaml": above,
            "checks/eu/store.yaml": STORE,
            "checks/eu/buy.yaml": journey("see: Cart"),
            "compose.yaml": "kind: [broken",
            "kinds.yaml": "version: 1\nkind: fragment\nid: x\n",
            place: OWN,
        },
    )
    project = load_project([Path("checks/eu")])
    linkage = link(project, environ={})
    assert linkage.diagnostics == []
    (program,) = programs(linkage.checks)
    assert [str(each.id) for each in program.store.vendors] == ["own_pixel"]
    assert [each.kind for each in project.loaded if each.context] == ["vendor"]
    assert linkage.described == []


def test_a_vendor_above_the_nearest_store_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(
        tmp_path,
        {"vendors/own.yaml": OWN, "checks/store.yaml": STORE, "checks/eu/buy.yaml": journey("see: Cart")},
    )
    linkage = link(load_project([Path("checks/eu")]), environ={})
    (program,) = programs(linkage.checks)
    assert [str(each.id) for each in program.store.vendors] == ["own_pixel"]


def test_vendors_of_another_repository_are_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine" / ".git").mkdir(parents=True)
    lay(
        tmp_path,
        {
            "vendors/own.yaml": OWN,
            "mine/checks/store.yaml": STORE,
            "mine/checks/buy.yaml": journey("see: Cart"),
        },
    )
    linkage = link(load_project([Path("mine/checks")]), environ={})
    assert programs(linkage.checks)[0].store.vendors == ()


def test_what_lies_above_the_folder_people_work_in_is_not_ours_without_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(
        tmp_path,
        {
            "vendors/own.yaml": OWN,
            "mine/checks/store.yaml": STORE,
            "mine/checks/buy.yaml": journey("see: Cart"),
        },
    )

    def known(path: str) -> list[str]:
        linkage = link(load_project([Path(path)]), environ={})
        return [str(each.id) for each in programs(linkage.checks)[0].store.vendors]

    monkeypatch.chdir(tmp_path / "mine")
    assert known("checks") == []
    monkeypatch.chdir(tmp_path / "vendors")
    assert known("../mine/checks") == []
    monkeypatch.chdir(tmp_path)
    assert known("mine/checks") == ["own_pixel"]
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    assert known("checks") == ["own_pixel"]


def test_a_survey_knows_the_vendors_above_and_when_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lay(tmp_path, {"checks/eu/store.yaml": STORE, "checks/eu/tracked.yaml": TRACKED})

    def told() -> list[str]:
        found = survey([Path("checks/eu")], environ={}).told
        assert found == link(load_project([Path("checks/eu")]), environ={}).diagnostics
        return codes(found)

    assert told() == ["E318"]
    lay(tmp_path, {"vendors/own.yaml": OWN})
    assert told() in ([], ["E413"])
    (tmp_path / "vendors/own.yaml").unlink()
    assert told() == ["E318"]


def test_a_vendor_that_nobody_describes_is_told_with_the_nearest_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lay(
        tmp_path,
        {
            "vendors/own.yaml": OWN,
            "checks/eu/store.yaml": STORE,
            "checks/eu/near.yaml": TRACKED.replace("[own_pixel]", "[own_pixle]"),
            "checks/eu/far.yaml": TRACKED.replace("[own_pixel]", "[zzz]").replace("id: tracked", "id: far"),
        },
    )
    far, near = link(load_project([Path("checks/eu")]), environ={}).diagnostics
    assert (near.code, near.suggestion) == ("E318", "own_pixel")
    assert far.hint is not None
    assert "own_pixel" in far.hint
    assert "in a folder “vendors” there" in far.hint


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
