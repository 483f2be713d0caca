"""Which alerters.yaml and triggers.yaml count, what they become, and what is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.fields import Duration
from nano_sre.core.policy import AlertersFile
from nano_sre.core.trigger import RunChoice, TriggersFile
from nano_sre.service import arrangements, registered_arrangements
from nano_sre.spec.canonical import canonical, from_stored, positions_of
from nano_sre.spec.link import Linkage, link
from nano_sre.spec.project import Project, bound, load_project, load_texts
from support.arrangements import ALERTERS, TRIGGERS
from support.projects import STORE, codes, journey, one


@pytest.fixture(autouse=True)
def _in_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("checks/store.yaml", STORE)
    write("checks/buy.yaml", journey(more="tags: [checkout]\nevery: 15m\n"))


def write(name: str, text: str) -> None:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def read(*paths: str) -> tuple[Project, Linkage]:
    project = load_project([Path(path) for path in paths or ("checks",)])
    return project, link(project, environ={})


def files(*paths: str) -> list[str]:
    return [each.document.file for each in read(*paths)[0].arrangements]


def told(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Code and message of everything that is told of files beside a store and a check tagged `checkout`."""
    checks = {"store.yaml": STORE, "buy.yaml": journey(more="tags: [checkout]\n")}
    return [(d.code, d.message) for d in link(load_texts(checks | texts), environ={}).diagnostics]


# Where they lie


@pytest.mark.parametrize("place", ["", "checks/"])
@pytest.mark.parametrize("asked", ["checks", "checks/buy.yaml", "./checks/"])
def test_the_nearest_counts(place: str, asked: str) -> None:
    write(f"{place}alerters.yaml", ALERTERS)
    write(f"{place}triggers.yaml", TRIGGERS)
    assert files(asked) == [f"{place}alerters.yaml", f"{place}triggers.yaml"]
    assert read(asked)[1].diagnostics == []


def test_each_is_looked_for_by_itself() -> None:
    write("alerters.yaml", ALERTERS)
    write("checks/triggers.yaml", TRIGGERS)
    assert sorted(files()) == ["alerters.yaml", "checks/triggers.yaml"]


def test_what_lies_above_the_repository_is_somebody_elses() -> None:
    Path("mine/.git").mkdir(parents=True)
    write("mine/checks/store.yaml", STORE)
    write("mine/checks/buy.yaml", journey())
    write("alerters.yaml", ALERTERS)
    assert files("mine/checks") == []


def test_a_file_can_be_asked_for_alone() -> None:
    write("alerters.yaml", ALERTERS.replace("P1]", "P1], tags: [nobody-has-this]"))
    project, linkage = read("alerters.yaml")
    assert (len(project.arrangements), linkage.diagnostics) == (1, [])
    write("alerters.yaml", ALERTERS.replace("team]", "taem]"))
    assert codes(read("alerters.yaml")[1].diagnostics) == ["E341"]


@pytest.mark.parametrize("asked", ["checks/buy.yaml", "checks/de"])
def test_a_part_of_the_checks_does_not_know_all_names(asked: str) -> None:
    write("checks/de/kaufen.yaml", journey(named="kaufen"))
    write("triggers.yaml", TRIGGERS.replace("all", "{tags: [smoke]}"))
    assert read(asked)[1].diagnostics == []
    assert codes(read("checks")[1].diagnostics) == ["E344"]
    assert codes(read(".")[1].diagnostics) == ["E344"]


@pytest.mark.parametrize("second", ["checks/de/alerters.yaml", "checks/alerters.yml"])
def test_what_does_not_count_is_told(second: str) -> None:
    write("checks/alerters.yaml", ALERTERS)
    write(second, ALERTERS)
    (found,) = read()[1].diagnostics
    assert (found.code, str(found.span)) == ("E345", f"{second}:1:1")


def test_two_projects_at_once_have_two_of_them() -> None:
    for shop in ("a", "b"):
        write(f"{shop}/checks/{shop}.yaml", journey(named=shop))
        write(f"{shop}/alerters.yaml", ALERTERS)
    found = [d for d in read("checks", "a/checks", "b/checks")[1].diagnostics if d.code == "E345"]
    assert [str(d.span) for d in found] == ["b/alerters.yaml:1:1"]


def test_alerters_are_no_checks() -> None:
    (found,) = load_texts({"a.yaml": "version: 1\nkind: alerters\n"}).diagnostics
    assert (found.code, found.hint) == ("E203", "this is written in a file of its own, called alerters.yaml")
    write("checks/buy.yaml", "")
    write("alerters.yaml", ALERTERS)
    assert codes(read()[1].diagnostics) == ["E404"]


# What they become


def test_they_are_typed() -> None:
    write("alerters.yaml", ALERTERS)
    write("triggers.yaml", TRIGGERS)
    made = arrangements(read()[0])
    first, second = made.alerters.routes
    assert (first.send_to, first.remind_every) == (("team",), Duration.parse("30m"))
    assert second.for_.fits(severity="P3", check="anything")
    assert not first.for_.fits(severity="P3", check="anything")
    assert [each.word for each in made.alerters.alerters] == ["stdout", "stdout"]
    assert isinstance(made.alerters.alerters[0].alerter, registry.kind("alerter", "stdout").cls)
    assert made.alerters.told_last is made.alerters.alerters[0]
    (often,) = made.triggers.triggers
    assert (often.name, often.word, often.trigger.interval.seconds) == ("heartbeat", "every", 1800)
    assert often.run.takes(_program())
    assert (made.folder, made.written) == (Path.cwd(), {"alerters", "triggers"})


