from __future__ import annotations

import pytest

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.spec.link import Linkage
from support.projects import STORE, codes, fragment, journey, linked, one, sound, store

SECRETS = """\
version: 1
kind: store
id: summit
name: Summit
url: "${env.STORE_URL}"
password: "${secret.PASSWORD}"
markets: {us: {currency: USD, locale: en-US}}
"""


def stores_of(linkage: Linkage) -> list[str]:
    return [each.id for each in linkage.checks[0].stores]


def only(*texts: str, **files: str) -> Diagnostic:
    (told,) = linked(*texts, **files).diagnostics
    return told


# stores


def test_a_check_belongs_to_the_nearest_store_above_it() -> None:
    linkage = sound(store__top=store("top"), store__eu__near=store("near"), store__eu__deep__check=journey())
    assert stores_of(linkage) == ["near"]


def test_stores_by_list_by_tag_and_all() -> None:
    three = (store("a", "tags: [x]\n"), store("b", "tags: [x, y]\n"), store("c"))
    assert stores_of(sound(*three, journey(more="stores: all\n"))) == ["a", "b", "c"]
    assert stores_of(sound(*three, journey(more="stores: [c, a]\n"))) == ["a", "c"]
    assert stores_of(sound(*three, journey(more="stores: {tags: [x]}\n"))) == ["a", "b"]
    assert stores_of(sound(*three, journey(more="stores: {tags: [x, y]}\n"))) == ["b"]
    assert stores_of(sound(*three, journey(more="stores: all\nskip: {stores: [b], because: none}\n"))) == [
        "a",
        "c",
    ]


def test_tags_that_no_store_has_all_of() -> None:
    told = only(
        store("a", "tags: [x]\n"), store("b", "tags: [y]\n"), journey(more="stores: {tags: [x, y]}\n")
    )
    assert told.code == "E308"


def test_no_store_and_too_many_stores() -> None:
    assert only(journey()).code == "E307"
    assert only(store("a"), store("b"), journey()).code == "E307"
    assert only(a__s=store("a"), b__s=store("b"), c__j=journey()).code == "E307"


def test_a_check_that_runs_nowhere() -> None:
    assert only(STORE, journey(more="skip: {stores: [summit], because: x}\n")).code == "E308"


# fragments


def test_a_fragment_takes_the_place_of_its_use() -> None:
    used = fragment('open_product: "${inputs.handle}"', "open_cart", inputs="inputs: {handle: {}}\n")
    check = one(journey("use: {fragment: look, with: {handle: board}}", "see: Cart"), used)
    assert [call.verb for call in check.check.steps] == ["open_product", "open_cart", "see"]
    assert check.check.steps[0].step.handle == "board"
    assert str(check.check.steps[0].span) == "checks/2.yaml:7:5"
    assert str(check.check.steps[0].used_at) == "checks/1.yaml:6:5"


def test_inputs_may_be_references_and_have_defaults() -> None:
    used = fragment('open: "/${inputs.where}"', inputs="inputs: {where: home}\n")
    default, given = one(
        journey("use: look", 'use: {fragment: look, with: {where: "${vars.board}"}}', "see: Cart"), used
    ).check.steps[:2]
    assert default.step.path == "/home"
    assert str(given.step.path) == "/${vars.board}"


def test_a_fragment_inside_a_fragment() -> None:
    outer = fragment(
        'use: {fragment: inner, with: {x: "${inputs.y}"}}', named="outer", inputs="inputs: {y: b}\n"
    )
    inner = fragment('open: "/${inputs.x}"', named="inner", inputs="inputs: {x: a}\n")
    call = one(journey("use: outer", "see: Cart"), outer, inner).check.steps[0]
    assert call.step.path == "/b"
    assert str(call.span) == "checks/3.yaml:7:5"
    assert str(call.used_at) == "checks/2.yaml:7:5"


def test_fragments_that_use_each_other() -> None:
    a, b = fragment("use: b", named="a"), fragment("use: a", named="b")
    assert "E310" in codes(linked(STORE, journey("use: a", "see: Cart"), a, b).diagnostics)


def test_a_broken_fragment_is_told_of_once() -> None:
    broken = fragment("clik: x")
    assert codes(
        linked(
            STORE, journey("use: look", "see: Cart"), journey("use: look", "see: A", named="b"), broken
        ).diagnostics
    ) == ["E202"]


