from __future__ import annotations

import subprocess
import sys

import pytest

from nano_sre.core import registry
from nano_sre.core.registry import UnknownKind, kind, names, register


def run(code: str) -> str:
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return made.stdout.strip()


def test_names_import_no_kind() -> None:
    code = (
        "import sys\nfrom nano_sre.core.registry import names\nassert 'see' in names('step')\n"
        "assert 'journey' in names('check')\nprint([m for m in sys.modules if m.startswith('nano_sre.kinds')])"
    )
    assert run(code) == "[]"


def test_a_kind_imports_its_own_file_and_no_other_step() -> None:
    code = (
        "import sys\nfrom nano_sre.core.registry import kind\nkind('step', 'back')\n"
        "print([m for m in sys.modules if m.startswith('nano_sre.kinds.steps.')])"
    )
    assert run(code) == "['nano_sre.kinds.steps.back']"


def test_names_are_sorted_and_private_files_are_none() -> None:
    assert list(names("step")) == sorted(names("step"))
    assert not any(name.startswith("_") for family in registry.FOLDERS for name in names(family))


def test_unknown_words() -> None:
    with pytest.raises(UnknownKind):
        kind("step", "wiggle")
    with pytest.raises(ValueError, match="no family"):
        register("dance", "waltz")


def test_registered_classes_are_frozen_and_know_their_name() -> None:
    made = kind("step", "see")
    assert (made.name, made.family, made.short) == ("see", "step", "all_")
    with pytest.raises(AttributeError):
        made.cls(all_=("x",)).all_ = ()
