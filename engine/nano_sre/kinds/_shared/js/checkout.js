// The checkout as a shopper sees it: fields by their autocomplete, shipping methods, ways to pay, the button that goes on.
(words) => {
  const fields = [...document.querySelectorAll("input,select,textarea")].filter((el) => !["hidden", "submit", "button", "image"].includes(el.type) && visible(el));
  const labelled = (el) => [...(el.labels || [])].map(read).find(Boolean) || el.getAttribute("aria-label") || el.placeholder || el.name || "";
  const about = (el) => {
    const ids = `${el.getAttribute("aria-errormessage") || ""} ${el.getAttribute("aria-describedby") || ""}`.split(/\s+/).filter(Boolean);
    return ids.map((id) => document.getElementById(id)).filter(visible).map(read).filter(Boolean).join(" ");
  };
  const token = (el) => (el.getAttribute("autocomplete") || "").toLowerCase().split(/\s+/).filter((t) => !/^(section-.*|shipping|billing|home|work|webauthn)$/.test(t)).pop() || "";
  const facts = fields.map((el) => ({
    path: path(el), autocomplete: token(el), billing: /(^|\s)billing(\s|$)/.test(el.getAttribute("autocomplete") || ""),
    name: el.name || "", id: idOf(el), type: el.type || el.localName, tag: el.localName, label: labelled(el),
    value: el.localName === "select" ? el.value : ["checkbox", "radio"].includes(el.type) ? String(el.checked) : el.value,
    required: el.required || el.getAttribute("aria-required") === "true",
    invalid: el.getAttribute("aria-invalid") === "true",
    complaint: el.getAttribute("aria-invalid") === "true" ? about(el) || el.validationMessage || "" : "",
    options: el.localName === "select" ? [...el.options].map((o) => [o.value, o.label]) : null,
  }));
  const frames = [...document.querySelectorAll("iframe")].filter(visible)
    .map((el) => ({ name: el.name || "", title: el.title || el.getAttribute("aria-label") || "", src: el.src || "" }));
  const radios = [...document.querySelectorAll("input[type=radio]")]
    .map((el) => ({ name: el.name, value: el.value, label: labelled(el), checked: el.checked, seen: visible(el) || [...(el.labels || [])].some(visible) }))
    .filter((radio) => radio.seen);
  const group = (radio) => {
    const el = [...document.getElementsByName(radio.name)][0];
    const box = el?.closest("fieldset,section,[role=radiogroup],[role=group]");
    const ids = (box?.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    return `${radio.name} ${box?.getAttribute("aria-label") || ""} ${ids.map(read).join(" ")} ${read(box?.querySelector("legend,h1,h2,h3"))}`;
  };
  const isPay = (radio) => /payment|gateway|pay_?method/i.test(radio.name) || words.payment.some((word) => fold(group(radio)).includes(word));
  const wallets = [...document.querySelectorAll("button,a,[role=button],iframe,shopify-accelerated-checkout")].filter(visible)
    .map((el) => `${nameOf(el)} ${el.title || ""} ${el.getAttribute("href") || ""} ${el.name || ""}`)
    .map((text) => (text.match(/shop ?pay|paypal|apple ?pay|google ?pay|\bg ?pay\b|amazon ?pay|klarna|afterpay|affirm|ideal|bancontact|twint|blik|pix/i) || [])[0])
    .filter(Boolean);
  const submits = [...document.querySelectorAll("button,input[type=submit]")].filter(
    (el) => visible(el) && (el.localName === "input" || (el.getAttribute("type") || "submit").toLowerCase() === "submit") && el.form && !el.closest("header,nav,[role=search]"));
  const main = submits.filter((el) => el.form.contains(fields[0] || null) || el.form.querySelector("input[type=radio]") || el.closest("main,[role=main]"))
    .filter((el) => !(el.form.querySelector("[name*=reduction],[name*=discount]") && !el.form.querySelector("[autocomplete],input[type=radio]")))
    .filter((el) => !/discount|reductions|coupon|search|login/i.test(`${el.name} ${el.form.getAttribute("action") || ""} ${el.getAttribute("formaction") || ""}`));

  return {
    path: pathOf(location.href), url: location.href, ready: document.readyState !== "loading", page: performance.timeOrigin,
    status: performance.getEntriesByType("navigation")[0]?.responseStatus || null,
    title: document.title, heading: read(document.querySelector("h1")),
    fields: facts, frames, wallets: [...new Set(wallets)], locked: locked(),
    shipping: radios.filter((r) => /shipping|delivery|rate/i.test(r.name)).map((r) => r.label),
    payments: radios.filter((r) => !/shipping|delivery|rate|billing|address|tip/i.test(r.name)).filter(isPay).map((r) => r.label || r.value),
    submits: main.map((el) => ({ path: path(el), name: nameOf(el), enabled: enabled(el), pays: says(nameOf(el), words.pay) || /(^|[-_ ])pay([-_ ]?(button|now))?($|[-_ ])/i.test(`${idOf(el)} ${el.name}`) })),
    complaints: complaints(),
    busy: !!document.querySelector("main [aria-busy=true],form[aria-busy=true]"),
  };
}
