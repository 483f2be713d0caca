"""A bundle app sells every product as a set with the jacket, whose M is sold out: the store refuses the whole set."""

from __future__ import annotations

CAUSE = "cart-add-refused"
JACKET = 43000000000602
_SET = f"""<script>document.addEventListener("submit", function (event) {{
  var form = event.target;
  if (!/\\/cart\\/add$/.test(form.getAttribute("action") || "")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  var items = [{{id: form.elements.id.value, quantity: form.elements.quantity.value}}, {{id: {JACKET}, quantity: 1}}];
  var request = {{method: "POST", headers: {{"Content-Type": "application/json"}}}};
  request.body = JSON.stringify({{items: items}});
  fetch("/cart/add.js", request).then(function (answer) {{ return answer.json(); }}).then(function (answer) {{
    if (!answer.status) return location.assign("/cart");
    var note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.textContent = answer.description;
    form.prepend(note);
  }});
}}, true);</script>"""


def markup(page: str, locale: str) -> str:
    return _SET if page == "product" else ""
