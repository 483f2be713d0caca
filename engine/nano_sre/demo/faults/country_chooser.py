"""A markets app takes shoppers for travellers, and asks everybody which country's shop they want before they go on."""

from __future__ import annotations

CAUSE = "country-question"
_WORDS = {
    "en": ("Choose your country", "It looks like you are in Canada.", "Shop in CAD $", "Stay in United States"),
    "de": ("Wähle dein Land", "Du bist anscheinend in Österreich.", "Nach Österreich", "In Deutschland bleiben"),
}  # fmt: skip
_ASK = """<div id="country-chooser" role="dialog" aria-modal="true" aria-labelledby="country-chooser-title" hidden
 style="position:fixed;inset:0;z-index:9998;background:rgba(0,0,0,.55)"><div style="background:#fff;color:#111;
max-width:400px;margin:18vh auto;padding:32px"><h2 id="country-chooser-title">{title}</h2><p>{guess}</p>
<button type="button">{go}</button> <button type="button">{stay}</button></div></div><script>(function () {{
  var chooser = document.getElementById("country-chooser");
  chooser.hidden = /(^|; )chosen_country=/.test(document.cookie);
  chooser.addEventListener("click", function (event) {{
    if (!event.target.closest("button")) return;
    document.cookie = "chosen_country=1; path=/";
    chooser.hidden = true;
  }});
}})();</script>"""


def markup(page: str, locale: str) -> str:
    title, guess, go, stay = _WORDS[locale]
    if page in ("checkout", "thank-you", "password"):
        return ""
    return _ASK.format(title=title, guess=guess, go=go, stay=stay)
