// The product page as a shopper and as the platform's contract see it.
() => {
  const form = mainForm();
  const submit = form && submitOf(form);
  const offers = [];
  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (!node || typeof node !== "object") return;
    const type = [].concat(node["@type"] || []);
    if (type.some((name) => /^(Product|ProductGroup)$/.test(name))) {
      const own = { name: node.name || null, url: node.url || null, offers: [] };
      for (const offer of [].concat(node.offers || [], ...[].concat(node.hasVariant || []).map((v) =>
        [].concat(v.offers || []).map((o) => ({ ...o, url: o.url || v.url || v["@id"] }))))) {
        for (const one of offer.offers ? [].concat(offer.offers) : [offer]) {
          own.offers.push({
            variant: (String(one.url || one["@id"] || "").match(/variant=(\d+)/) || [])[1] || null,
            availability: String(one.availability || "").split("/").pop() || null,
            price: one.price ?? one.lowPrice ?? null,
            currency: one.priceCurrency || null,
          });
        }
      }
      offers.push(own);
      return;
    }
    Object.values(node).forEach(walk);
  };
  for (const script of document.querySelectorAll("script[type='application/ld+json']")) {
    try { walk(JSON.parse(script.textContent)); } catch { /* broken structured data is another check's business */ }
  }
  const region = productRegion();
  return {
    handle: handleHere(),
    url: location.href,
    locked: locked(),
    title: read(title()) || null,
    form: !!form,
    variant: form ? variantOf(form) : null,
    url_variant: new URL(location.href).searchParams.get("variant"),
    busy: region.matches("[aria-busy=true]") || !!region.querySelector("[aria-busy=true]"),
    submit: submit && {
      path: path(submit),
      name: nameOf(submit),
      disabled: submit.matches(":disabled"),
      busy: submit.getAttribute("aria-disabled") === "true" || submit.getAttribute("aria-busy") === "true",
      visible: visible(submit),
    },
    quantity: form ? belongs(form, "[name=quantity]").filter(visible).map(path)[0] || null : null,
    structured: offers,
    meta_price: document.querySelector("meta[property='og:price:amount'],meta[property='product:price:amount']")?.content || null,
  };
}
