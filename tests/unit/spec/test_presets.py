from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.core import registry
from nano_sre.core.registry import register
from nano_sre.core.render import render_text
from nano_sre.spec.presets import read_preset
from nano_sre.spec.schemagen import record_shape

KINDS = Path(registry.__file__).parents[1] / "kinds" / "alerters"
DESK = """\
about: Rings the bell of our desk.
example: '{name: desk, desk: {bell: 7}}'
fields:
  bell: {about: "Which bell."}
  host: {about: "Where it hangs.", default: "https://desk.example.com"}
post:
  url: "{{ host }}/bells/{{ bell }}"
  message: {limit: 200, markup: plain}
  body: {text: "{{ title }}", loud: true, volume: 11}
"""


def told(text: str) -> str:
    made, diagnostics = read_preset(text, "alerters/desk.yaml", name="desk")
    assert (made is None) == bool(diagnostics)
    return render_text(diagnostics, sources={"alerters/desk.yaml": text})


def test_a_description_is_a_kind_like_any_other() -> None:
    made, _ = read_preset(DESK, "alerters/desk.yaml", name="desk")
    assert made is not None
    cls = register("alerter", "desk")(made)
    shape = record_shape(cls)
    assert {key.name: (key.doc, key.required) for key in shape.keys.values()} == {
        "bell": ("Which bell.", True),
        "host": ("Where it hangs.", False),
    }
    assert cls.__doc__ == "Rings the bell of our desk."
    assert cls(bell="7") == cls(bell="7") != cls(bell="8")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("abuot:", "about:", ("E201", "“abuot” means nothing here", "did you mean “about”?", "“about” is missing")),
        ("  bodi:", "  body:", ("“bodi” means nothing here", "“body” is missing", "desk.yaml:6:1")),
        ("{{ title", "{{ title }}", ("E441", "this template cannot be read", "desk.yaml:9:16")),
        ("limit: much", "limit: 200", ("“limit” is a number of characters",)),
        ("markup: crayon", "markup: plain", ("there is no markup “crayon”",)),
        ("  class: {", "  bell: {", ("a field cannot be called “class”",)),
        ("  title: {", "  bell: {", ("a field cannot be called “title”",)),
        ("  bell: 7\n", '  bell: {about: "Which bell."}\n', ("say of a field what it is about",)),
        ("fields: 7\nx-fields:", "fields:", ("“fields” is a mapping",)),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(wrong: str, right: str, words: tuple[str, ...]) -> None:
    assert right in DESK
    shown = told(DESK.replace(right, wrong, 1))
    for each in words:
        assert each in shown


def test_what_is_no_yaml_or_no_single_document_is_told() -> None:
    assert "E101" in told("about: [")
    assert "holds 0 documents" in told("")
    assert "holds 2 documents" in told(f"{DESK}---\n{DESK}")


@pytest.mark.parametrize("file", sorted(KINDS.glob("*.yaml")), ids=lambda file: file.stem)
def test_ours_have_no_mistake(file: Path) -> None:
    made, told = read_preset(file.read_text(), str(file), name=file.stem)
    assert told == []
    assert made is not None
