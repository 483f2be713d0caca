// Where shoppers search, and the products that the page links to. Asks for the words for searching.
(words) => {
  const address = (el) => (el.getAttribute("href") || el.getAttribute("action") || "").split(/[?#]/)[0];
  const forms = [...document.forms].filter((form) => goesTo(address(form), "/search"));
  const typed = "input[type=search],input[type=text],input:not([type]),[role=searchbox],[role=combobox]";
  const fields = [...new Set([
    ...forms.flatMap((form) => belongs(form, "input[name=q]")),
    ...document.querySelectorAll("input[type=search],[role=searchbox]"),
    ...[...document.querySelectorAll("[role=search]")].flatMap((el) => [...el.querySelectorAll(typed)]),
  ])].filter((el) => el.matches("input") && el.type !== "hidden" && visible(el) && !el.disabled);
  const openers = [...document.querySelectorAll("summary,button,[role=button],a[href]")].filter((el) =>
    visible(el) && !el.closest("[role=search]") && !(el.form && forms.includes(el.form))
    && (el.localName === "a" && el.getAttribute("href") !== "#" ? goesTo(address(el), "/search") : says(nameOf(el), words)));
  // Links of a search carry Shopify's own marks: the place among the results.
  const linked = [...document.querySelectorAll("a[href]")].filter((a) => handleOf(a.href));
  const marked = linked.filter((a) => /[?&]_pos=\d/.test(a.href));
  const beside = "header,footer,nav,[role=banner],[role=contentinfo],[role=search],[role=listbox],form,"
    + "product-recommendations,[id*=recommend],[class*=recommend],[id*=predictive],predictive-search";
  const inList = (a) => !a.closest(beside.replace("form,", "form[action*=search],"));
  // Without those marks a result is told from a link in passing by its picture or its price.
  const isCard = (a) => {
    for (let at = a; at && at !== document.body; at = at.parentElement) {
      const others = [...at.querySelectorAll("a[href]")];
      if (others.some((o) => handleOf(o.href) && handleOf(o.href) !== handleOf(a.href)) || new Set(others.map((o) => pathOf(o.href))).size > 2) return false;
      if (at.querySelector("img,picture,svg image") || /\d[.,]\d{2}(?!\d)/.test(at.textContent)) return true;
    }
    return false;
  };
  const results = marked.some(inList) ? marked.filter(inList) : linked.filter((a) => inList(a) && isCard(a));
  const named = (a) => {
    const card = a.closest("li,article,[role=listitem]");
    const alone = card && new Set([...card.querySelectorAll("a[href]")].map((o) => handleOf(o.href)).filter(Boolean)).size === 1;
    return [nameOf(a), ...[...a.querySelectorAll("img")].map((img) => img.alt), ...(alone ? [...card.querySelectorAll("h2,h3,h4,h5")].map(read) : []),
      ...[...a.querySelectorAll("h2,h3,h4,h5,span,p")].map(read)].map((text) => (text || "").replace(/\s+/g, " ").trim()).filter(Boolean);
  };
  const listed = (links) => {
    const found = new Map();
    for (const a of links.filter((el) => visible(el) || [...el.children].some(visible))) {
      const handle = handleOf(a.href);
      found.set(handle, [...new Set([...(found.get(handle) || []), ...named(a)])].slice(0, 12));
    }
    return [...found].map(([handle, names]) => ({ handle, names }));
  };
  const counted = {};
  for (const a of linked.filter(visible)) counted[handleOf(a.href)] = (counted[handleOf(a.href)] || 0) + 1;
  return {
    path: pathOf(location.href), query: new URLSearchParams(location.search).get("q"), page: performance.timeOrigin,
    ready: document.readyState !== "loading", status: performance.getEntriesByType("navigation")[0]?.responseStatus || null,
    fields: fields.map(path), openers: openers.map((el) => ({ path: path(el), name: nameOf(el) })),
    results: listed(results), linked: listed(linked.filter(visible)), counted,
    said: [...new Set([...complaints(), ...headings().map(read)])].slice(0, 4),
  };
}
