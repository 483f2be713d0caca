"""A geolocation app asks every visitor where to ship to, in a window that has no other way out."""

from __future__ import annotations

CAUSE = "country-question"
_WORDS = {
    "en": (
        "Where should we ship to?",
        "Choose your country and language to see the right prices.",
        "Continue",
    ),
    "de": (
        "Wohin dürfen wir liefern?",
        "Wähle Land und Sprache, um die richtigen Preise zu sehen.",
        "Weiter",
    ),
}
_ASK = """<div id="market-picker" role="dialog" aria-modal="true" aria-label="{title}" hidden style="position:fixed;
inset:0;z-index:9999;background:rgba(0,0,0,.75)"><form style="background:#fff;color:#111;margin:15vh auto;
max-width:420px;padding:32px"><h2>{title}</h2><p>{text}</p>
<select aria-label="{title}" required><option value=""></option>
<option>Canada</option><option>Deutschland</option><option>United Kingdom</option><option>United States</option>
</select> <button>{go}</button></form></div><script>(function () {{
  var ask = document.getElementById("market-picker");
  ask.hidden = /(^|; )market_chosen=/.test(document.cookie);
  ask.querySelector("form").onsubmit = function (event) {{
    event.preventDefault();
    document.cookie = "market_chosen=1; path=/";
    ask.hidden = true;
  }};
}})();</script>"""


def markup(page: str, locale: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return ""
    title, text, go = _WORDS[locale]
    return _ASK.format(title=title, text=text, go=go)
