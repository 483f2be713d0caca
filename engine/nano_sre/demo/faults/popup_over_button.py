"""A newsletter popup slides over the product page and covers the add-to-cart button."""

from __future__ import annotations

CAUSE = "overlay-covers"

_WORDS = {
    "en": (
        "Join our list",
        "10% off your first order, and news before anyone else.",
        "Email",
        "Sign up",
        "Close",
    ),
    "de": ("Bleib auf dem Laufenden", "10 % auf die erste Bestellung.", "E-Mail", "Anmelden", "Schließen"),
}
_POPUP = """<div id="newsletter-popup" role="dialog" aria-modal="true" aria-label="{title}" hidden
 style="position:fixed;inset:0;z-index:9000;background:rgba(12,18,24,.62);
display:grid;place-items:center;padding:20px">
<div style="background:#fff;color:#14201c;max-width:440px;width:100%;padding:44px 36px;border-radius:14px;
position:relative;text-align:center"><button type="button" aria-label="{close}" style="position:absolute;
top:12px;right:12px;width:40px;height:40px;border:0;background:none;font-size:26px;cursor:pointer;color:inherit">&times;</button>
<h2 style="margin:0 0 10px;font-size:28px">{title}</h2><p style="margin:0 0 22px">{text}</p>
<input type="email" placeholder="{email}" aria-label="{email}" style="width:100%;padding:14px;border:1px solid #bbb;
border-radius:8px;margin-bottom:12px;box-sizing:border-box;font-size:16px"><button type="button" style="width:100%;
padding:14px;border:0;border-radius:8px;background:#14201c;color:#fff;font-size:16px">{join}</button></div></div>
<script>(function () {{
  var popup = document.getElementById("newsletter-popup");
  popup.style.display = "none";
  popup.querySelector("button").addEventListener("click", function () {{ popup.remove(); }});
  setTimeout(function () {{ popup.hidden = false; popup.style.display = "grid"; }}, 50);
}})();</script>"""


def markup(page: str, locale: str) -> str:
    if page != "product":
        return ""
    title, text, email, join, close = _WORDS.get(locale, _WORDS["en"])
    return _POPUP.format(title=title, text=text, email=email, join=join, close=close)
