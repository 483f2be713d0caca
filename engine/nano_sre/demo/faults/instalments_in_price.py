"""A pay-later app writes its monthly rate into the place of the price, before the price itself."""

from __future__ import annotations

CAUSE = "price-ambiguous"
_WORDS = {"en": ("As low as ", "/month or "), "de": ("Ab ", " im Monat oder ")}
_RATE = """<script>(function () {{
  function rate() {{
    var places = "#price-main span.price-item, [data-preis] strong, [data-preis] ins";
    document.querySelectorAll(places).forEach(function (price) {{
      if (price.dataset.rate) return;
      price.dataset.rate = "yes";
      var full = price.textContent.trim();
      var monthly = (Number(full.replace(/\\D/g, "")) / 1200).toFixed(2);
      if (document.documentElement.lang === "de") monthly = monthly.replace(".", ",");
      price.textContent = "{from_}" + full.replace(/\\d[\\d.,]*/, monthly) + "{or_}" + full;
    }});
  }}
  new MutationObserver(rate).observe(document.body, {{childList: true, subtree: true}});
  rate();
}})();</script>"""


def markup(page: str, locale: str) -> str:
    from_, or_ = _WORDS[locale]
    return _RATE.format(from_=from_, or_=or_) if page == "product" else ""
