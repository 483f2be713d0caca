"""`--changed` and `--shard`: the part of a selection that has to be done."""

from __future__ import annotations

import subprocess

import pytest

from support.cli import CART, STORE, Desk, Done, api_check

JOURNEY = "version: 1\nkind: journey\nid: {0}\nname: {0}\nsteps:\n  - use: look\n"
LOOK = "version: 1\nkind: fragment\nid: look\nname: Look\nsteps:\n  - open: /\n  - see: Welcome\n"
SKILL = "version: 1\nkind: skill\nid: probe\nname: Probe\nskill: skills.mine:Probe\n"
CODE = """\
from nano_sre.agent.core import Skill, SkillResult


class Probe(Skill):
    def name(self) -> str:
        return "probe"

    async def run(self, context) -> SkillResult:
        return SkillResult("probe", "PASS", "Fine{0}")
"""


def git(desk: Desk, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", *words],
        cwd=desk.folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """A git repository with everything committed and applied."""
    desk.write("b.yaml", api_check("b"))
    desk.write("c.yaml", api_check("c") + "---\n" + api_check("d"))
    (desk.folder / ".gitignore").write_text("data\nreports\n")
    git(desk, "init", "-b", "main")
    git(desk, "add", ".")
    git(desk, "commit", "-m", "all")
    assert desk.nano("apply").code == 0
    return desk


def ran(done: Done) -> set[str]:
    return {result["target"] for result in done.json()["results"]}


def test_nothing_changed_is_fine_and_said(kept: Desk) -> None:
    for verb in (["test"], ["run"]):
        done = kept.nano(*verb, "--changed=main", "--json")
        assert (done.code, ran(done)) == (0, set())
        assert "No check of this selection changed since main: nothing to run." in done.err
    done = kept.nano("test", "--changed")
    assert (done.code, done.out) == (0, "")
    assert "changed since the last apply: nothing to run" in done.err


def test_what_differs_from_a_branch(kept: Desk) -> None:
    git(kept, "switch", "-c", "mine")
    kept.write("b.yaml", api_check("b", "/cart.js?b"))
    assert ran(kept.nano("test", "--changed=main", "--json")) == {"shop/b@us"}, "not committed yet"
    git(kept, "commit", "-am", "b")
    assert ran(kept.nano("test", "--changed=main", "--json")) == {"shop/b@us"}
    kept.write("new.yaml", api_check("new"))
    assert ran(kept.nano("test", "--changed=main", "--json")) == {"shop/b@us", "shop/new@us"}, (
        "git knows it not"
    )
    assert ran(kept.nano("test", "--changed=HEAD", "--json")) == {"shop/new@us"}


def test_what_others_did_on_the_branch_since_is_not_ours(kept: Desk) -> None:
    git(kept, "switch", "-c", "mine")
    kept.write("b.yaml", api_check("b", "/cart.js?b"))
    git(kept, "commit", "-am", "b")
    git(kept, "switch", "main")
    kept.write("cart.yaml", CART.replace("Cart answers", "Cart"))
    git(kept, "commit", "-am", "theirs")
    git(kept, "switch", "mine")
    assert ran(kept.nano("test", "--changed=main", "--json")) == {"shop/b@us"}


def test_a_file_of_two_checks_and_a_store_take_all_that_are_theirs(kept: Desk) -> None:
    kept.write("c.yaml", api_check("c") + "---\n" + api_check("d") + "# a word\n")
    assert ran(kept.nano("test", "--changed=main", "--json")) == {"shop/c@us", "shop/d@us"}
    kept.write("store.yaml", STORE + "# a word\n")
    assert len(ran(kept.nano("test", "--changed=main", "--json"))) == 4


def test_since_the_last_apply_meaning_counts_and_not_spelling(kept: Desk) -> None:
    kept.write("b.yaml", "# a word\n" + api_check("b"))
    kept.write("c.yaml", api_check("c", "/cart.js?c") + "---\n" + api_check("d"))
    assert ran(kept.nano("test", "--changed", "--json")) == {"shop/c@us"}
    kept.nano("apply")
    assert ran(kept.nano("test", "--changed", "--json")) == set()
    assert ran(kept.nano("run", "--changed", "--json")) == {"shop/c@us"}, "what the last apply changed"
    kept.write("store.yaml", STORE.replace("The shop", "Our shop"))
    assert len(ran(kept.nano("test", "--changed", "--json"))) == 4


def test_before_the_first_apply_everything_changed(desk: Desk) -> None:
    assert ran(desk.nano("test", "--changed", "--json")) == {"shop/cart@us"}
    assert not desk.data.exists()


def test_a_fragment_and_a_skill_count(desk: Desk) -> None:
    desk.write("one.yaml", JOURNEY.format("one"))
    desk.write("look.yaml", LOOK)
    desk.write("probe.yaml", SKILL)
    desk.write("skills/mine.py", CODE.format(""))
    git(desk, "init", "-b", "main")
    git(desk, "add", "checks")
    git(desk, "commit", "-m", "all")
    assert desk.nano("apply").code == 0
    desk.write("look.yaml", LOOK.replace("Welcome", "Hello"))
    from nano_sre.cli.changed import changed_in_folder, changed_when_applied
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store, read_folder, registered_project

    with desk._sitting():
        settings = get_settings()
        project, linkage = read_folder([desk.folder / "checks"], environ=settings.environ)
        for since in ("main", "@last-apply"):
            assert changed_in_folder(since, project, linkage, settings) == {"one"}
        with open_store(settings) as store:
            applied, registered, _ = registered_project(store.registry())
            assert changed_when_applied("main", store, applied, registered) == {"one"}
        desk.write("look.yaml", LOOK)
        desk.write("skills/mine.py", CODE.format("!"))
        project, linkage = read_folder([desk.folder / "checks"], environ=settings.environ)
        for since in ("main", "@last-apply"):
            assert changed_in_folder(since, project, linkage, settings) == {"probe"}


def test_what_git_cannot_say_is_a_usage_error(desk: Desk, kept: Desk) -> None:
    done = kept.nano("test", "--changed=nowhere")
    assert (done.code, "git knows no “nowhere”" in done.err) == (2, True)
    assert kept.nano("test", "--changed=--upload-pack=x").code == 2
    (kept.folder / ".git").rename(kept.folder / "gone")
    done = kept.nano("test", "--changed=main")
    assert (done.code, "not in a git repository" in done.err) == (2, True), done.said


def test_a_name_that_matches_nothing_is_still_9(kept: Desk) -> None:
    assert kept.nano("test", "checks/", "crat", "--changed=main").code == 9
    assert kept.nano("run", "crat", "--changed").code == 9


def test_all_shards_together_are_everything(kept: Desk) -> None:
    for verb in ("test", "run"):
        shards = [ran(kept.nano(verb, "--shard", f"{n}/3", "--json")) for n in (1, 2, 3)]
        assert sorted(target for shard in shards for target in shard) == [
            "shop/b@us",
            "shop/c@us",
            "shop/cart@us",
            "shop/d@us",
        ]
        assert {len(shard) for shard in shards} == {1, 2}


def test_a_shard_without_anything_is_a_mistake_unless_little_changed(kept: Desk) -> None:
    codes = {n: kept.nano("test", "--shard", f"{n}/5") for n in range(1, 6)}
    (empty,) = [done for done in codes.values() if done.code == 9]
    assert "4 targets cannot fill 5 shards" in empty.err
    kept.write("b.yaml", api_check("b", "/cart.js?b"))
    codes = {n: kept.nano("test", "--shard", f"{n}/5", "--changed", "--json") for n in range(1, 6)}
    assert {done.code for done in codes.values()} == {0}
    assert sorted(len(ran(done)) for done in codes.values()) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("word", ["0/3", "4/3", "2", "a/b", "-1/3", "1/0"])
def test_a_shard_is_written_as_2_of_5(kept: Desk, word: str) -> None:
    done = kept.nano("test", f"--shard={word}")
    assert (done.code, "--shard 2/5 is the second of five" in done.err) == (2, True)
