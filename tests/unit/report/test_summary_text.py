from __future__ import annotations

import re
from dataclasses import replace
from textwrap import dedent

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nano_sre.core.result import RunReport, TargetResult
from nano_sre.core.visible import columns
from nano_sre.report.text import finished_line, summary_lines
from support.hostile import reports
from support.sample_report import failing, flaky, inconclusive, price_differs, sample_report, target

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def summary(*results: TargetResult, width: int = 100) -> str:
    report = replace(sample_report(), results=results, visits=2)
    return "\n".join(summary_lines(report, color=False, width=width))


def test_the_worst_is_at_the_bottom() -> None:
    expected = dedent("""\
        ✓ PASS  Search  1.8 s · P2 · hydrogen/search@desktop/us
        ! WARN  Buy a snowboard  11.4 s · P1 · flaky · hydrogen/buy-a-snowboard@iphone/us
            Passed, but only on the second attempt
            checks/checkout.yaml:11:5 · step 4 of 7: Add to cart
            shoppers cannot add to the cart
            expected  1 Complete Snowboard, 154cm in the cart
            actual    an empty cart, 5 s after pressing “Add to cart”
            help      The button has no effect: look for a script error in the theme's product form, and at
                      the app that was updated last.
        ? INCONCLUSIVE  Checkout in Germany  1.8 s · P2 · hydrogen/checkout-in-germany@desktop/us
            the browser could not reach the network (DNS does not answer)
            checks/checkout.yaml:3:5
        ✗ FAIL  Price holds to the cart  7.7 s · P2 · hydrogen/price-holds-to-the-cart@desktop/us
            the cart shows another price than the product page
            checks/checkout.yaml:13:5 · step 6 of 7: The subtotal is the price
            expected  749.95 USD
            actual    699.95 USD
            differs   - 749.95
                      + 699.95
                        USD

        1 failed, 1 inconclusive, 1 with a warning, 1 passed (1 flaky) in 41.3 s · 2 visits""")
    assert summary(price_differs(), target("Search", "PASS", "fine"), flaky(), inconclusive()) == expected


def test_equal_failures_are_told_once() -> None:
    targets = ["demo/a@desktop/us", "demo/a@iphone/us", "demo/a@desktop/de"]
    said = summary(*(replace(failing(), target=each) for each in targets))
    assert said.count("shoppers cannot add to the cart") == 1
    assert f"    on 3 targets: {', '.join(targets[:3])}\n" in said
    assert "✗ FAIL  Buy a snowboard  P1 · 3 targets\n" in said


def test_a_target_is_never_cut() -> None:
    name = "the-longest-shop/the-longest-check-of-all@desktop/us"
    said = summary(replace(failing(), target=name), width=60)
    assert f"    13.9 s · P1 ·\n    {name}\n" in said
    narrow = summary(replace(failing(), target=name), width=30)
    assert name in narrow.replace("\n    ", "")


def test_where_an_expected_value_came_from_and_what_the_console_says() -> None:
    evidence = ("waited 5.0 s", "$9.00 (saved as price at a.yaml:14:5)", "console: uncaught: boom")
    (finding,) = failing().findings
    said = summary(replace(failing(), findings=(replace(finding, evidence=evidence),)))
    assert "    where     $9.00 (saved as price at a.yaml:14:5)\n" in said
    assert "    console   uncaught: boom\n" in said
    assert "waited" not in said


def test_many_passes_are_counted() -> None:
    lines = summary(*[target(f"Check {n}", "PASS", "fine") for n in range(60)], failing()).splitlines()
    assert lines[0] == "✓ PASS  60 checks"
    assert lines[1].startswith("✗ FAIL  Buy a snowboard")
    assert lines[-1] == "1 failed, 60 passed in 41.3 s · 2 visits"


def test_nothing_ran() -> None:
    assert summary() == "0 passed in 41.3 s · 2 visits"


def test_an_exception_of_a_skill_is_shown() -> None:
    result = target("Skill", "FAIL", "the skill failed")
    result.result.error = "Traceback:\n  KeyError: 'x'\x1b[2J"
    assert "    error     Traceback:\n                KeyError: 'x'\n" in summary(result)


def test_a_long_value_is_cut() -> None:
    result = target("Long", "FAIL", "long")
    result.result.error = "\n".join(f"line {n}" for n in range(50))
    assert "… (45 more lines)" in summary(result)


def test_colour_changes_nothing_but_colour() -> None:
    plain = summary_lines(sample_report(), color=False, width=80)
    coloured = summary_lines(sample_report(), color=True, width=80)
    assert [ANSI.sub("", line) for line in coloured] == plain
    assert any("\x1b[1;31m✗ FAIL\x1b[0m" in line for line in coloured)


def test_a_finished_check_is_one_line() -> None:
    assert finished_line(failing(), color=False, width=None) == (
        "✗ FAIL  Buy a snowboard: shoppers cannot add to the cart (checks/checkout.yaml:11:5)"
        "  13.9 s · P1 · hydrogen/buy-a-snowboard@desktop/us"
    )
    assert columns(finished_line(failing(), color=False, width=40)) <= 40


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports(), st.integers(0, 120))
def test_no_text_drives_the_terminal_or_the_width(report: RunReport, width: int) -> None:
    lines = summary_lines(report, color=False, width=width)
    lines += [finished_line(r, color=False, width=width) for r in report.results]
    for line in lines:
        assert columns(line) <= max(width, 24)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", line)
