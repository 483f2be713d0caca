from __future__ import annotations

import pytest

from nano_sre.core.program import Program
from nano_sre.spec.bind import Binder
from nano_sre.spec.canonical import from_stored
from nano_sre.spec.compile import explain, programs
from nano_sre.spec.link import Linked
from support.projects import STORE, codes, fragment, journey, linked, one, sound

LISTS = STORE.replace("vars: {", "vars: {sizes: [S, M], boards: [{handle: a, price: 3}], none: [], ")


def compiled(*texts: str, store: str = STORE) -> Program:
    return programs(sound(store, *texts).checks)[0]


def titles(*steps: str, store: str = STORE) -> list[str]:
    return explain(compiled(journey(*steps, "see: Cart"), store=store))[:-1]


def test_the_steps_once_for_each_value() -> None:
    assert titles('for_each: {value: size, in: [S, 36], steps: [press: "${size}", see: Added]}') == [
        "Size S: Press “S”",
        "Size S: See “Added”",
        "Size 36: Press “36”",
        "Size 36: See “Added”",
    ]


def test_loops_in_loops_and_filters() -> None:
    inner = '{for_each: {value: color, in: [Red], steps: [see: "${size}, ${color | lower}"]}}'
    assert titles(f"for_each: {{value: size, in: [S, M], steps: [{inner}]}}") == [
        "Size S, Color Red: See “S, red”",
        "Size M, Color Red: See “M, red”",
    ]


def test_an_outer_value_may_be_part_of_an_inner_one() -> None:
    inner = '{for_each: {value: each, in: ["${size}-1"], steps: [see: "${each}"]}}'
    assert titles(f"for_each: {{value: size, in: S, steps: [{inner}]}}") == ["Size S, Each S-1: See “S-1”"]


def test_values_of_the_store_and_their_parts() -> None:
    assert titles('for_each: {value: size, in: "${vars.sizes}", steps: [see: "${size}"]}', store=LISTS) == [
        "Size S: See “S”",
        "Size M: See “M”",
    ]
    assert titles(
        'for_each: {value: board, in: "${vars.boards}", steps: [open: "/${board.handle}"]}', store=LISTS
    ) == ["Board a: Open /a"]


def test_a_name_of_the_loop_and_of_its_steps() -> None:
    assert titles(
        'for_each: {value: s, in: [S], name: as for, steps: [see: {text: x, name: "Look at ${s}"}]}'
    ) == ["As for S: Look at S"]


def test_everything_inside_a_step_is_filled_in() -> None:
    steps = (
        'request: {post: "/cart/${s}", json: {items: [{id: "${s}"}]}, expect: {json: {"$.a": "${s}"}}}',
        'see: {any_of: ["${s}", Other], when: {see: "${s}"}, within: "${s}"}',
        'javascript: {code: "`${s}`", inputs: {a: ["${s}"]}}',
    )
    loop = f"for_each: {{value: s, in: [S], steps: [{{{steps[0]}}}, {{{steps[1]}}}, {{{steps[2]}}}]}}"
    linkage = linked(STORE, journey(loop, "see: Cart"))
    assert codes(linkage.diagnostics) == ["E422"]
    asked, seen, script = (call for call in programs(linkage.checks)[0].parts.steps[:3])
    assert (asked.step.post, asked.step.json) == ("/cart/S", {"items": [{"id": "S"}]})
    assert str(asked.step.expect.json["$.a"].equals) == "S"
    assert seen.step.element.any_of == ("S", "Other")
    assert (seen.modifiers.when.see.any_name, seen.modifiers.within.region) == ("S", "S")
    assert (script.step.code, script.step.inputs) == ("`${s}`", {"a": ["S"]})


