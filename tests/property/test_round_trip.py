"""A check, written out and read again, is the same check: for checks of every kind, drawn from their annotations."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nano_sre.core import registry, template
from nano_sre.core.fields import Duration, Percent
from nano_sre.core.template import Template
from nano_sre.spec.bind import Binder
from nano_sre.spec.canonical import canonical, content_hash, from_stored
from nano_sre.spec.load import load
from nano_sre.spec.schemagen import FILES
from nano_sre.spec.validate import validate
from nano_sre.store.plain import dumps, loads
from support import strategies

QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def read_back(document: Any) -> Any:
    broken, told = validate(document)
    assert told == []
    binder = Binder(document, broken)
    check = binder.check()
    assert binder.told == []
    return check


@pytest.mark.parametrize("kind", [*registry.names("check"), *FILES])
def test_stored_and_read_again(kind: str) -> None:
    @QUICK
    @given(strategies.checks(kind))
    def holds(check: Any) -> None:
        written = canonical(check)
        again = read_back(from_stored(json.loads(json.dumps(written)), {}, file="stored", source=""))
        assert again == check
        assert canonical(again) == written
        assert content_hash(canonical(again)) == content_hash(written)

    holds()


@pytest.mark.parametrize("kind", [*registry.names("check"), *FILES])
def test_what_is_stored_has_the_hash_of_what_was_written(kind: str) -> None:
    """Otherwise a plan would take the database for edited."""

    @QUICK
    @given(strategies.checks(kind))
    def holds(check: Any) -> None:
        written = canonical(check)
        assert content_hash(loads(dumps(written))) == content_hash(written)

    holds()


@pytest.mark.parametrize("kind", ["journey"])
@pytest.mark.parametrize("flow", [True, False])
def test_written_as_yaml_by_somebody_else_and_read_again(kind: str, flow: bool) -> None:
    @QUICK
    @given(strategies.checks(kind))
    def holds(check: Any) -> None:
        text = yaml.safe_dump(canonical(check), sort_keys=False, default_flow_style=flow, width=10_000)
        documents, told = load(text, "dumped.yaml")
        assert told == []
        assert read_back(documents[0]) == check

    holds()


@settings(deadline=None)
@given(strategies.templates())
def test_a_template_printed_and_parsed(written: Template) -> None:
    assert template.parse(str(written)) == written


@settings(deadline=None)
@given(strategies.TEXTS)
def test_plain_text_escaped_and_parsed(text: str) -> None:
    assert template.parse(template.escape(text)) == text


@given(st.text("${}a b|.", max_size=20))
def test_whatever_parses_prints_to_what_parses_the_same(text: str) -> None:
    try:
        parsed = template.parse(text)
    except template.TemplateError:
        return
    again = str(parsed) if isinstance(parsed, Template) else template.escape(parsed)
    assert template.parse(again) == parsed


@given(st.integers(0, 10**13))
def test_a_duration_printed_and_parsed(ms: int) -> None:
    assert Duration.parse(str(Duration(ms))) == ms


@given(st.integers(0, 10**6), st.sampled_from(["ms", "s", "m", "h", "d"]))
def test_a_duration_means_what_it_says(number: int, unit: str) -> None:
    factor = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}[unit]
    assert Duration.parse(f"{number}{unit}") == number * factor


@given(st.decimals(0, 10**6, places=3))
def test_a_percentage_printed_and_parsed(number: Decimal) -> None:
    assert Percent.parse(str(Percent(number))) == number
