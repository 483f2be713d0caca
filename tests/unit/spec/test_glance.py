"""What is seen at a glance is fine for those who read it: every edit of the proofs, and texts put together at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import samples as benches
from nano_sre.spec.glance import LOOKED_AT_WHOLE, Glance
from nano_sre.spec.link import Around, advice_on, link_alone
from nano_sre.spec.load import load
from nano_sre.spec.pieces import cut
from nano_sre.spec.project import Loaded, Project, add_text
from nano_sre.spec.remembered import kept_of
from nano_sre.spec.schemagen import live_schema
from nano_sre.spec.step_rules import looked_at
from nano_sre.spec.validate import CUT_LISTS, is_valid, may_stand, reference_faults
from support.mutations import misspellings, reindents, retypings
from support.projects import STORE, fragment, journey
from support.samples import SURROUNDINGS, examples, starters

FILE, FOLDER = "checks/it.yaml", Path("checks")
RELAXED = settings(deadline=None, max_examples=300)


class Both:
    """A glance and the ordinary way, side by side, in the same surroundings."""

    def __init__(self, *around: str) -> None:
        project = Project()
        for number, text in enumerate(around):
            add_text(project, text, f"checks/around-{number}.yaml", FOLDER)
        assert not project.diagnostics
        self.around = Around.of(project.loaded)
        self.glance = Glance(self.around, {})
        self.seen = 0

    def agree(self, text: str) -> bool:
        """Whether the file was fine at a glance: then nobody finds anything, and what is kept of it is the same."""
        for _ in range(2):  # the second time, what was learnt before may be believed
            found = self.glance.at(text, FILE, FOLDER)
        if found is None:
            return False
        told, read = self.read(text)
        assert told == [], text
        assert kept_of(found, self.around.stores) == kept_of(read[0], self.around.stores), text
        assert len(read) == 1
        assert not any(looked_at(read[0]))
        assert found.document.data == read[0].document.data
        self.seen += 1
        return True

    def read(self, text: str) -> tuple[list[str], list[Loaded]]:
        project = Project()
        add_text(project, text, FILE, FOLDER)
        told = [each.message for each in project.diagnostics]
        for each in project.loaded:
            each.alone = link_alone(each, around=self.around, environ={})
            told += [one.message for one in each.alone.told]
            each.alone, alone = None, each.alone
            told += [one.message for one in advice_on(each)]
            each.alone = alone
        return told, project.loaded


def checks() -> Iterator[str]:
    """Whole files of one check: the starters, every example, and those of the benches."""
    yield from (text for name, text in starters().items() if "store" not in name)
    yield from (text for files in examples().values() for text in files.values())
    yield from list(benches.texts(7).values())[1:]


def edits(text: str) -> Iterator[str]:
    files: Mapping[str, str] = {FILE: text}
    if not load(text, FILE)[0]:
        return
    for edit in (*misspellings(files, {}, every=3), *retypings(files, every=3), *reindents(files, every=3)):
        yield edit.text


@pytest.fixture(scope="module")
def both() -> Both:
    return Both(benches.STORE, SURROUNDINGS)


def test_every_edit_of_every_file(both: Both) -> None:
    before, fine = both.seen, 0
    for text in checks():
        fine += both.agree(text)
        for edited in edits(text):
            both.agree(edited)
            both.agree(text)
    assert fine > 20
    assert both.seen > before + 500


def test_the_files_of_the_benches_are_all_fine_at_a_glance(both: Both) -> None:
    assert all(both.agree(text) for name, text in benches.texts(9).items() if name != "store.yaml")


LINES = st.sampled_from(
    [
        *("version: 1", "kind: journey", "kind: api", "id: it", "name: It", "steps:", "always:", "requests:"),
        *(
            "  - see: Cart",
            "  - open_cart",
            "  - open: /",
            "- see: Cart",
            "  - see: {text: A}",
            "    name: B",
        ),
        *("  - save: {money: product_price, as: price}", '  - see: "${price}"', '  - see: "${vars.board}"'),
        *(
            "  - press:",
            "      link: A",
            "      timeout: 8s",
            "  - get: /cart.js",
            "    expect: {status: 200}",
        ),
        *("tags: [a, b]", "tags: a, b", "every: 15m", 'cron: "0 3 * * *"', "markets: us", "devices: phone"),
        *(
            "# a note",
            "",
            "  ",
            "description: |",
            "  a text",
            "  # b",
            "description: >-",
            '"name": C',
            "x-own: 1",
        ),
        *(
            "name: 'A",
            "  - see: 'A",
            "'",
            "  - use: nowhere",
            "  - see: {",
            "}",
            "id: [",
            "---",
            "...",
            "name: A: b",
        ),
        *(
            "description: first",
            "  second",
            "name: A #b",
            "  - see: exists",
            "stores: all",
            "depends_on: [a]",
        ),
    ]
)
HEAD = ["version: 1", "kind: journey", "id: it", "name: It"]


@RELAXED
@given(st.lists(LINES, max_size=9), st.lists(LINES, max_size=6), st.sampled_from(["", "\n", "\n\n"]))
def test_lines_in_any_order(both: Both, head: list[str], steps: list[str], end: str) -> None:
    both.agree("\n".join([*HEAD, *head, "steps:", "  - see: Cart", *steps]) + end)
    both.agree("\n".join([*head, *steps]) + end)


@pytest.mark.parametrize(
    "text",
    [
        journey("see: 'a\n  - see: b'"),
        journey("see: [a,\n  b]"),
        journey("see: |\n      a\n      - b\n"),
        journey(more='description: "one\n  two"\n'),
        journey(more="description: one\n  two\n"),
        journey(more="id: again\n"),
        journey(more="  id: again\n"),
        journey(more="description: a token is shown\n"),
        journey('see: "shpat_0123456789abcdef0123"'),
        journey('see: "\\x73hpat_0123456789abcdef0123"', more="description: shp\n"),
        journey("see: “Cart”"),
        journey("save: {money: product_price, as: price}", "expect: {money: cart_total, equals: '${price}'}"),
        journey("expect: {money: cart_total, equals: '${price}'}"),
        journey("for_each: {value: v, in: [S], steps: [{see: '${v}'}]}", "see: Cart"),
        journey("use: look"),
        journey("log_in: nobody"),
        journey("log_in"),
        journey("see: {text: A, when: {device: watch}}", "see: Cart"),
        journey("see: {text: A, when: {device: phone}}", "see: Cart"),
        journey(more="devices: watch\n"),
        journey(more="stores: nowhere\n"),
        journey(more="only_in: [staging]\n"),
        journey(more="retries: 9\n"),
        journey(more='every: 1m\ncron: "0 3 * * *"\n'),
        journey("expect_request: {url: {contains: a}, after: start}", "see: Cart"),
        journey("javascript: document.title", "see: Cart"),
        journey("open: /"),
        journey("place_order", "see: Thanks"),
        "version: 1\nkind: api\nid: a\nname: A\nsteps:\n  - see: Cart\n",
        "version: 1\nkind: api\nid: a\nname: A\nrequests:\n  - get: /\n    post: /\n",
        "version: 1\nkind: api\nid: a\nname: A\nrequests:\n  - get: /\n    get: /\n",
        "version: 1\nkind: api\nid: a\nname: A\nrequests:\n  - get: /\n    save: {json: $.id, as: n}\n  - get: /${n}\n",
        "version: 1\nkind: api\nid: a\nname: A\nrequests:\n  - get: /${n}\n    save: {json: $.id, as: n}\n",
        "version: 1\nkind: page\nid: a\nname: A\nvisit: [/]\nconsole: {errors: {at_most: 0}}\n",
        "version: 1\nkind: nothing\nid: a\nname: A\n",
        "version: 1\nid: a\nname: A\nsteps:\n  - see: Cart\n",
        fragment("see: Cart"),
        "",
        "\ufeff" + journey(),
    ],
    ids=repr,
)
def test_what_is_easily_mistaken(text: str) -> None:
    Both(STORE, fragment("see: Cart")).agree(text)


def test_a_name_of_one_store_is_not_known_in_another() -> None:
    """What was learnt in one folder is asked again in the next."""
    one, other = Both(STORE), Both(STORE.replace("board:", "boards:"))
    text = journey('open_product: "${vars.board}"', "see: Cart")
    assert one.agree(text)
    assert one.agree(text)
    assert not other.agree(text)


def test_nothing_is_cut_where_a_scalar_may_be_open() -> None:
    assert cut("a: 'b\nc: d'\n") == ["a: 'b", "c: d'"]  # neither of which is a key by itself
    assert Both(STORE).glance.at("a: 'b\nc: d'\n", FILE, FOLDER) is None
    for sign in ("---", "...", "%", "\t", "\r", "\x85", "\u2028"):
        assert cut(f"a: b\nc: d{sign}\n") is None


def parted(kind: str, data: dict[str, Any]) -> bool:
    """Whether a document is valid by its keys alone, each looked at without the others, and items likewise."""
    for name, value in data.items():
        each = [[item] for item in value] if name in CUT_LISTS and isinstance(value, list) else [value]
        if not all(may_stand(kind, data.keys(), {name: one}) for one in each):
            return False
    return bool(may_stand(kind, data.keys(), {}))


def test_a_document_is_valid_when_each_of_its_pieces_is() -> None:
    every = [kind for kind in live_schema()["x-kinds"]["check"] if kind not in LOOKED_AT_WHOLE]
    kinds = [kind for kind in every if may_stand(kind, {"id"}, {}) is not None]
    assert {"api", "journey"}.issubset(kinds)
    verdicts: dict[bool, int] = {True: 0, False: 0}
    for text in checks():
        for edited in (text, *edits(text)):
            for document in load(edited, FILE)[0]:
                kind, data = document.kind, document.data
                if kind not in kinds:
                    continue
                assert parted(kind, data) == is_valid(kind, data), edited
                if edited is text:
                    assert not reference_faults(kind, data)
                verdicts[parted(kind, data)] += 1
    assert min(verdicts.values()) > 200, verdicts


TOKEN = "AKIA" + "Q7" * 8


@pytest.mark.parametrize(
    "piece",
    [
        f"description: {TOKEN}",
        f'owner: "{TOKEN}"',
        f"tags: [{TOKEN}]",
        f"always:\n  - open: /{TOKEN}",
        f'description: "the token"\nowner: "\\x41{TOKEN[1:]}"',
    ],
)
def test_a_secret_is_seen_in_every_file_that_holds_it(piece: str) -> None:
    both = Both(STORE)
    for number in range(4):
        text = f'version: 1\nkind: journey\nid: it-{number}\nname: It\nsteps:\n  - open: /\n  - see: "Cart"\n'
        assert both.agree(text)
        assert not both.agree(f"{text}{piece}\n")


def test_what_is_needed_is_missed_though_every_piece_is_known() -> None:
    both = Both(STORE)
    lines = ["version: 1", "kind: journey", "id: it", "name: It", 'steps:\n  - see: "Cart"']
    for _ in range(3):
        assert both.agree("\n".join(lines) + "\n")
        for left_out in lines:
            assert not both.agree("\n".join(line for line in lines if line != left_out) + "\n")
