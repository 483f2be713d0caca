from __future__ import annotations

from typing import ClassVar

from nano_sre.core.own_rules import OwnRules
from nano_sre.core.registry import register


@register("check", "rules")
class RulesDocument(OwnRules):
    """Rules of diagnosis of your own: causes that only this shop has, and what you know better about ours.

    A cause that is built in keeps its clues, and those that are written here are added; a title, a remedy or a rarity
    that is written here takes the place of ours. A new cause says title, shoppers, remedy and what speaks for it.
    docs/causes.md lists the causes there are, and `nano-sre incidents diagnose 12 checks/` tries the rules of a folder
    on an incident that was recorded.
    """

    example: ClassVar[str] = """\
version: 1
kind: rules
id: our-causes
rules:
  - cause: erp-down
    title: The ERP is down
    shoppers: Shoppers see stock and prices of yesterday, or none.
    remedy: Call the ERP hotline; the number is in the handbook.
    links: https://status.erp.example.com
    for:
      - {weight: 5, says: ERP is being maintained}
      - {weight: 3, request: "50[234] .*erp\\\\.example\\\\.com"}
  - cause: checkout-server-error
    remedy: Ask the payment team first; they deploy on Tuesdays.
"""
