"""alerters.yaml and triggers.yaml on their way from the folder to the agent and back."""

from __future__ import annotations

import pytest

from nano_sre.config.settings import Settings
from nano_sre.service import Arrangements, open_store, registered_arrangements, registered_project
from support.arrangements import ALERTERS, TRIGGERS
from support.cli import CART, Desk


@pytest.fixture
def arranged(desk: Desk) -> Desk:
    """A folder with both files beside the checks, applied."""
    write(desk, "alerters.yaml", ALERTERS)
    write(desk, "triggers.yaml", TRIGGERS)
    done = desk.nano("apply")
    assert done.code == 0, done.said
    return desk


def write(desk: Desk, name: str, text: str) -> None:
    (desk.folder / name).write_text(text, encoding="utf-8")


def registered(desk: Desk) -> Arrangements:
    with open_store(_settings(desk)) as store:
        return registered_arrangements(store.registry())


def _settings(desk: Desk) -> Settings:
    return Settings(database_url=f"sqlite:///{desk.database}", data_dir=desk.data, project_dir=desk.folder)


def changes(desk: Desk, *words: str) -> list[tuple[str, str]]:
    document = desk.nano("plan", "--json", *words).json()
    return [(c["action"], c["id"]) for c in document["changes"] if c["action"] != "unchanged"]


def test_they_are_registered_with_the_checks_and_once(desk: Desk) -> None:
    assert registered(desk).written == frozenset()
    write(desk, "alerters.yaml", ALERTERS)
    write(desk, "triggers.yaml", TRIGGERS)
    shown = desk.nano("plan")
    assert "+ create alerters.yaml  alerters.yaml:1:1\n" in shown.out
    assert "+ create triggers.yaml  triggers.yaml:1:1\n" in shown.out
    assert "!" not in shown.err
    assert desk.nano("apply").code == 0
    made = registered(desk)
    assert [each.name for each in made.alerters.alerters] == ["console", "team"]
    assert [each.name for each in made.triggers.triggers] == ["heartbeat"]
    before = desk.dump()
    again = desk.nano("apply")
    assert "0 changes" in again.out
    assert desk.dump() == before


def test_a_run_of_what_is_applied_does_not_mind_them(arranged: Desk) -> None:
    done = arranged.nano("run")
    assert done.code == 0, done.said
    with open_store(_settings(arranged)) as store:
        project, linkage, revisions = registered_project(store.registry())
    assert [each.id for each in linkage.checks] == ["cart"]
    assert (revisions, linkage.diagnostics) == ({"cart": 1}, [])
    assert len(linkage.arrangements) == len(project.arrangements) == 2


def test_a_change_is_shown_value_by_value_and_can_be_taken_back(arranged: Desk) -> None:
    write(arranged, "alerters.yaml", ALERTERS.replace("[P0, P1]", "[P0]"))
    assert "- routes[0].for.severity[1]: P1" in arranged.nano("plan").out
    assert changes(arranged) == [("update", "alerters.yaml")]
    assert "routes[0].for.severity[1]" in arranged.nano("diff", "alerters.yaml").out
    assert arranged.nano("apply").code == 0
    assert registered(arranged).alerters.routes[0].for_.severity == ("P0",)
    history = arranged.nano("history", "alerters.yaml", "--revisions").out
    assert [line.split()[0] for line in history.splitlines() if line.startswith("r")] == ["r2", "r1"]
    back = arranged.nano("rollback", "alerters.yaml", "r1", "--yes", "--write")
    assert back.code == 0, back.said
    assert registered(arranged).alerters.routes[0].for_.severity == ("P0", "P1")
    assert (arranged.folder / "alerters.yaml").read_text() == ALERTERS
    assert changes(arranged) == []


def test_a_comment_changes_nothing(arranged: Desk) -> None:
    write(arranged, "triggers.yaml", f"# ours\n{TRIGGERS.replace('every: 30m', 'every: {interval: 1800s}')}")
    assert changes(arranged) == []


def test_a_file_that_went_away_is_archived_only_when_somebody_says_so(arranged: Desk) -> None:
    (arranged.folder / "alerters.yaml").unlink()
    done = arranged.nano("apply")
    assert done.code == 8
    assert "the file of alerters.yaml went away; nothing was applied" in done.err
    assert registered(arranged).written == {"alerters", "triggers"}
    done = arranged.nano("apply", "--prune", "--yes")
    assert done.code == 0, done.said
    made = registered(arranged)
    assert made.written == {"triggers"}
    assert [each.name for each in made.alerters.alerters] == ["console"]
    back = arranged.nano("rollback", "--to", "1", "--yes")
    assert back.code == 0, back.said
    assert registered(arranged).written == {"alerters", "triggers"}


def test_an_invalid_file_disturbs_nothing(arranged: Desk) -> None:
    write(arranged, "alerters.yaml", ALERTERS.replace("send_to: [team]", "send_to: [nobody]"))
    arranged.write("cart.yaml", CART.replace("200", "201"))
    before = arranged.dump()
    done = arranged.nano("apply")
    assert done.code == 3
    assert "there is no alerter “nobody”" in done.err
    assert arranged.dump() == before


def test_the_way_back_must_fit_what_is_there_now(arranged: Desk) -> None:
    """What was sent to a tag that no check has any more cannot come back."""
    write(arranged, "triggers.yaml", TRIGGERS.replace("all", "{tags: [critical]}"))
    assert arranged.nano("apply").code == 0
    write(arranged, "triggers.yaml", TRIGGERS)
    arranged.write("cart.yaml", CART.replace("[critical]", "[other]"))
    assert arranged.nano("apply").code == 0
    back = arranged.nano("rollback", "triggers.yaml", "r2", "--yes")
    assert back.code == 3
    assert "there is no check with the tag “critical”" in back.err


def test_a_plan_that_is_kept_rests_on_them(desk: Desk) -> None:
    write(desk, "triggers.yaml", TRIGGERS)
    assert desk.nano("plan", "--out", "p.json").code == 0
    write(desk, "triggers.yaml", TRIGGERS.replace("30m", "15m"))
    done = desk.nano("apply", "--plan", "p.json")
    assert done.code == 6
    assert "triggers.yaml was changed" in done.err


def test_explain_and_fmt_know_them(arranged: Desk) -> None:
    assert "routes (needed): " in arranged.nano("explain", "alerters.yaml").out
    assert "Who is told about which incidents" in arranged.nano("explain", "Route").out
    assert "a key of Route" in arranged.nano("explain", "send_to").out
    assert "Prints messages on the terminal" in arranged.nano("explain", "stdout").out
    write(
        arranged, "triggers.yaml", "triggers:\n    - {run: all,   name: a, every: 30m}\nversion: 1  # one\n"
    )
    assert arranged.nano("fmt", "--check").code == 5
    assert arranged.nano("fmt").code == 0
    expected = "version: 1  # one\ntriggers:\n  - {run: all, name: a, every: 30m}\n"
    assert (arranged.folder / "triggers.yaml").read_text() == expected
    write(arranged, "triggers.yaml", TRIGGERS.replace("all", "everything"))
    done = arranged.nano("fmt", "triggers.yaml")
    assert (done.code, "everything" in done.err) == (3, True)


def test_the_schemas_are_printed(desk: Desk) -> None:
    for name in ("alerters", "triggers"):
        assert desk.nano("schema", "--of", name).json()["title"] == f"Nano-SRE {name}"
    assert desk.nano("schema", "--of", "pigeons").code == 2
