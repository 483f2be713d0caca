"""A delivery-date app for the shop's own van asks in every cart for a day, and lets nobody check out without one."""

from __future__ import annotations

import re

CAUSE = "choice-demanded"
_BUTTON = re.compile(r'<button[^>]*name="checkout"[^>]*>(Check out|Zur Kasse)')
_WORDS = {
    "Check out": ("Delivery date", "Please select a delivery date."),
    "Zur Kasse": ("Liefertermin", "Bitte wähle einen Liefertermin."),
}
_ASK = """<div class="delivery-date"><label>{0} <input type="text" name="attributes[{0}]" placeholder="{0}"
autocomplete="off"{2}></label><p role="alert" data-say="{1}"></p></div>"""
_CHECK = """<script>document.addEventListener("click", function (event) {
  var button = event.target.closest("[name=checkout]");
  if (!button) return;
  var asked = button.parentNode.querySelector(".delivery-date"), said = asked.querySelector("[role=alert]");
  if (asked.querySelector("input").value) return;
  event.preventDefault();
  said.textContent = said.dataset.say;
}, true);</script>"""


def rendered(page: str, html: str) -> str:
    return html if page == "checkout" else _BUTTON.sub(_with_day, html)


def _with_day(button: re.Match[str]) -> str:
    form = re.search(r' form="[^"]*"', button[0])
    return _ASK.format(*_WORDS[button[1]], form[0] if form else "") + button[0]


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _CHECK
