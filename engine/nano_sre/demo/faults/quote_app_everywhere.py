"""A quote app that was meant for custom-made boards was switched on for every product: no price, no button to buy."""

from __future__ import annotations

CAUSE = "price-on-request"
_WORDS = {"en": ("Price on request", "Request a quote"), "de": ("Preis auf Anfrage", "Angebot anfordern")}
_QUOTE = """<script>(function () {{
  function ask() {{
    document.querySelectorAll("#price-main, [data-preis]").forEach(function (price) {{
      if (price.textContent !== "{price}") price.textContent = "{price}";
    }});
    document.querySelectorAll('form[action="/cart/add"] [type=submit]').forEach(function (button) {{
      var quote = document.createElement("a");
      quote.className = button.className;
      quote.href = "/pages/quote?product=" + encodeURIComponent(location.pathname);
      quote.textContent = "{quote}";
      button.replaceWith(quote);
    }});
  }}
  new MutationObserver(ask).observe(document.body, {{childList: true, subtree: true}});
  ask();
}})();</script>"""


def markup(page: str, locale: str) -> str:
    price, quote = _WORDS[locale]
    return _QUOTE.format(price=price, quote=quote) if page == "product" else ""
