"""Where secrets come from: a variable, a file, a command; and what is said when they cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nano_sre.config.secrets import Secrets, SecretTrouble, source_of

PYTHON = f'"{sys.executable}"'


def prints(code: str) -> str:
    """A command line that runs a line of Python."""
    return f"{PYTHON} -c '{code}'"


def test_the_first_of_the_three_counts(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from a file\n")
    given = {"T": "plain", "T_FILE": str(file), "T_COMMAND": prints('print("printed")')}
    assert Secrets(given).value("T") == "plain"
    assert Secrets({k: v for k, v in given.items() if k != "T"}).value("T") == "from a file"
    assert Secrets({"T_COMMAND": given["T_COMMAND"]}).value("T") == "printed"
    assert [source_of("T", {name: "x"}) for name in ("T", "T_FILE", "T_COMMAND", "OTHER")] == [
        "T",
        "T_FILE",
        "T_COMMAND",
        None,
    ]


@pytest.mark.parametrize(
    ("raw", "value"), [(b"a b\r\n", "a b"), (b"  a\n\n", "  a"), ("ü\nx".encode(), "ü\nx")]
)
def test_only_line_ends_behind_the_value_are_taken_off(tmp_path: Path, raw: bytes, value: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(raw)
    assert Secrets({"T_FILE": str(file)}).value("T") == value


def test_a_command_is_asked_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    secrets = Secrets({"T_COMMAND": prints(f'open("{log}", "a").write("x"); print("v")')})
    assert secrets.are_slow(["T", "T", "U"]) == ("T",)
    assert {secrets.value("T") for _ in range(3)} == {"v"}
    assert secrets.are_slow(["T"]) == ()
    assert log.read_text() == "x"


def test_no_shell_reads_a_command() -> None:
    secrets = Secrets({"T_COMMAND": prints("import sys; print(sys.argv[1:])") + " $HOME ; rm -rf x"})
    assert secrets.value("T") == "['$HOME', ';', 'rm', '-rf', 'x']"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Set T, T_FILE or T_COMMAND"),
        ({"T_FILE": "/nowhere/at/all"}, "cannot be read: No such file"),
        ({"T_COMMAND": "/nowhere/at/all"}, "cannot be run: No such file"),
        ({"T_COMMAND": "'"}, "cannot be run: No closing quotation"),
        ({"T_COMMAND": prints("raise SystemExit(3)")}, "ended with exit code 3"),
        ({"T_COMMAND": prints("print()")}, "gives nothing"),
        ({"T_COMMAND": prints('import sys; sys.stdout.buffer.write(b"\\xff")')}, "no text in UTF-8"),
    ],
)
def test_what_cannot_be_had_is_said(given: dict[str, str], said: str) -> None:
    with pytest.raises(SecretTrouble, match=said):
        Secrets(given).value("T")


def test_what_a_failing_command_says_is_never_repeated() -> None:
    """It may hold the very thing it was asked for."""
    secrets = Secrets({"T_COMMAND": prints('import sys; print("s3cret"); sys.exit("s3cret")')})
    with pytest.raises(SecretTrouble) as caught:
        secrets.value("T")
    assert "s3cret" not in str(caught.value)


def test_trouble_is_seen_without_reading_anything(tmp_path: Path) -> None:
    there = tmp_path / "token"
    there.write_text("x")
    secrets = Secrets(
        {"A_FILE": str(there), "B_FILE": "/nowhere", "C_COMMAND": "'", "D_COMMAND": " ", "E": "x"}
    )
    assert [secrets.trouble(name) for name in "AEF"] == [None, None, None]
    assert secrets.trouble("B") == "B_FILE names /nowhere, and there is no such file"
    assert secrets.trouble("C") == "C_COMMAND is not a command: no closing quotation"
    assert secrets.trouble("D") == "D_COMMAND is empty"
