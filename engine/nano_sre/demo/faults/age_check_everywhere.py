"""An app that asks for the age of who buys spirits was switched on for the whole shop."""

from __future__ import annotations

CAUSE = "age-gate"
_WORDS = {
    "en": ("Age verification", "Are you 18 or older?", "Yes, I am", "No"),
    "de": ("Altersprüfung", "Bist du mindestens 18 Jahre alt?", "Ja", "Nein"),
}
_ASK = """<div id="age-check" role="dialog" aria-modal="true" aria-label="{title}" hidden style="position:fixed;inset:0;
z-index:9999;background:#111;color:#fff"><h2>{title}</h2><p>{ask}</p><button type="button">{yes}</button>
<button type="button" onclick="history.back()">{no}</button></div><script>(function () {{
  var gate = document.getElementById("age-check");
  gate.hidden = /(^|; )age_checked=/.test(document.cookie);
  gate.querySelector("button").onclick = function () {{
    document.cookie = "age_checked=1; path=/";
    gate.hidden = true;
  }};
}})();</script>"""


def markup(page: str, locale: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return ""
    title, ask, yes, no = _WORDS[locale]
    return _ASK.format(title=title, ask=ask, yes=yes, no=no)
