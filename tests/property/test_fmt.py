"""`fmt` never changes what a file means, keeps every comment, and is done after one time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from nano_sre.core import registry
from nano_sre.spec.canonical import canonical
from nano_sre.spec.fmt import formatted
from nano_sre.spec.layout import comments_of, laid_out
from nano_sre.spec.load import load
from nano_sre.spec.project import load_text
from support import strategies

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "checks").glob("*.yaml"), *(ROOT / "tests" / "golden").rglob("*.yaml")])
EXAMPLES = {
    f"{family} {name}": getattr(registry.kind(family, name).cls, "example", "")
    for family in ("check", "step")
    for name in registry.names(family)
}
MODEST = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a whole check takes minutes
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def checks_in(text: str) -> list[Any]:
    return [canonical(each.check) for each in load_text(text, "a.yaml").loaded if each.sound]


def stays_the_same(text: str) -> None:
    done = formatted(text, "a.yaml")
    assert done.errors == []
    assert checks_in(done.text) == checks_in(text)
    assert comments_of(done.text) == comments_of(text)
    assert formatted(done.text, "a.yaml").text == done.text
    assert not any(line != line.rstrip() for line in done.text.splitlines() if "#" in line)


def sound(text: str) -> bool:
    loaded = load_text(text, "a.yaml")
    return bool(loaded.loaded) and not any(d.severity == "error" for d in loaded.diagnostics)


@pytest.mark.parametrize("file", FILES, ids=lambda f: "/".join(f.parts[-3:]))
def test_files_of_this_repository(file: Path) -> None:
    raw = file.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    if sound(text):
        stays_the_same(text.replace("\r\n", "\n"))
    elif formatted(text, "a.yaml").errors:
        assert formatted(text, "a.yaml").text == text


@pytest.mark.parametrize("what", [name for name, text in EXAMPLES.items() if text])
def test_examples_of_the_reference(what: str) -> None:
    text = EXAMPLES[what]
    if what.startswith("step "):
        text = "version: 1\nkind: fragment\nid: example\nname: Example\nsteps:\n" + "".join(
            f"  {line}\n" for line in text.splitlines()
        )
    stays_the_same(text)


COMMENTS = st.sampled_from(["# why", "#", "# 100% : - {a} [b] 'c' \"d\"", "#! not a tag", "# ünïcödé 🏂"])


@st.composite
def written(draw: st.DrawFn, kind: str) -> str:
    """A check as some other tool or a hurried person writes it, with comments wherever there is room."""
    data = canonical(draw(strategies.checks(kind)))
    if draw(st.booleans()):
        data = dict(draw(st.permutations(list(data.items()))))
    text = yaml.dump(
        data,
        Dumper=yaml.SafeDumper,
        sort_keys=False,
        default_flow_style=draw(st.sampled_from([None, False, True])),
        default_style=draw(st.sampled_from([None, None, '"', "'"])),
        indent=draw(st.integers(2, 6)),
        width=draw(st.sampled_from([40, 10_000])),
        allow_unicode=True,
    )
    if "!!" in text:  # every scalar quoted: numbers get tags, which checks do not use
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    for _ in range(draw(st.integers(0, 5))):
        text = _with_comment(draw, text)
    return text


def _with_comment(draw: st.DrawFn, text: str) -> str:
    lines = text.split("\n")
    place, remark = draw(st.integers(0, len(lines) - 1)), draw(COMMENTS)
    if draw(st.booleans()):
        lines[place] += " " * draw(st.integers(1, 5)) + remark
    else:
        lines[place:place] = [*[""] * draw(st.integers(0, 2)), " " * draw(st.integers(0, 6)) + remark]
    made = "\n".join(lines)
    # Inside a text it would be part of it, and no comment.
    same = [d.data for d in load(made, "a.yaml")[0]] == [d.data for d in load(text, "a.yaml")[0]]
    return made if same and not load(made, "a.yaml")[1] else text


@pytest.mark.parametrize("kind", registry.names("check"))
def test_whatever_somebody_wrote(kind: str) -> None:
    @MODEST
    @given(written(kind))
    def holds(text: str) -> None:
        assume(sound(text))
        stays_the_same(text)

    holds()


PIECES = st.lists(
    st.sampled_from(
        ["a: 1", "- b", "  ", "\n", "# c", "|", ">-", '"q"', "'s'", "{x: y}", "[1, 2]", "k:", "  text", " ", "---\n", "\n  - ",
         "\n    z: ", "${v}", "yes", "01234", "1.50", "|+\n   t\n\n", "{", "}", ",", "é"]
    ),
    max_size=25,
)  # fmt: skip


def backwards(_node: yaml.MappingNode) -> list[str]:
    return ["z", "k", "a"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(PIECES)
def test_the_layout_of_any_yaml_means_the_same(pieces: list[str]) -> None:
    text = "".join(pieces) + "\n"
    documents, told = load(text, "a.yaml")
    assume(documents and not told)
    once = laid_out(text, backwards)  # raises when the meaning or a comment would change
    assert laid_out(once, backwards) == once
