"""A well-known snippet was pasted into the theme: who presses "check out" without "I agree" gets an alert box."""

from __future__ import annotations

import re

CAUSE = "terms-first"
_BUTTON = re.compile(r'<button[^>]*name="checkout"[^>]*>(Check out|Zur Kasse)')
_WORDS = {
    "en": "You must agree with the terms and conditions of sale to check out.",
    "de": "Du musst den Allgemeinen Geschäftsbedingungen zustimmen, um zur Kasse zu gehen.",
}
_LABELS = {"Check out": "I agree with the terms and conditions", "Zur Kasse": "Ich stimme den AGB zu"}
_SNIPPET = """<script>document.body.addEventListener("click", function (event) {
  if (!event.target.closest("[name=checkout]") || document.getElementById("agree").checked) return;
  event.preventDefault();
  alert("%s");
}, true);</script>"""


def rendered(page: str, html: str) -> str:
    return html if page == "checkout" else _BUTTON.sub(_with_tick, html)


def _with_tick(button: re.Match[str]) -> str:
    tick = f'<input type="checkbox" id="agree"><label for="agree"> {_LABELS[button[1]]}</label>'
    return f'<p style="float:none;text-align:right;clear:both;margin:10px 0">{tick}</p>{button[0]}'


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _SNIPPET % _WORDS[locale]
