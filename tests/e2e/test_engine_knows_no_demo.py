"""The engine finds its way in the demo store as in any other: nothing of that store is written into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from nano_sre.demo.faults import fault_names
from nano_sre.demo.theme import themes
from support.demo import ROOT

ENGINE = ROOT / "engine" / "nano_sre"
THEMES = ENGINE / "demo" / "themes"
SOURCES = {
    path.relative_to(ENGINE).as_posix(): path.read_text()
    for path in sorted(ENGINE.rglob("*"))
    if path.suffix in {".py", ".js", ".html", ".css", ".yaml"} and path.relative_to(ENGINE).parts[0] != "demo"
}
LOWERED = {name: text.lower() for name, text in SOURCES.items()}
TOUCHES_PAGES = ("kinds/", "runtime/", "core/", "spec/", "service.py")

PLATFORM = {
    "form_type": "the field that tells Shopify which of its forms is sent",
    "layout-shift": "what browsers call it when a page jumps about",
    "shipping_method": "what Shopify's checkout calls its page of shipping methods",
    "liquid-error": "what merchants call it, and the cause that a rule of diagnosis names",
    "payment-missing": "the same",
    "quantity-ignored": "the same",
    "password-page": "the address of Shopify's own page about it",
    "Default Title": "what Shopify calls the only variant of a product without options",
}
IN_EXAMPLES = {
    "complete-snowboard": "the reference's example: a product of Shopify's own sample catalogue",
    "154cm": "the reference's example of a variant",
}
TRADE_WORDS = (
    "kinds/_shared/languages.py",
    "kinds/_shared/shop_words.py",
    "kinds/rules/cart_discounts.yaml",
    "runtime/consent.py",
)
"""What shops all over the world write on buttons, by language: no shop in particular."""


def templates() -> Iterator[str]:
    for file in sorted(THEMES.rglob("*.html")):
        yield re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)


def attributes(name: str) -> set[str]:
    """Every word that the templates write into an attribute; what templates compute is left out."""
    found: set[str] = set()
    for text in templates():
        for value in re.findall(rf'\b{name}="([^"]*)"', text):
            plain = re.sub(r"[\w-]*(?:\{\{.*?\}\}|\{%.*?%\})[\w-]*", " ", value)
            found |= set(re.findall(r"[A-Za-z][\w-]*", plain))
    return found


def data_attributes() -> set[str]:
    return {name for text in templates() for name in re.findall(r"\b(data-[a-z-]+)=", text)}


def style_classes() -> set[str]:
    text = "\n".join(file.read_text() for file in THEMES.rglob("*.css"))
    return set(re.findall(r"[.#]([A-Za-z][\w-]+)(?=[^;{}]*\{)", text))


def texts(file_name: str) -> set[str]:
    """Every text of the JSON files of this name, in every theme."""

    def below(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            for each in value.values() if isinstance(value, dict) else value:
                yield from below(each)

    return {text for file in THEMES.rglob(file_name) for text in below(json.loads(file.read_text()))}


def handles_and_titles() -> set[str]:
    found: set[str] = set()
    for file in THEMES.rglob("products.json"):
        for handle, words in json.loads(file.read_text()).items():
            found |= {handle, words["title"]}
    for product in json.loads((THEMES / "_shared" / "catalogue.json").read_text()):
        found |= {product["handle"], *(" / ".join(variant[0]) for variant in product["variants"])}
    return found


def compound(names: Iterable[str]) -> set[str]:
    """Names that nobody writes by accident: of several words."""
    return {name for name in names if re.search(r"\w[-_]\w|[a-z][A-Z]", name)}


def several_words(labels: Iterable[str]) -> set[str]:
    return {label for label in labels if len(label.split()) > 1}


def places(word: str, *, where: tuple[str, ...] = ("",), beside: tuple[str, ...] = ()) -> list[str]:
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
    return [
        name
        for name, text in SOURCES.items()
        if name.startswith(where) and name not in beside
        if word.lower() in LOWERED[name]
        and pattern.search(text)  # the first is quick and nearly always false
    ]


def found(words: Iterable[str], **more: Any) -> dict[str, list[str]]:
    return {word: at for word in sorted(words) if (at := places(word, **more))}


def test_the_lists_are_not_empty() -> None:
    assert len(compound(attributes("class") | style_classes())) > 50
    assert len(compound(attributes("id"))) > 10
    assert len(data_attributes()) > 5
    assert len(several_words(texts("labels.json"))) > 30
    assert len(handles_and_titles()) > 20
    assert len(SOURCES) > 100
    assert places("register"), "the search finds what is there"


@pytest.mark.parametrize(
    "names", [attributes("id"), attributes("class"), attributes("name"), style_classes(), data_attributes()],
    ids=["ids", "classes", "field names", "styles", "data attributes"],
)  # fmt: skip
def test_no_name_of_its_markup(names: set[str]) -> None:
    assert found(compound(names) - PLATFORM.keys(), where=TOUCHES_PAGES) == {}


def test_no_short_name_of_its_markup_as_a_selector() -> None:
    """One-word ids and classes (`cart`, `price`) are ordinary words: only a selector would give them away."""
    names = "|".join(sorted(attributes("id") | attributes("class") | style_classes()))
    selector = re.compile(rf"""(?<=["'`\s,>+~(])[.#](?:{names})(?=["'`\s,>+~:\[)])""")
    hits = {
        name: selector.findall(text)
        for name, text in SOURCES.items()
        if name.startswith(TOUCHES_PAGES) and selector.search(text)
    }
    assert hits == {}


def test_none_of_its_sentences() -> None:
    labels = several_words(texts("labels.json")) - PLATFORM.keys()
    assert found(labels - {"Card number"}, beside=TRADE_WORDS) == {}


def test_none_of_its_products() -> None:
    """Handles, titles and variants; those in the reference's examples stand in descriptions, never in code."""
    names = {name for name in handles_and_titles() if not re.fullmatch(r"[\w.]{1,4}", name)}
    assert found(names - PLATFORM.keys() - IN_EXAMPLES.keys(), beside=TRADE_WORDS) == {}
    told = re.compile(r'^\s*(?:#|//|"""|-|steps:|visit:|product:|with:)|example|Example|Doc\(|“|`')
    for word in IN_EXAMPLES:
        for place in places(word):
            lines = [line for line in SOURCES[place].splitlines() if word in line]
            assert all(told.search(line) for line in lines), (word, place, lines)


def test_none_of_its_faults() -> None:
    """The demo command names one, as an example of what to try."""
    names = {*fault_names(), *(name.replace("-", "_") for name in fault_names())} - PLATFORM.keys()
    assert found(names, beside=("cli/demo.py",)) == {}
    assert [name for name in names if "cli/demo.py" in places(name)] == ["dead-add-to-cart"]


def test_its_themes_are_named_by_the_demo_command_alone() -> None:
    assert {place for theme in themes() for place in places(theme)} <= {"cli/demo.py", "cli/main.py"}


def test_no_import_of_it_but_by_the_demo_command() -> None:
    importing = re.compile(r"nano_sre\.demo|from nano_sre import demo|import demo\b")
    assert [name for name, text in SOURCES.items() if importing.search(text)] == ["cli/demo.py"]
