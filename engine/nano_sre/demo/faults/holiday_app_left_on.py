"""A vacation app is still on after the holidays: it says that the shop is closed, and takes the buttons away."""

from __future__ import annotations

CAUSE = "store-closed"
_WORDS = {
    "en": ("We're closed for the holidays. Orders are paused until January 6.", "Closed for the holidays"),
    "de": ("Wir machen Betriebsferien. Bestellungen sind bis 6. Januar nicht möglich.", "Betriebsferien"),
}
_CLOSED = """<script>(function () {{
  var banner = document.createElement("div");
  banner.id = "vacation-mode";
  banner.setAttribute("role", "region");
  banner.style.cssText = "background:#8a1c1c;color:#fff;padding:14px;text-align:center";
  banner.textContent = "{text}";
  document.body.prepend(banner);
  function close() {{
    document.querySelectorAll('form[action="/cart/add"] [type=submit], [name=checkout]').forEach(function (button) {{
      if (button.dataset.vacation) return;
      button.dataset.vacation = "on";
      button.disabled = true;
      if (button.matches("input")) button.value = "{button}";
      else button.textContent = "{button}";
    }});
  }}
  new MutationObserver(close).observe(document.body, {{childList: true, subtree: true}});
  close();
}})();</script>"""


def markup(page: str, locale: str) -> str:
    text, button = _WORDS[locale]
    return "" if page in ("checkout", "thank-you", "password") else _CLOSED.format(text=text, button=button)