def test_positions_survive_the_store() -> None:
    check = one(journey("open: /", 'for_each: {value: s, in: [S], steps: [see: "${s}"]}'))
    stored = from_stored(check.canonical, check.positions, file="checks/1.yaml", source="")
    again = Linked(check.loaded, Binder(stored, set()).check(), check.stores)
    assert again.hash == check.hash
    before, after = (
        [(str(c.span), c.title) for c in programs([each])[0].parts.steps] for each in (check, again)
    )
    assert before == after
    assert before[1] == ("checks/1.yaml:7:43", "S S: See “S”")


def test_fragments_inside_and_around() -> None:
    look = fragment(
        'for_each: {value: s, in: ["${inputs.a}", M], steps: [see: "${s}"]}', inputs="inputs: {a: S}\n"
    )
    plain = fragment('see: "${inputs.x}"', named="plain", inputs="inputs: {x: 1}\n")
    loop = 'for_each: {value: s, in: [S], steps: [use: {fragment: plain, with: {x: "${s}!"}}]}'
    made = explain(compiled(look, plain, journey("use: look", loop)))
    assert made == ["S S: See “S”", "S M: See “M”", "S S: See “S!”"]


def test_what_a_loop_saves_is_known_after_it() -> None:
    loop = "for_each: {value: s, in: [S], steps: [save: {money: product_price, as: price}]}"
    sound(STORE, journey(loop, 'expect: {money: cart_total, equals: "${price}"}'))


def test_its_value_is_unknown_outside() -> None:
    loop = 'for_each: {value: s, in: [S], steps: [see: "${s}"]}'
    (told,) = linked(STORE, journey(loop, 'see: "${s}"')).diagnostics
    assert told.code == "E301"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('"${vars.board}"', "takes a list, and the store's variable is"),
        ('"${vars.none}"', "the store's list is empty"),
        ('["${secret.SIZE}"]', "must be known before anything runs"),
    ],
)
def test_values_that_nobody_knows_are_refused(given: str, message: str) -> None:
    loop = f'for_each: {{value: s, in: {given}, steps: [see: "${{s}}"]}}'
    told = [d for d in linked(LISTS, journey(loop)).diagnostics if d.severity == "error"]
    assert [d.code for d in told] == ["E421"]
    assert message in told[0].message


def test_a_value_that_does_not_fit_its_step_is_told() -> None:
    loop = 'for_each: {value: page, in: [/all, boards], steps: [open: "${page}"]}'
    (told,) = linked(STORE, journey(loop)).diagnostics
    assert (told.code, str(told.span)) == ("E421", "checks/1.yaml:6:57")
    assert told.message == "with boards for ${page}, “boards” is not a path: it does not begin with a slash"


@pytest.mark.parametrize("wrong", ["value: vars", "value: Size", "in: []", "steps: []", "timeout: 5s"])
def test_loops_that_cannot_work(wrong: str) -> None:
    keys = {"value": "s", "in": "[S]", "steps": "[see: A]"}
    key, _, value = wrong.partition(": ")
    body = ", ".join(f"{k}: {v}" for k, v in (keys | {key: value}).items())
    assert linked(STORE, journey(f"for_each: {{{body}}}")).diagnostics[0].code in {"E201", "E207"}


def test_a_loop_that_checks_something_is_enough() -> None:
    sound(STORE, journey("for_each: {value: s, in: [S], steps: [see: A]}"))
    loop = "for_each: {value: s, in: [S], steps: [press: A]}"
    assert codes(linked(STORE, journey(loop)).diagnostics) == ["E401"]


def test_a_loop_reads_as_a_sentence() -> None:
    call = one(journey("for_each: {value: s, in: [S, M], steps: [see: A]}")).check.steps[0]
    assert (call.verb, call.title, len(call.inner)) == ("for_each", "For each s in S, M", 1)


def test_clean_up_says_so() -> None:
    made = compiled(
        journey("see: A", more='always: [for_each: {value: s, in: [S], steps: [press: "${s}"]}]\n')
    )
    assert explain(made)[1] == "Clean-up, S S: Press “S” (whatever happened)"
