from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cli import Desk
from support.receivers import Receivers, receivers

FILE = """\
version: 1
timezone: Europe/Berlin
alerters:
  - {name: console, stdout: {}}
  - {name: team, slack: {webhook: "${secret.HOOK}"}}
  - {name: desk, webhook: {url: "${env.DESK}/nowhere-at-all"}}
routes:
  - {send_to: [console]}
"""


@pytest.fixture
def services() -> Iterator[Receivers]:
    with receivers() as made:
        yield made


@pytest.fixture
def there(tmp_path: Path, services: Receivers) -> Desk:
    desk = Desk(tmp_path)
    (desk.folder / "alerters.yaml").write_text(FILE)
    desk.environ |= {"HOOK": f"{services.url}/slack/webhook", "DESK": services.url}
    return desk


def test_a_test_message_is_sent_now_and_the_answer_is_said(there: Desk, services: Receivers) -> None:
    done = there.nano("alerts", "test", "team")
    assert done.code == 0, done.said
    assert done.out == "✓ team (slack): HTTP 200\n"
    (message,) = services.bodies
    assert message["text"] == "Test of Nano-SRE: alerts reach “team”"


def test_all_of_them_and_one_that_fails(there: Desk, services: Receivers) -> None:
    done = there.nano("alerts", "test")
    assert done.code == 7
    assert "Test of Nano-SRE: alerts reach “console”" in done.out
    assert "✗ desk (webhook): HTTP 404: no such service\n  Trying again will not help" in done.out
    told = json.loads(there.nano("alerts", "test", "team", "desk", "--json").out)
    assert [(each["name"], each["ok"], each["permanent"]) for each in told["alerters"]] == [
        ("team", True, False),
        ("desk", False, True),
    ]


def test_a_sample_shows_what_templates_make_of_an_alert(there: Desk) -> None:
    (there.folder / "mine").mkdir()
    (there.folder / "mine" / "stdout.j2").write_text("Mine: {{ item.name }} since {{ since }}\n")
    (there.folder / "alerters.yaml").write_text(f"{FILE}templates: mine/\n")
    done = there.nano("alerts", "test", "console", "--sample", "fired")
    assert "  Mine: Buy a snowboard since 14:05\n" in done.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("taem",), 9, "alerters.yaml has no alerter “taem”\n  did you mean “team”?"),
        (("team", "--sample", "fierd"), 2, "there is no sample “fierd”\n  did you mean “fired”?"),
    ],
)
def test_what_is_not_there(words: tuple[str, ...], code: int, told: str, there: Desk) -> None:
    done = there.nano("alerts", "test", *words)
    assert done.code == code
    assert told in done.err


def test_without_the_file_or_with_a_broken_one(there: Desk) -> None:
    (there.folder / "alerters.yaml").write_text(FILE.replace("slack:", "slakc:"))
    broken = there.nano("alerts", "test")
    assert broken.code == 3
    assert "slakc" in broken.err
    (there.folder / "alerters.yaml").unlink()
    assert there.nano("alerts", "test").code == 9


def test_a_secret_that_is_not_set_is_named_and_nothing_is_sent(there: Desk, services: Receivers) -> None:
    del there.environ["HOOK"]
    done = there.nano("alerts", "test", "team")
    assert done.code == 7
    assert "HOOK is not set" in done.out
    assert services.bodies == []


def test_a_template_that_is_mended_is_noticed_by_validate(there: Desk) -> None:
    folder: Path = there.folder / "mine"
    folder.mkdir()
    (folder / "stdout.j2").write_text("{{ alert.titel }}\n")
    (there.folder / "alerters.yaml").write_text(f"{FILE}templates: mine/\n")
    wrong = there.nano("validate", "alerters.yaml")
    assert "E441" in wrong.err
    assert "mine/stdout.j2:1:1" in wrong.err
    (folder / "stdout.j2").write_text("{{ alert.title }}\n")
    assert there.nano("validate", "alerters.yaml").code == 0
    (folder / "stdout.j2").write_text("{{ alert.tittle }}\n")
    assert "E441" in there.nano("validate", "alerters.yaml").err
