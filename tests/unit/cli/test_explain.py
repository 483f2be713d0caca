"""`nano-sre explain` of what people wrote: in their words, with what differs told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.codes import CODES
from support.cli import Desk

CHECKS = """\
version: 1
kind: journey
id: odd
name: Odd
every: 15m
stores: all
depends_on: other
owner: web-team
runbook: https://wiki.example/odd
devices: [desktop, iphone]
steps:
  - open: /
  - press: {link: Menu, when: {device: iphone}, timeout: 5s, optional: true}
  - see: {text: Sale, when: {market: us}, within: {region: Main}}
  - use: {fragment: look, with: {handle: board}}
  - see: "${vars.board}"
always:
  - open: /cart
---
version: 1
kind: journey
id: other
name: Other
retries: 0
cron: "0 3 * * *"
stores: [a]
steps: [{see: Cart}]
---
version: 1
kind: fragment
id: look
name: Look
inputs: {handle: {description: The handle}, words: {default: Trail}}
steps:
  - open_product: "${inputs.handle}"
  - see: "${inputs.words}"
---
version: 1
kind: store
id: a
name: A shop
url: "${env.SHOP_URL}"
markets: {us: {currency: USD, locale: en-US}}
vars: {board: Trail}
---
version: 1
kind: store
id: b
name: B shop
url: https://b.example
markets: {us: {currency: USD, locale: en-US}}
vars: {board: Peak}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("all.yaml", CHECKS)
    return made


def test_a_journey(desk: Desk) -> None:
    assert (
        desk.nano("explain", "odd").out
        == """\
Odd (odd, journey, P1)  checks/all.yaml:1:1

It runs on:
  a/odd@desktop/us
  a/odd@iphone/us
  b/odd@desktop/us
  b/odd@iphone/us

It is due every 15 minutes.
A failure is tried again once before it counts; an attempt may take 2 minutes.
The cookie banner is accepted.
While other fails, its alerts are held back.
web-team looks after it.
What to do when it fails: https://wiki.example/odd

It does this:
  On A shop:
  1. Open /
  2. Press link “Menu”, only when the device is iphone (may be missing) (in 5s at most)
  3. See text “Sale”, only inside Main, only when the market is us
     from the fragment in checks/all.yaml (used at checks/all.yaml:15:5):
  4.   Open the product page of board
  5.   See “Trail”
  6. See “Trail”
  7. Clean-up: Open /cart (whatever happened)

  On B shop:
  1. Open /
  2. Press link “Menu”, only when the device is iphone (may be missing) (in 5s at most)
  3. See text “Sale”, only inside Main, only when the market is us
     from the fragment in checks/all.yaml (used at checks/all.yaml:15:5):
  4.   Open the product page of board
  5.   See “Trail”
  6. See “Peak”
  7. Clean-up: Open /cart (whatever happened)
"""
    )


def test_when_a_check_runs(desk: Desk) -> None:
    said = desk.nano("explain", "other").out
    assert "due at “0 3 * * *” (minute, hour, day, month, weekday) in the store's time zone" in said
    assert "A failure counts at once" in said


def test_a_fragment(desk: Desk) -> None:
    assert (
        desk.nano("explain", "look").out
        == """\
Look (look, fragment)  checks/all.yaml:29:1

It is given:
  handle: The handle (needed)
  words: no description (“Trail” when it is not given)

It does this:
  1. Open the product page of the given handle
  2. See “the given words”

It is used by odd.
"""
    )


def test_a_store(desk: Desk) -> None:
    said = desk.nano("explain", "a").out
    assert "Its address is the environment variable SHOP_URL." in said
    assert said.endswith("These checks run on it:\n  odd: Odd\n  other: Other\n")
    assert "other" not in desk.nano("explain", "b").out


def test_a_misspelt_fragment_is_recognised(desk: Desk) -> None:
    done = desk.nano("explain", "lok")
    assert (done.code, "did you mean “look”?" in done.err) == (9, True)


WORDS = [*CODES, *registry.names("step"), *registry.names("check")]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_and_code_reads_like_prose(desk: Desk, word: str) -> None:
    done = desk.nano("explain", word)
    assert done.code == 0
    for machine in ("None", "<class", "Annotated", "dataclass", "ClassVar", "tuple["):
        assert machine not in done.out, done.out
    assert not any(line.rstrip() != line for line in done.out.splitlines())


def test_a_cause_that_a_diagnosis_names(desk: Desk) -> None:
    said = desk.nano("explain", "checkout-server-error")
    assert said.code == 0
    assert said.out.startswith(
        "The checkout answers with an error page (checkout-server-error)\n\nNobody can pay."
    )
    assert "Try first: Look at Shopify" in said.out
    wrong = desk.nano("explain", "checkout-server-eror")
    assert wrong.code == 9
    assert "did you mean “checkout-server-error”?" in wrong.err
