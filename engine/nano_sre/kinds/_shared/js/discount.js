// Where a discount code is typed, and what the page says of one. Asks {words, summary, code}.
({ words, summary, code }) => {
  const marks = /reduction|discount|coupon|promo|voucher/i;
  const labelled = (el) => [...(el.labels || [])].map(read).find(Boolean) || el.getAttribute("aria-label") || el.placeholder || "";
  const typed = [...document.querySelectorAll("input")].filter((el) => ["text", "search", ""].includes(el.type || "text") && visible(el) && !el.disabled);
  const marked = typed.filter((el) => marks.test(el.name) || marks.test(idOf(el)));
  const fields = marked.length ? marked : typed.filter((el) => says(labelled(el), words));
  const button = (el) => {
    for (let at = el.form || el.parentElement, depth = 0; at && depth < 4; at = at.parentElement, depth += 1) {
      const near = [...at.querySelectorAll("button,input[type=submit],[role=button]")].filter(
        (each) => visible(each) && (each.type === "submit" || marks.test(`${each.name} ${each.id}`) || says(nameOf(each), words) || !each.closest("form")));
      const own = near.filter((each) => (!el.form || each.form === el.form) && each.name !== "checkout" && each.name !== "update");
      if (own.length && (own.length < 4 || el.form)) return own.find((each) => marks.test(`${each.name} ${each.id}`)) || own.find((each) => (el.compareDocumentPosition(each) & 4) !== 0) || own[0];
      if (el.form && at === el.form) return null;
    }
    return null;
  };
  const about = (el) => `${el.getAttribute("aria-errormessage") || ""} ${el.getAttribute("aria-describedby") || ""}`.split(/\s+/).filter(Boolean)
    .map((id) => document.getElementById(id)).filter(visible).map(read);
  const openers = [...document.querySelectorAll("summary,button[aria-expanded=false],[role=button][aria-expanded=false]")].filter(
    (el) => visible(el) && (says(nameOf(el), words) || says(nameOf(el), summary)) && !(el.localName === "summary" && el.parentElement.open));
  const text = fold(document.body ? document.body.innerText : "");
  const said = [...fields.flatMap((el) => (el.getAttribute("aria-invalid") === "true" ? about(el) : [])), ...complaints()];
  return {
    here: pathOf(location.href), page: performance.timeOrigin, ready: document.readyState !== "loading",
    status: performance.getEntriesByType("navigation")[0]?.responseStatus || null,
    checkout: /\/checkouts?(\/|$)/.test(pathOf(location.href)),
    fields: fields.map((el) => { const press = button(el); return { path: path(el), label: labelled(el), value: el.value, invalid: el.getAttribute("aria-invalid") === "true", on_top: !!el.closest(DIALOG), button: press && path(press), name: press && nameOf(press), enabled: !!press && enabled(press) }; }),
    openers: openers.map((el) => ({ path: path(el), name: nameOf(el) })),
    shown: !!code && text.includes(fold(code)), said: [...new Set(said)].slice(0, 4),
    busy: !!document.querySelector("main [aria-busy=true],form[aria-busy=true]"),
  };
}
