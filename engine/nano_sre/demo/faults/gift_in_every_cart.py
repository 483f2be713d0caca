"""A gift app puts its gift into every cart, and the discount that made it free has ended."""

from __future__ import annotations

CAUSE = "extra-item-in-cart"
WAX = 43000000000901
_GIFT = f"""<script>(function () {{
  var ask = window.fetch;
  function give() {{
    return ask("/cart.js").then(function (answer) {{ return answer.json(); }}).then(function (cart) {{
      if (!cart.item_count || cart.items.some(function (each) {{ return each.id === {WAX}; }})) return;
      var wanted = {{method: "POST", headers: {{"Content-Type": "application/json"}}, body: '{{"id": {WAX}}}'}};
      return ask("/cart/add.js", wanted).then(function () {{ if (location.pathname === "/cart") location.reload(); }});
    }});
  }}
  window.fetch = function (where) {{
    var answer = ask.apply(window, arguments);
    if (!/cart\\/add/.test(where)) return answer;
    return answer.then(give).then(function () {{ return answer; }});
  }};
  give();
}})();</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _GIFT
