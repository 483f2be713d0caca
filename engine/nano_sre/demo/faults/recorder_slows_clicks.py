"""A session recorder copies the whole page at every press before the page may react to it."""

from __future__ import annotations

CAUSE = "page-answers-late"
MILLISECONDS = 1500
_RECORD = f"""<script>(function () {{
  var recorded = [];
  function copy(event) {{
    var end = performance.now() + {MILLISECONDS};
    while (performance.now() < end) recorded = [event.type, document.documentElement.outerHTML];
  }}
  document.addEventListener("click", copy, true);
}})();</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _RECORD
