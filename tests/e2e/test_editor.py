"""What somebody sees who writes a check in an editor, after `nano-sre init`."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core import registry
from nano_sre.spec.canonical import canonical
from nano_sre.spec.project import load_text
from support.cli import Desk
from support.language_server import Editor, editing, installed

HEAD = "version: 1\nkind: journey\nid: buy\nname: Buy\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    try:
        installed()
    except RuntimeError as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("shop")
    assert Desk(folder).nano("init").code == 0
    with editing(folder) as made:
        yield made


def labels(items: list[dict[str, Any]]) -> list[str]:
    return [str(item["label"]) for item in items]


def test_kinds_are_offered(editor: Editor) -> None:
    offered = labels(editor.complete("checks/kinds.yaml", "version: 1\nkind: |\n"))
    assert sorted(set(offered)) == sorted(registry.names("check"))
    assert len(offered) == len(set(offered))


def test_an_empty_file_is_offered_whole_documents(editor: Editor) -> None:
    offered = {item["label"]: item["insertText"] for item in editor.complete("checks/empty.yaml", "|")}
    for kind in registry.names("check"):
        text = re.sub(r"\\([\\$}])", r"\1", offered[f"a new {kind}"])
        (written,), (example,) = (
            load_text(each, "a.yaml").loaded
            for each in (text, registry.kind("check", kind).cls.example)  # type: ignore[attr-defined]
        )
        assert canonical(written.check) == canonical(example.check)


def test_keys_of_the_kind_are_offered_with_what_they_mean(editor: Editor) -> None:
    items = editor.complete("checks/keys.yaml", f"{HEAD}|\n")
    assert {"severity", "devices", "steps", "every"} <= set(labels(items))
    assert "requests" not in labels(items)  # that is a word of another kind
    (severity,) = [item for item in items if item["label"] == "severity"]
    assert "How bad a failure is" in str(severity["documentation"])


def test_every_step_is_offered_once(editor: Editor) -> None:
    items = editor.complete("checks/steps.yaml", f"{HEAD}steps:\n  - |\n")
    offered = [item for item in labels(items) if item in registry.names("step")]
    assert sorted(offered) == sorted(registry.names("step"))


def test_keys_of_a_step_are_offered(editor: Editor) -> None:
    offered = labels(editor.complete("checks/step.yaml", f"{HEAD}steps:\n  - fill:\n      |\n"))
    assert {"field", "value", "timeout", "when"} <= set(offered)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}sever|ity: P1\nsteps: []\n", "How bad a failure is"),
        (f"{HEAD}steps:\n  - open_pro|duct: board\n", "product"),
        (f"{HEAD}steps:\n  - press: {{button: Buy, time|out: 5s}}\n", "How long the step may take"),
        ("version: 1\nki|nd: journey\n", "What this document is"),
    ],
)
def test_hover_says_what_a_word_means(editor: Editor, text: str, said: str) -> None:
    assert said in editor.hover(f"checks/hover-{zlib.crc32(text.encode())}.yaml", text)


def test_a_misspelt_key_is_underlined_where_it_stands(editor: Editor) -> None:
    text = f"{HEAD}steps:\n  - press: {{button: Buy, timeot: 5s}}\n"
    ((line, column, message),) = editor.mistakes("checks/misspelt.yaml", text)
    assert (line, column) == (5, 25)
    assert "timeot" in message


@pytest.mark.parametrize(
    "steps",
    [
        "  - open_cart\n  - see: Cart\n",
        "  - use: look-at-a-product\n  - see: Cart\n",
        "  - use: {fragment: look-at-a-product, with: {handle: 01234}}\n  - see: No\n",
        "  - choose_variant: {options: {Size: 1.50}}\n  - see: {matches: '^[0-9]+$'}\n",
        "  - see: [Cart, Checkout]\n  - press: {button: Buy, x-note: mine}\n",
    ],
)
def test_what_the_engine_takes_is_not_underlined(editor: Editor, steps: str) -> None:
    assert (
        editor.mistakes(f"checks/fine-{zlib.crc32(steps.encode())}.yaml", f"{HEAD}x-mine: 1\nsteps:\n{steps}")
        == []
    )


def test_the_starter_checks_are_not_underlined(editor: Editor) -> None:
    root = Path(__file__).resolve().parents[2] / "checks"
    for file in sorted(root.glob("*.yaml")):
        assert editor.mistakes(f"checks/of-{file.name}", file.read_text()) == []


@pytest.mark.parametrize(
    ("file", "text", "offered"),
    [
        ("a/alerters.yaml", "version: 1\nalerters:\n  - name: team\n    |\n", registry.names("alerter")),
        ("a/triggers.yaml", "version: 1\ntriggers:\n  - name: often\n    |\n", registry.names("trigger")),
        ("b/alerters.yaml", "version: 1\n|\n", ("alerters", "routes", "hours", "maintenance")),
        ("b/triggers.yaml", "|", ("a new triggers.yaml",)),
    ],
)
def test_the_files_that_are_known_by_name(
    editor: Editor, file: str, text: str, offered: tuple[str, ...]
) -> None:
    assert set(offered) <= set(labels(editor.complete(file, text)))


@pytest.mark.parametrize("name", ["alerters.yaml", "triggers.yaml"])
def test_their_starters_are_not_underlined_and_a_slip_is(editor: Editor, name: str) -> None:
    text = (Path(__file__).resolve().parents[2] / name).read_text(encoding="utf-8")
    assert editor.mistakes(f"c/{name}", text) == []
    slip = re.sub(r"(?m)^  - \{name: (console|heartbeat)", r"  - {nam: \1", text)
    assert any("nam" in message for _, _, message in editor.mistakes(f"d/{name}", slip))
