"""An alerter that a merchant describes: found, applied, sent with, told of."""

from __future__ import annotations

import json

import pytest

from support.cli import Desk, api_check
from support.pages import Site

BELL = """\
version: 1
kind: alerter
id: bell
about: Rings the bell of our desk.
fields:
  host: {about: "Where it hangs."}
  number: {about: "Which bell."}
  token: {about: "What the desk knows us by, as a secret.", default: ""}
post:
  url: "{{ host }}/bells/{{ number }}"
  headers:
    Authorization: "{% if token %}Bearer {{ token }}{% endif %}"
  message: {limit: 200}
  body: {line: "{{ title }}", more: ["{{ message }}"], loud: true}
"""
ALERTERS = """\
version: 1
alerters:
  - {name: desk, bell: {host: "${env.SHOP_URL}", number: 7, token: "${secret.BELL_TOKEN}"}}
routes:
  - {send_to: [desk]}
"""


@pytest.fixture
def bell(desk: Desk, shop: Site) -> Desk:
    """A shop whose desk has a bell, described among the checks."""
    shop.put("/bells/7", "{}")
    desk.environ["BELL_TOKEN"] = "s3cr3t-of-the-bell"
    desk.write("bell.yaml", BELL)
    desk.write("../alerters.yaml", ALERTERS)
    return desk


def test_a_failure_is_told_by_it(bell: Desk, shop: Site) -> None:
    done = bell.nano("apply")
    assert "+ create alerter bell  checks/bell.yaml:1:1" in done.out
    assert bell.nano("apply").out == "0 changes: 4 unchanged\n"
    shop.put("/cart.js", "no", status=503)
    assert bell.nano("run").code == 1
    assert shop.asked.count("POST /bells/7") == 1
    shop.put("/cart.js", "{}")
    assert bell.nano("run").code == 0
    assert shop.asked.count("POST /bells/7") == 2, "and that it is over"
    assert bell.rows("SELECT alerter, state FROM deliveries") == [("desk", "sent")] * 2


def test_a_message_of_it_can_be_tried_before_anything_is_applied(bell: Desk, shop: Site) -> None:
    done = bell.nano("alerts", "test", "desk", "--json").json()
    assert done["alerters"][0] | {"detail": ""} == {
        "name": "desk",
        "kind": "bell",
        "ok": True,
        "detail": "",
        "permanent": False,
        "retry_after": None,
    }
    assert shop.asked.count("POST /bells/7") == 1
    shop.put("/bells/7", "not you", status=403)
    refused = bell.nano("alerts", "test")
    assert (refused.code, "✗ desk (bell): " in refused.out) == (7, True), refused.said
    assert "s3cr3t" not in refused.said


def test_it_is_found_beside_the_file_that_speaks_of_it(bell: Desk) -> None:
    bell.remove("bell.yaml")
    bell.write("../alerters/own/bell.yaml", BELL)
    assert bell.nano("validate").code == 0
    done = bell.nano("apply")
    assert "+ create alerter bell  alerters/own/bell.yaml:1:1" in done.out
    assert bell.nano("apply", ".").out == "0 changes: 4 unchanged\n"
    assert bell.nano("alerts", "test").code == 0
    bell.write("../alerters/own/bell.yaml", BELL.replace("number", "place"))
    told = bell.nano("validate")
    assert (told.code, "there is no key “number” in “bell”" in told.err) == (3, True), told.said


def test_validate_does_not_remember_what_is_no_longer_so(bell: Desk) -> None:
    assert bell.nano("validate").code == 0
    bell.write("bell.yaml", BELL.replace("{{ title }}", "{{ titel }}"))
    assert "did you mean “title”" in bell.nano("validate").err
    bell.write("bell.yaml", BELL.replace("id: bell", "id: gong"))
    told = bell.nano("validate").err
    assert "there is no alerter “bell”" in told
    assert "gong" in told


def test_other_commands_read_it_from_what_is_applied(bell: Desk) -> None:
    bell.nano("apply")
    bell.write("other.yaml", api_check("other"))
    assert bell.nano("plan", "--json").json()["changes"]
    assert bell.nano("diff", "bell").code == 0
    assert bell.nano("history", "bell", "--revisions").code == 0
    assert "host: Where it hangs. (needed)" in bell.nano("explain", "bell").out


def test_one_that_left_while_it_is_spoken_of_stops_the_apply(bell: Desk) -> None:
    bell.nano("apply")
    bell.remove("bell.yaml")
    told = bell.nano("apply", "--prune", "--yes")
    assert (told.code, "there is no alerter “bell”" in told.err) == (3, True), told.said
    assert bell.rows("SELECT state FROM checks WHERE check_id = 'bell'") == [("active",)]


def test_its_own_message_template_is_rendered_too(bell: Desk) -> None:
    bell.write("../alerters.yaml", ALERTERS + "templates: texts\n")
    bell.write("../texts/bell.j2", "{{ alert.kind }}")
    assert bell.nano("validate").code == 0
    bell.write("../texts/gong.j2", "{{ alert.kind }}")
    assert "E442" in bell.nano("validate").err


def test_stored_alerters_are_read_back_word_for_word(bell: Desk) -> None:
    bell.nano("apply")
    (text,) = bell.rows(
        "SELECT canonical FROM revisions JOIN checks ON checks.revision_id = revisions.id"
        " WHERE checks.check_id = 'alerters.yaml'"
    )[0]
    entry = json.loads(text)["alerters"][0]
    assert entry == {
        "name": "desk",
        "bell": {"host": "${env.SHOP_URL}", "number": "7", "token": "${secret.BELL_TOKEN}"},
    }
