"""A split test has ended; its snippet still hides the product page and waits for it until its time is up."""

from __future__ import annotations

CAUSE = "page-draws-late"

_SNIPPET = """<style>.async-hide{opacity:0!important}</style><script>(function (page, milliseconds) {
  page.classList.add("async-hide");
  function show() { page.classList.remove("async-hide"); }
  window.addEventListener("experiment:applied", show);
  setTimeout(show, milliseconds);
})(document.documentElement, 7500);</script></head>"""


def rendered(page: str, html: str) -> str:
    return html.replace("</head>", _SNIPPET, 1) if page == "product" else html
