"""`run` and `test`: selections, exit codes, reports."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from support.cli import CART, Desk, api_check
from support.pages import Reply, Site

FLAKY = api_check("flaky", "/flaky.js", more="retries: 1\n")
HOME = """\
version: 1
kind: journey
id: home
name: Home
devices: [desktop]
steps:
  - open: /
  - see: {text: Nobody ever wrote this, timeout: 300ms}
"""
SLOW = api_check("slow").replace("{status: 200}", "{status: 200, took: {warn: 1ms, fail: 20s}}")


def fail_once(shop: Site, path: str) -> None:
    """The first answer of this path is an error, every later one is fine."""
    shop.put(path, "sorry", status=500)
    broken = shop.pages

    class Mending(dict[str, Reply]):
        def get(self, key: str, default: Reply | None = None) -> Reply:  # type: ignore[override]
            found = super().get(key, default)
            if key == path:
                self[path] = Reply("{}")
            assert found is not None
            return found

    shop.pages = Mending(broken)


def test_a_pass_is_0_and_recorded(applied: Desk) -> None:
    done = applied.nano("run")
    assert done.code == 0
    assert "shop/cart@us" in done.out
    assert applied.rows("SELECT target, status, inconclusive FROM check_runs") == [
        ("shop/cart@us", "PASS", None)
    ]


def test_a_failure_is_1_and_says_where(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "oops", status=500)
    done = applied.nano("run")
    assert done.code == 1
    assert "checks/cart.yaml:7:5" in done.out
    assert "500" in done.out


def test_nothing_applied_and_nothing_selected_is_9(desk: Desk) -> None:
    assert desk.nano("run").code == 9
    desk.nano("apply")
    done = desk.nano("run", "card")
    assert (done.code, "cart" in done.err) == (9, True)
    for words in (["--tag", "nope"], ["--kind", "journey"], ["--store", "other"], ["--device", "iphone"]):
        assert desk.nano("run", *words).code == 9, words
        assert desk.nano("test", "checks/", *words).code == 9, words


def test_selections(applied: Desk) -> None:
    applied.write("b.yaml", api_check("basket", more="tags: [slow]\n"))
    applied.nano("apply")

    def targets(*words: str) -> list[str]:
        done = applied.nano("run", "--json", *words)
        assert done.code == 0, done.said
        return sorted(r["target"] for r in done.json()["results"])

    both = ["shop/basket@us", "shop/cart@us"]
    assert targets() == both
    assert targets("ca*") == both[1:]
    assert targets("basket", "cart") == both
    assert targets("shop/basket@us") == both[:1]
    assert targets("--tag", "critical") == both[1:]
    assert targets("--kind", "api", "--store", "shop") == both


def test_a_broken_use_of_the_command_is_2(applied: Desk) -> None:
    done = applied.nano("run", "--reporter", "junti=x.xml")
    assert (done.code, "junit" in done.err) == (2, True)
    assert applied.nano("run", "--reporter", "junit").code == 2
    assert applied.nano("run", "--no-such-option").code == 2
    assert applied.nano("run", "--retries", "99").code == 2
    done = applied.nano("rum")
    assert (done.code, "run" in done.err) == (2, True)


def test_warnings_count_only_when_asked(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "{}", wait=0.02)
    applied.write("slow.yaml", SLOW)
    applied.nano("apply")
    assert applied.nano("run").code == 0
    assert applied.nano("run", "--fail-on", "warn").code == 4
    assert applied.nano("run", "--fail-on", "flaky").code == 0


def test_a_check_that_passes_on_a_retry_is_flaky(applied: Desk, shop: Site) -> None:
    applied.write("flaky.yaml", FLAKY)
    applied.nano("apply")
    fail_once(shop, "/flaky.js")
    done = applied.nano("run", "flaky", "--json", "--fail-on", "flaky")
    (result,) = done.json()["results"]
    assert (done.code, result["status"], result["flaky"]) == (4, "WARN", True)
    assert applied.nano("run", "flaky", "--fail-on", "flaky", "--fail-on", "warn").code == 0


def test_a_retry_can_be_forbidden(applied: Desk, shop: Site) -> None:
    applied.write("flaky.yaml", FLAKY)
    applied.nano("apply")
    fail_once(shop, "/flaky.js")
    assert applied.nano("run", "flaky", "--retries", "0").code == 1


def test_an_unknown_word_for_fail_on_is_a_mistake(applied: Desk) -> None:
    assert applied.nano("run", "--fail-on", "wrning").code == 2


def test_a_variable_that_is_not_set_is_3_and_named(applied: Desk) -> None:
    del applied.environ["SHOP_URL"]
    done = applied.nano("run")
    assert (done.code, "SHOP_URL" in done.err) == (3, True)
    assert applied.nano("test").code == 3
    assert applied.nano("validate").code == 0


def test_a_variable_may_stand_in_the_env_file(applied: Desk, shop: Site) -> None:
    del applied.environ["SHOP_URL"]
    (applied.folder / ".env").write_text(f"SHOP_URL={shop.url}\n")
    assert applied.nano("run").code == 0
    assert applied.nano("test").code == 0


def test_what_the_monitor_cannot_reach_is_7(applied: Desk) -> None:
    applied.environ["SHOP_URL"] = "http://shop.invalid"
    done = applied.nano("run", "--json")
    (result,) = done.json()["results"]
    assert (done.code, result["status"]) == (7, "WARN")
    assert "shop.invalid" in result["inconclusive"]
    assert applied.nano("run", "--fail-on", "warn").code == 7


def test_a_failure_counts_more_than_trouble_of_ours(applied: Desk, shop: Site) -> None:
    applied.write("other/store.yaml", "version: 1\nkind: store\nid: gone\nname: Gone\nurl: http://shop.invalid\n"
                  "markets:\n  us: {currency: USD, locale: en-US}\n")  # fmt: skip
    applied.write("other/cart.yaml", api_check("other-cart"))
    shop.put("/cart.js", "", status=500)
    applied.nano("apply")
    document = applied.nano("run", "--json")
    assert document.code == 1
    assert {bool(r["inconclusive"]) for r in document.json()["results"]} == {True, False}


def test_the_database_in_the_way_is_7(applied: Desk) -> None:
    applied.database.write_bytes(b"this is no database, it only lies where one should be" * 100)
    for done in (applied.nano("run"), applied.nano("history"), applied.nano("apply")):
        assert done.code == 7
        assert "nano_sre.db" in done.err
        assert "Traceback" not in done.said


def test_one_json_document_and_nothing_else(applied: Desk) -> None:
    done = applied.nano("run", "--json")
    document = done.json()
    assert (document["format"], document["version"]) == ("nano-sre/run", 1)
    assert [r["target"] for r in document["results"]] == ["shop/cart@us"]


def test_reports_are_written(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "<b>&\x1b[31m</b>", status=500)
    done = applied.nano(
        "run",
        "--reporter",
        "junit=out/r.xml",
        "--reporter",
        "html=out/r.html",
        "--reporter",
        "json=out/r.json",
    )
    assert done.code == 1
    out = applied.folder / "out"
    suites = ET.parse(out / "r.xml").getroot()
    assert [case.get("name") for case in suites.iter("testcase")] != []
    assert len(list(suites.iter("failure"))) == 1
    assert json.loads((out / "r.json").read_text())["format"] == "nano-sre/run"
    page = (out / "r.html").read_text()
    fetched = re.findall(
        r'src="(?!data:)[^"]+|<link(?![^>]*href="data:)[^>]*>|url\((?!["\']?data:)[^)]*\)|@import[^;]*', page
    )
    assert fetched == [], "a report needs no network"
    assert "checks/cart.yaml:7:5" in page


def test_a_report_that_cannot_be_written_is_said(applied: Desk) -> None:
    (applied.folder / "out").write_text("a file where a folder is wanted")
    done = applied.nano("run", "--reporter", "junit=out/r.xml")
    assert (done.code, "out/r.xml" in done.err) == (7, True)


def test_what_may_not_be_written_is_said_before_the_run(
    applied: Desk, shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)  # root may write everywhere
    for words in (["run", "--reporter", "html=out/r.html"], ["test", "checks"]):
        done = applied.nano(*words)
        assert (done.code, "this user may not write there" in done.err) == (7, True), done.said
        assert "X901" not in done.said
    assert shop.asked == []


def test_a_browser_that_is_not_there_is_no_bug_of_ours(applied: Desk) -> None:
    applied.environ["NANO_SRE_BROWSER"] = "/nope"
    applied.write("home.yaml", HOME)
    done = applied.nano("test", "checks", "home")
    assert done.code == 7, done.said
    assert "NANO_SRE_BROWSER is '/nope', which is not an executable file" in done.out
    assert "X901" not in done.said


def test_a_folder_is_tested_twice_and_the_report_leads_to_its_files(applied: Desk, shop: Site) -> None:
    """What a failure leaves below the folder is no check; what the report links to is there."""
    applied.write("home.yaml", HOME)
    for _ in range(2):
        done = applied.nano("test", ".", "home", "--retries", "0", "--reporter", "html=out/some where/r.html")
        assert done.code == 1, done.said
    report = applied.folder / "out" / "some where" / "r.html"
    links = re.findall(r'<a href="(?!#|http)([^"]+)"', report.read_text())
    kept = {(report.parent / unquote(link)).resolve() for link in links}
    assert {file.name.partition("-")[2] for file in kept} >= {"trace.zip", "page.aria.txt"}
    for file in kept:
        assert file.is_file(), file


def test_github_annotations(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "", status=500)
    assert "::error file=checks/cart.yaml,line=7" in applied.nano("run", "--reporter", "github").out


def test_test_registers_nothing(desk: Desk) -> None:
    done = desk.nano("test", "checks/", "--artifacts", "shots")
    assert done.code == 0, done.said
    assert not desk.database.exists()


def test_test_takes_paths_and_ids(desk: Desk) -> None:
    desk.write("b.yaml", api_check("basket"))
    document = desk.nano("test", "checks/", "basket", "--json").json()
    assert [r["target"] for r in document["results"]] == ["shop/basket@us"]
    document = desk.nano("test", "checks/cart.yaml", "--json").json()
    assert [r["target"] for r in document["results"]] == ["shop/cart@us"]


@pytest.mark.parametrize("verb", ["run", "test"])
def test_quiet_says_nothing_when_all_is_well(applied: Desk, verb: str) -> None:
    done = applied.nano(verb, "--quiet")
    assert (done.code, done.out) == (0, "")


@pytest.mark.parametrize("verb", ["run", "test"])
def test_quiet_tells_each_failure_once(applied: Desk, shop: Site, verb: str) -> None:
    shop.put("/cart.js", "oops", status=500)
    done = applied.nano(verb, "--quiet")
    assert done.code == 1
    assert done.out.count("The status of GET /cart.js is 500") == 1
    assert "shop/cart@us" in done.out


def test_ctrl_c_is_130(applied: Desk, shop: Site) -> None:
    shop.put("/cart.js", "{}", wait=8)
    with applied.start("run") as started:
        while "GET /cart.js" not in shop.asked:
            assert started.poll() is None
            time.sleep(0.02)
        started.send_signal(signal.SIGINT)
        _, said = started.communicate(timeout=30)
    assert (started.returncode, "Traceback" in said) == (130, False), said


def test_the_run_is_remembered(applied: Desk, shop: Site) -> None:
    applied.nano("run")
    shop.put("/cart.js", "", status=500)
    applied.nano("run")
    done = applied.nano("history")
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    assert "FAIL" in done.out
    done = applied.nano("history", "cart", "--limit", "1")
    assert ["FAIL" in line for line in done.out.splitlines()] == [True]
    document = applied.nano("history", "cart", "--json").json()
    assert (document["format"], document["version"]) == ("nano-sre/history", 1)
    assert [r["status"] for r in document["runs"]] == ["FAIL", "PASS"]
    assert {r["revision"] for r in document["runs"]} == {1}
    done = applied.nano("history", "card")
    assert (done.code, "cart" in done.err) == (9, True)
    assert "create shop, create cart" in applied.nano("history", "--revisions").out


def test_history_before_the_first_run(applied: Desk) -> None:
    done = applied.nano("history")
    assert (done.code, "No runs yet" in done.out) == (0, True)


def test_the_position_survives_a_move_of_the_folder(applied: Desk, shop: Site, tmp_path: Path) -> None:
    """What is applied runs from the database: the files may have changed or gone since."""
    applied.write("cart.yaml", "# a line more\n" + CART)
    applied.remove("store.yaml")
    shop.put("/cart.js", "", status=500)
    assert "checks/cart.yaml:7:5" in applied.nano("run").out
