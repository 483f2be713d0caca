"""What every kind of document owes the people who read about it."""

from __future__ import annotations

import pytest

from nano_sre.core import registry
from nano_sre.core.check import AROUND, Check
from nano_sre.spec.reference import checks_page
from nano_sre.spec.schemagen import check_schema, record_shape
from support.projects import STORE, linked

KINDS = registry.names("check")
PAGE = checks_page()
SKILL = "skills.checkout_validator"


@pytest.mark.parametrize("name", KINDS)
def test_it_registers_as_its_file_and_nothing_else(name: str) -> None:
    kind = registry.kind("check", name)
    assert kind.name == kind.cls.kind_name == name
    assert kind.cls.__module__.rpartition(".")[2] == name
    in_file = [k.name for k in registry._registered.values() if k.cls.__module__ == kind.cls.__module__]
    assert in_file == [name]


@pytest.mark.parametrize("name", KINDS)
def test_it_is_described(name: str) -> None:
    cls = registry.kind("check", name).cls
    assert len(cls.__doc__.split()) > 3
    for key in record_shape(cls).properties().values():
        assert key.doc.endswith((".", "…")), f"{name}.{key.name} needs a Doc that ends as a sentence"


@pytest.mark.parametrize("name", KINDS)
def test_its_example_is_a_good_file(name: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "skills").mkdir()
    (tmp_path / "skills" / "checkout_validator.py").write_text("class CheckoutValidator: ...\n")
    texts = [registry.kind("check", name).cls.example]
    if name != "store":
        texts.append(STORE)
    told = linked(*texts).diagnostics
    assert [d for d in told if d.severity == "error"] == []


@pytest.mark.parametrize("name", KINDS)
def test_it_is_in_the_schema_and_in_the_reference(name: str) -> None:
    assert name in check_schema()["properties"]["kind"]["enum"]
    assert f"### `kind: {name}`" in PAGE


def test_what_runs_has_the_common_keys() -> None:
    runs = [n for n in KINDS if n not in AROUND]
    assert all(issubclass(registry.kind("check", n).cls, Check) for n in runs)
