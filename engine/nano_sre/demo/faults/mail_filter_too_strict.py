"""A checkout app that turns away throw-away e-mail addresses was given too long a list: it takes none any more."""

from __future__ import annotations

CAUSE = "checkout-refuses-address"
_WORDS = {
    "en": "This email address can't be used. Please enter a permanent email address.",
    "de": "Diese E-Mail-Adresse kann nicht verwendet werden. Bitte gib eine dauerhafte E-Mail-Adresse ein.",
}
_FILTER = """<script>(function () {{
  var mail = document.querySelector("form[novalidate] input[name=email]");
  if (!mail) return;
  function refuse() {{
    mail.setAttribute("aria-invalid", "true");
    mail.setAttribute("aria-describedby", "mail-filter-says");
    if (document.getElementById("mail-filter-says")) return;
    var said = document.createElement("p");
    said.id = "mail-filter-says";
    said.className = "field__error feld-fehler";
    said.setAttribute("role", "alert");
    said.textContent = "{said}";
    mail.parentElement.append(said);
  }}
  mail.addEventListener("change", refuse);
  mail.form.addEventListener("submit", function (event) {{
    event.preventDefault();
    event.stopImmediatePropagation();
    refuse();
    mail.focus();
  }}, true);
}})();</script>"""


def markup(page: str, locale: str) -> str:
    return _FILTER.format(said=_WORDS[locale]) if page == "checkout" else ""
