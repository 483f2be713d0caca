"""The buttons of the cookie app's dialog call something that the shop's pages no longer have: it stays."""

from __future__ import annotations

CAUSE = "consent-banner-blocks"

_WORDS = {
    "en": ("We value your privacy", "We use cookies to improve your shopping.", "Reject all", "Accept all"),
    "de": (
        "Ihre Privatsphäre ist uns wichtig",
        "Wir verwenden Cookies, um Ihren Einkauf zu verbessern.",
        "Alle ablehnen",
        "Alle akzeptieren",
    ),
}
_DIALOG = """<div id="gdpr-cookie-consent" role="dialog" aria-modal="true" aria-label="{title}" style="position:fixed;
inset:0;z-index:2147483001;background:rgba(0,0,0,.6)"><div style="background:#fff;color:#222;max-width:520px;
margin:22vh auto;padding:28px"><h2>{title}</h2><p>{text}</p><button type="button" data-answer="no">{reject}</button>
<button type="button" data-answer="yes">{accept}</button></div></div><script>(function () {{
  var dialog = document.getElementById("gdpr-cookie-consent");
  dialog.addEventListener("click", function (event) {{
    var answer = event.target.dataset.answer;
    if (!answer) return;
    window.Shopify.loadFeatures([{{name: "consent-tracking-api", version: "0.1"}}], function () {{
      window.Shopify.customerPrivacy.setTrackingConsent({{analytics: answer === "yes", marketing: answer === "yes"}});
      dialog.remove();
    }});
  }});
}})();</script>"""


def markup(page: str, locale: str) -> str:
    title, text, reject, accept = _WORDS[locale]
    if page in ("checkout", "thank-you", "password"):
        return ""
    return _DIALOG.format(title=title, text=text, reject=reject, accept=accept)
