"""A delivery-date app keeps the button disabled until a day is chosen, and its calendar stays empty."""

from __future__ import annotations

CAUSE = "buy-button-stuck"
_DATE = """<div id="delivery-date" role="group" aria-label="{ask}"></div><script>(function () {{
  function hold() {{
    document.querySelectorAll('form[action="/cart/add"] [type=submit]').forEach(function (button) {{
      if (!button.disabled) button.disabled = !document.querySelector("#delivery-date [aria-pressed=true]");
    }});
  }}
  new MutationObserver(hold).observe(document.body, {{childList: true, subtree: true, attributeFilter: ["disabled"]}});
  hold();
}})();</script>"""


def markup(page: str, locale: str) -> str:
    ask = "Wann sollen wir liefern?" if locale == "de" else "When shall we deliver?"
    return _DATE.format(ask=ask) if page == "product" else ""