@pytest.mark.parametrize(("given", "code"), [("", "E309"), ("with: {handle: a, colour: b}", "E309")])
def test_inputs_must_fit(given: str, code: str) -> None:
    used = fragment('open: "/${inputs.handle}"', inputs="inputs: {handle: {}}\n")
    assert only(STORE, journey(f"use: {{fragment: look, {given}}}", "see: Cart"), used).code == code


# references


def test_a_saved_name_is_known_from_the_next_step_on() -> None:
    save, use = "save: {money: product_price, as: price}", 'see: "${price}"'
    sound(STORE, journey(save, use))
    told = only(STORE, journey(use, save))
    assert (told.code, told.span and told.span.line) == ("E301", 6)


def test_what_a_request_saves_is_known_to_the_next_one() -> None:
    head = "version: 1\nkind: api\nid: cart\nname: Cart\nrequests:\n"
    save, use = '  - {get: /p.js, save: {json: "$.id", as: variant}}\n', '  - {get: "/cart/${variant}"}\n'
    sound(STORE, head + save + use)
    told = only(STORE, head + use + save)
    assert (told.code, told.span and told.span.line) == ("E301", 6)
    assert told.hint is not None
    assert "earlier request" in told.hint


def test_what_a_fragment_saves_is_known_after_it() -> None:
    used = fragment("save: {money: product_price, as: price}")
    sound(STORE, journey("use: look", 'see: "${price}"'), used)
    assert only(STORE, journey('see: "${price}"', "use: look"), used).code == "E301"


def test_a_variable_must_be_in_every_store_of_the_check() -> None:
    bare = store("bare").replace("vars: {board: complete-snowboard}\n", "")
    told = only(store("full"), bare, journey('see: "${vars.board}"', more="stores: all\n"))
    assert (told.code, "“bare”" in told.message) == ("E301", True)


def test_names_in_when_are_looked_up() -> None:
    assert only(STORE, journey("see: {text: A, when: {device: phone}}")).code == "E305"
    assert only(STORE, journey("see: {text: A, when: {market: uk}}")).code == "E306"
    sound(STORE, journey("see: {text: A, when: {device: iphone}}", "see: {text: A, when: {market: de}}"))


def test_markets_and_devices_are_judged_though_something_else_is_broken() -> None:
    told = linked(STORE, journey("clik: A", more="devices: [fridge]\nmarkets: [uk]\n")).diagnostics
    assert codes(told) == ["E305", "E306", "E202"]


def test_an_environment_variable_belongs_in_the_store() -> None:
    assert only(STORE, journey('open: "${env.X}"', "see: Cart")).code == "E313"


def test_unset_variables_are_warnings() -> None:
    told = linked(SECRETS, journey()).diagnostics
    assert [(d.code, d.severity) for d in told] == [("E311", "warning")] * 2


@pytest.mark.parametrize(
    "step",
    [
        'see: "${secret.X}"',
        'expect: {value: "${secret.X}", equals: a}',
        'fill: {field: A, value: "${secret.X | upper}"}',
    ],
)
def test_a_secret_is_never_compared_nor_filtered(step: str) -> None:
    assert "E313" in codes(linked(STORE, journey(step, "see: Cart")).diagnostics)


def test_a_secret_may_be_typed() -> None:
    assert codes(
        linked(STORE, journey('fill: {field: A, value: "x${secret.X}"}', "see: Cart")).diagnostics
    ) == ["E311"]


# meaning


def test_dependencies() -> None:
    sound(STORE, journey(), journey(named="b", more="depends_on: [buy]\n"))
    assert only(STORE, journey(more="depends_on: [nothing]\n")).code == "E303"
    assert only(STORE, journey(more="depends_on: [buy]\n")).code == "E303"
    circle = [journey(named=a, more=f"depends_on: [{b}]\n") for a, b in ("ab", "bc", "ca")]
    assert codes(linked(STORE, *circle).diagnostics) == ["E310"]


def test_a_journey_that_only_acts_checks_nothing() -> None:
    assert only(STORE, journey("press: Buy")).code == "E401"
    assert only(STORE, journey("use: look"), fragment("press: Buy")).code == "E401"
    sound(STORE, journey("use: look"), fragment("see: Cart"))


def test_ids_are_given_once() -> None:
    told = only(STORE, journey(), journey())
    assert told.code == "E302"
    assert str(told.related[0].span) == "checks/1.yaml:3:5"
