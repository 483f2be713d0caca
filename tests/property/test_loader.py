"""Whatever somebody saves as a check, they are told of it in sentences: no input makes the reader crash or hang."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nano_sre.core import registry
from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.render import render_text
from nano_sre.spec.compile import programs
from nano_sre.spec.link import link
from nano_sre.spec.load import decode
from nano_sre.spec.project import load_texts

STORE = """\
version: 1
kind: store
id: summit
name: Summit
url: https://shop.example
markets: {us: {currency: USD, locale: en-US}}
"""
RELAXED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
PIECES = st.sampled_from(
    [
        "version: 1\n",
        "kind: journey\n",
        "kind: store\n",
        "kind: api\n",
        "kind: fragment\n",
        "kind: skill\n",
        "id: a\n",
        "name: A\n",
        "steps:\n",
        "  - ",
        "    ",
        "use: a\n",
        "see: ",
        "press: {",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\n",
        "---\n",
        "? ",
        "| ",
        "> ",
        "'",
        '"',
        "${",
        "}",
        "${vars.x}",
        "&a ",
        "*a",
        "!t ",
        "<<: ",
        "#",
        "\t",
        "null",
        "true",
        "1e999",
        "stores: all\n",
        "skip: []\n",
        "depends_on: a\n",
        "devices: 1\n",
        "inputs: {a: }\n",
        "as: x\n",
        "matches: (\n",
        "requests:\n",
        "get: /\n",
        "expect: ",
        "with: {a: 1}\n",
        "markets: ",
        "vars: 3\n",
        "{{ x }}",
        "%TAG",
        "é😀\x85",
    ]
)


def told_of(text: str) -> list[Diagnostic]:
    """Everything short of running: read, validate, bind, link, compile what is sound, and render what is wrong."""
    project = load_texts({"checks/store.yaml": STORE, "checks/check.yaml": text})
    linkage = link(project, environ={})
    if not any(d.severity == "error" for d in linkage.diagnostics):
        programs(linkage.checks)
    render_text(linkage.diagnostics, sources=project.sources)
    return linkage.diagnostics


def all_known(told: list[Diagnostic]) -> bool:
    return all(d.code in CODES and not d.code.startswith("X") for d in told)


@RELAXED
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    text, told = decode(raw, shown="checks/check.yaml")
    assert all_known(told or told_of(text))


@RELAXED
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    text, told = decode(text.encode("utf-8", "replace"), shown="checks/check.yaml")
    assert all_known(told or told_of(text))


@settings(RELAXED, max_examples=400)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_anything_like_yaml(text: str) -> None:
    assert all_known(told_of(text))


WHOLE = [
    "version: 1\nkind: journey\nid: a\nname: A\nsteps:\n" + f"  {registry.kind('step', name).cls.example}\n"
    for name in registry.names("step")
] + [registry.kind("check", name).cls.example for name in registry.names("check")]


@settings(RELAXED, max_examples=400)
@given(st.sampled_from(WHOLE), st.data())
def test_a_good_file_with_a_piece_cut_out_or_put_in(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    piece = data.draw(PIECES | st.just(""))
    assert all_known(told_of(text[:start] + piece + text[end:]))


BOMBS = {
    "flow lists": "[" * 100_000,
    "flow mappings": "{a: " * 100_000,
    "block lists": "- " * 100_000,
    "complex keys": "? " * 100_000,
    "mixed indicators": "- ? " * 50_000,
    "stairs of mappings": "".join(f"{' ' * i}a:\n" for i in range(1000)),
    "stairs of lists": "".join(f"{' ' * i}-\n" for i in range(1000)),
    "aliases": "a: &a [x]\n" + "".join(f"b{i}: [*a, *a]\n" for i in range(1000)),
    "a billion laughs": "a: &a [x, x]\n"
    + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)),
    "one huge word": "a: " + "x" * 1_900_000,
    "one huge number": "version: " + "9" * 100_000,
    "too large": "#" * 3_000_000,
    "many keys": "".join(f"key{i}: 1\n" for i in range(20_000)),
    "many documents": "---\n" * 20_000,
    "many steps": "version: 1\nkind: journey\nid: a\nname: A\nsteps:\n" + "  - sea: x\n" * 3_000,
    "many dollars": 'version: 1\nkind: journey\nid: a\nname: A\nsteps:\n  - see: "' + "${" * 50_000 + '"\n',
    "tags": "!a " * 50_000,
    "quotes": "a: '" + "''" * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_told_of_and_do_not_go_off(name: str) -> None:
    started = time.process_time()
    text, told = decode(BOMBS[name].encode(), shown="checks/check.yaml")
    assert all_known(told or told_of(text))
    assert time.process_time() - started < 20, "seconds, where one is plenty"