def test_without_them_the_terminal_is_told_and_nothing_triggers() -> None:
    made = arrangements(read()[0])
    (console,), (route,) = made.alerters.alerters, made.alerters.routes
    assert (console.name, console.word, route.send_to) == ("console", "stdout", ("console",))
    assert made.alerters.told_last is console
    assert (made.triggers.triggers, made.written) == ((), frozenset())


def _program() -> object:
    from nano_sre.spec.compile import programs

    (made,) = programs([one(journey(more="tags: [checkout, critical]\n"))])
    return made


@pytest.mark.parametrize(
    ("run", "takes"),
    [
        (RunChoice(everything="all"), True),
        (RunChoice(tags=("checkout", "critical")), True),
        (RunChoice(tags=("checkout", "smoke")), False),
        (RunChoice(checks=("b*",), kinds=("journey",), stores=("summit",)), True),  # type: ignore[arg-type]
        (RunChoice(checks=("b*",), stores=("other",)), False),  # type: ignore[arg-type]
        (RunChoice(kinds=("page",)), False),  # type: ignore[arg-type]
    ],
)
def test_what_a_trigger_takes(run: RunChoice, takes: bool) -> None:
    assert run.takes(_program()) is takes  # type: ignore[arg-type]


@pytest.mark.parametrize("cls", [AlertersFile, TriggersFile])
def test_the_stored_form_reads_back_as_it_was(cls: type) -> None:
    (loaded,) = load_texts({cls.id: cls.example}).arrangements  # type: ignore[attr-defined]
    stored = canonical(loaded.check)
    assert stored["kind"] == cls.kind_name  # type: ignore[attr-defined]
    positions = positions_of(loaded.check, loaded.document)
    again = bound(from_stored(stored, positions, file=cls.id, source=""), Path(), problems := [])  # type: ignore[attr-defined]
    assert (again.check, again.kind, problems) == (loaded.check, loaded.kind, [])
    assert link(Project(arrangements=[again])).diagnostics == []
    assert str(again.document.span((loaded.kind, 0))).startswith(f"{cls.id}:3:")  # type: ignore[attr-defined]


# What is told


def test_an_entry_of_no_kind_names_the_kinds_there_are() -> None:
    text = TRIGGERS + "  - {name: b, full_moon: {}, run: all}\n  - {name: c, run: all}\n"
    (unknown, nothing) = told({"triggers.yaml": text})
    assert unknown == ("E340", "there is no trigger “full_moon”")
    assert nothing[0] == "E209"
    assert all(word in nothing[1] for word in registry.names("trigger"))


def test_only_what_follows_a_clock_has_a_time_zone() -> None:
    text = TRIGGERS.replace("run:", "timezone: Europe/Berlin, run:")
    assert told({"triggers.yaml": text}) == [("E207", "“every” follows no clock, so it has no time zone")]


@pytest.mark.parametrize(
    "entry",
    [
        "webhook: https://hooks.example.com/in/9fbe17c2a4d84c10",
        "routing_key: R0123456789ABCDEF0123456789ABCDE",
        "password: hunter2",
        "token: abcdefgh12345678",
    ],
)
def test_a_secret_in_plain_text_is_refused_and_not_shown(entry: str) -> None:
    """Whatever kinds are installed: the keys that hold secrets are known by their names."""
    text = ALERTERS.replace("stdout: {}}\nroutes", f"stdout: {{{entry}}}}}\nroutes")
    project = load_texts({"alerters.yaml": text})
    assert "E314" in codes(link(project, environ={}).diagnostics)
    assert entry.split(": ")[1] not in project.sources["alerters.yaml"]


def test_a_secret_by_name_and_an_address_are_fine() -> None:
    text = (
        ALERTERS
        + 'heartbeat: {url: "https://hc-ping.com/${secret.PING}"}\nlink: https://status.example.com\n'
    )
    assert [code for code, _ in told({"alerters.yaml": text})] == ["E311"]


def test_what_is_missing_may_be_in_a_file_that_cannot_be_read() -> None:
    write("triggers.yaml", TRIGGERS.replace("all", "{tags: [smoke]}"))
    write("checks/smoke.yaml", "tags: [smoke\n")
    hints = {d.code: d.hint for d in read()[1].diagnostics}
    assert hints["E344"] == "it may be in checks/smoke.yaml, which cannot be read: mend that first"


def test_what_is_registered_is_what_the_agent_gets() -> None:
    from nano_sre.store.registry import RegisteredCheck, RegistrySnapshot

    write("alerters.yaml", ALERTERS)
    _, linkage = read()
    (each,) = linkage.arrangements
    row = RegisteredCheck(
        check_id=each.id,
        kind="alerters",
        name="",
        state="active",
        revision_number=1,
        revision_id=1,
        content_hash=each.hash,
        canonical=each.canonical,
        positions=each.positions,
        source_text=ALERTERS,
        source_file="alerters.yaml",
    )
    made = registered_arrangements(RegistrySnapshot(serial=1, checks=(row,)))
    assert made.alerters == each.check
    assert (made.written, made.unread) == ({"alerters"}, frozenset())
    gone = each.canonical | {"alerters": [{"name": "console", "pigeon": {}}]}
    broken = RegisteredCheck(**{**{f: getattr(row, f) for f in row.__slots__}, "canonical": gone})
    made = registered_arrangements(RegistrySnapshot(serial=1, checks=(broken,)))
    assert (made.alerters, made.unread) == (AlertersFile.default(), {"alerters"})
