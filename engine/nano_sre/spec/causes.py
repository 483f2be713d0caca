"""The reference of causes: what a diagnosis can name, in the merchant's words."""

from __future__ import annotations

from collections.abc import Iterator

from nano_sre.core.rules import Rule
from nano_sre.spec.rules import built_in_rules

INTRO = """<!-- written by nano-sre schema --write --docs -->
# Causes

What a diagnosis by rules can name. The rules are in `engine/nano_sre/kinds/rules/`; [extending.md](extending.md) says
how to add one.
"""


def causes_page() -> str:
    """docs/causes.md: every cause by its name, what it means for shoppers, and what to try first."""
    rules = sorted(built_in_rules(), key=lambda rule: rule.cause)
    return "\n".join([INTRO, *(line for rule in rules for line in _lines(rule))])


def _lines(rule: Rule) -> Iterator[str]:
    yield f"## {rule.cause}"
    yield f"**{rule.title}.** {rule.shoppers}\n"
    more = "".join(f" See <{link}>." for link in rule.links)
    yield f"Try first: {rule.remedy}{more}\n"
