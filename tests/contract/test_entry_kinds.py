"""What every kind of alerter and trigger owes: the price of being a key of an entry by its file alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from nano_sre.core import registry
from nano_sre.spec.link import link
from nano_sre.spec.project import load_project, load_text
from nano_sre.spec.reference_files import file_page
from nano_sre.spec.schemagen import (
    FILES,
    class_of,
    live_schema,
    make_schema,
    record_shape,
    shipped_file,
    to_text,
)
from support.arrangements import LANGUAGE_ALERTERS, LANGUAGE_TRIGGERS
from support.projects import STORE, journey

FAMILIES = {"alerter": "alerters", "trigger": "triggers"}
KINDS = [(family, word) for family in FAMILIES for word in registry.names(family)]
AROUND = {
    "alerter": "version: 1\nroutes: [{{send_to: [{name}]}}]\nalerters:\n  - {entry}\n",
    "trigger": "version: 1\ntriggers:\n  - {entry}\n",
}
ROOT = Path(__file__).parents[2]


def as_entry(example: str, family: str) -> str:
    """An example is a whole entry, with or without its dash, or only the key that says what it is."""
    text = example.strip()
    if text.startswith("- "):
        return text[2:].replace("\n", "\n  ")
    if text.startswith("{name:"):
        return text
    return f"{{name: example, {text}{', run: all' if family == 'trigger' else ''}}}"


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schema_is_up_to_date(name: str) -> None:
    assert shipped_file(name).read_text("utf-8") == to_text(make_schema(name)), "nano-sre schema --write"
    assert live_schema(name) == json.loads(to_text(make_schema(name)))


@pytest.mark.parametrize("name", FILES)
def test_it_is_a_valid_schema_without_one_of(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(make_schema(name))
    assert '"oneOf"' not in to_text(make_schema(name))


@pytest.mark.parametrize("name", FILES)
def test_every_key_has_a_sentence_and_an_example_that_holds(name: str) -> None:
    keys = record_shape(class_of(name)).keys.values()
    assert [key.name for key in keys if not key.doc.endswith(".")] == []
    (read,) = load_text(class_of(name).example, f"{name}.yaml").arrangements
    assert read.sound


@pytest.mark.parametrize(("family", "word"), KINDS)
def test_its_example_is_a_good_entry(family: str, word: str) -> None:
    cls = registry.kind(family, word).cls
    entry = as_entry(str(cls.example), family)  # type: ignore[attr-defined]
    found = re.search(r"name: ([a-z0-9-]+)", entry)
    assert found
    project = load_text(AROUND[family].format(name=found[1], entry=entry), f"{FAMILIES[family]}.yaml")
    project.whole.clear()  # the checks that it speaks of are not here
    linkage = link(project, environ={})
    assert [told.message for told in linkage.diagnostics if told.severity == "error"] == []
    ((read,),) = (getattr(each.check, each.check.kind_name) for each in linkage.arrangements)
    assert read.word == word
    assert isinstance(read.chosen.kind, cls)


@pytest.mark.parametrize(("family", "word"), KINDS)
def test_it_is_described_and_in_the_schema_and_the_reference(family: str, word: str) -> None:
    file = FAMILIES[family]
    entry = make_schema(file)["properties"][file]["items"]["properties"]
    assert entry[word]["description"]
    assert word not in ("name", "run", "timezone", "chosen")
    assert f"### `{word}`" in file_page(file)


@pytest.mark.parametrize(("family", "text"), [("alerter", LANGUAGE_ALERTERS), ("trigger", LANGUAGE_TRIGGERS)])
def test_the_examples_of_the_language_are_read_as_they_are_written(
    family: str, text: str, tmp_path: Path
) -> None:
    """Entries of kinds that are not installed are left out, and nobody is sent to them."""
    words = dict(re.findall(r"^  - \{name: ([\w-]+), (\w+):", text, re.MULTILINE))
    for name in (name for name, word in words.items() if word not in registry.names(family)):
        text = re.sub(rf"^  - \{{name: {name}, .*\n", "", text, flags=re.MULTILINE)
        text = text.replace(f"[{name}]", "[console]").replace(f"{name}, ", "").replace(f", {name}", "")
    (tmp_path / "alert-templates").mkdir()
    file = tmp_path / f"{FAMILIES[family]}.yaml"
    file.write_text(text, encoding="utf-8")
    linkage = link(load_project([file]), environ={})
    assert [told.message for told in linkage.diagnostics if told.code != "E311"] == []
    assert len(linkage.arrangements) == 1


def test_the_starter_files_say_what_is_true() -> None:
    """What is commented out in them holds too, as far as its kinds are installed."""
    for name in FILES:
        text = (ROOT / f"{name}.yaml").read_text(encoding="utf-8")
        assert load_text(text, f"{name}.yaml").diagnostics == []
        words = set(registry.names(name.removesuffix("s")))
        shown = [
            line
            for line in re.sub(r"(?m)^( *)# (?=[- ]|[a-z]+:)", r"\1", text).splitlines()
            if not (entry := re.match(r"  - \{name: [\w-]+, (\w+):", line)) or entry[1] in words
        ]
        whole = "\n".join(shown) + "\n"
        told = link(load_text(whole, f"{name}.yaml"), environ={}).diagnostics
        assert [each.message for each in told if each.code not in ("E311", "E341", "E344")] == []


def test_checks_and_files_are_read_together() -> None:
    from nano_sre.spec.project import load_texts

    linkage = link(load_texts({"store.yaml": STORE, "buy.yaml": journey(), "alerters.yaml": "version: 1\n"}))
    assert [told.code for told in linkage.diagnostics] == ["E204", "E204"]
