// Visible amounts, by where they stand and never by how much they are. Asks {of, signs, decimal, words, label};
// answers candidates, the likeliest first: {text, label, struck}.
({ of, signs, decimal, words, label }) => {
  const escaped = signs.map((sign) => sign.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/ /g, "\\s"));
  const sign = `(?:${escaped.join("|")})`;
  const priced = new RegExp(`${sign}\\s?[-\\u2212]?\\s?\\d|\\d(?:[,.][-\\u2013\\u2014])?\\s?${sign}`);
  const bare = /^\s*[-\u2212]?\d[\d.,' \u00a0\u202f\u2019]*[.,]\d{2}\s*$/;
  const struck = (el) => {
    for (let at = el, step = 0; at && step < 6; at = at.parentElement, step++) {
      if (/^(s|del|strike)$/.test(at.localName)) return true;
      if (getComputedStyle(at).textDecorationLine.includes("line-through")) return true;
      if (getComputedStyle(at).display === "block" && step > 1) break;
    }
    return false;
  };
  // Cents are sometimes raised without a decimal sign: 12⁹⁹ is not 1299.
  const text = (el) => {
    let raised = null;
    for (const sup of el.querySelectorAll("sup")) {
      const before = sup.previousSibling?.textContent || "";
      if (/^\d{2}$/.test(read(sup)) && /\d\s*$/.test(before)) raised = [...(raised || []), read(sup)];
    }
    const plain = el.innerText ?? el.textContent;
    if (!raised) return plain.replace(/[ \t\n\r]+/g, " ").trim();
    const copy = el.cloneNode(true);
    for (const sup of copy.querySelectorAll("sup")) if (/^\d{2}$/.test(sup.textContent.trim())) sup.textContent = decimal + sup.textContent.trim();
    return copy.textContent.replace(/[ \t\n\r]+/g, " ").trim();
  };
  const unread = "script,style,noscript,template,option,textarea";
  const collect = (root) => {
    const found = new Map();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!/\d/.test(node.data)) continue;
      let el = node.parentElement;
      if (!el || el.closest(unread) || !visible(el)) continue;
      for (let up = 0; up < 3 && !priced.test(text(el)) && el.parentElement !== root && text(el.parentElement).length < 32; up++) el = el.parentElement;
      const said = text(el);
      if (!priced.test(said) && !bare.test(said)) continue;
      if (el.localName === "sup") el = el.parentElement;
      if (!found.has(el)) found.set(el, { el, text: text(el), struck: struck(el), box: el.getBoundingClientRect() });
    }
    const all = [...found.values()];
    return all.filter((one) => !all.some((other) => other !== one && one.el !== other.el && one.el.contains(other.el) && other.text === one.text));
  };
  const words_in = (said) => said.replace(new RegExp(sign, "g"), "").replace(/[\d.,'\u2019\s\u00a0\u202f+-]/g, "").length;
  const answer = (list, label_ = null) => list.map((one) => ({ text: one.text, struck: one.struck, label: one.label || label_ }));

  const inCart = (el) => !!el.closest("[role=dialog],dialog,[aria-modal=true]") && !el.closest("main,[role=main]");
  const productPrices = () => {
    const region = productRegion();
    const form = mainForm();
    const heading = title();
    let scope = region;
    let all = [];
    for (let up = 0; up < 4 && scope; up++, scope = scope.parentElement) {
      all = collect(scope).filter((one) => !inCart(one.el) && !foreign(one.el, scope) && !one.el.closest("select,nav,header nav,footer"));
      if (all.length || scope === document.body || scope.matches("main,[role=main]")) break;
    }
    const anchor = (heading || form || scope).getBoundingClientRect();
    const weight = (one) => {
      const size = parseFloat(getComputedStyle(one.el).fontSize) || 0;
      const pressed = one.el.closest("button,[type=submit]") ? 40 : 0;
      const fixed = (() => { for (let at = one.el; at && at !== scope; at = at.parentElement) if (/fixed|sticky/.test(getComputedStyle(at).position) && !at.contains(form)) return 20; return 0; })();
      return -size * 2 + Math.min(words_in(one.text), 40) + pressed + fixed + Math.abs(one.box.top - anchor.bottom) / 200;
    };
    return all.map((one) => ({ ...one, weight: weight(one) })).sort((a, b) => a.weight - b.weight);
  };
  if (of === "product_price") return answer(productPrices().filter((one) => !one.struck));
  if (of === "compare_at_price") {
    const all = productPrices();
    const price = all.find((one) => !one.struck);
    const near = (one) => (price ? Math.hypot(one.box.left - price.box.left, one.box.top - price.box.top) : 0);
    return answer(all.filter((one) => one.struck).sort((a, b) => near(a) - near(b)));
  }

  const lineOf = (el, root) => {
    for (let at = el; at && at !== root && at !== document.body; at = at.parentElement) {
      if (at.matches("[name=checkout]")) return null;
      if (at.localName === "tr" || at.localName === "li" || at.getAttribute("role") === "row" || at.getAttribute("role") === "listitem") {
        if (at.querySelector("a[href*='/products/'],input[name^='updates'],a[href*='/cart/change'],img")) return at;
      }
      if (at.querySelector("input[name^='updates'],a[href*='/cart/change']") && !checkoutControls().some((c) => at.contains(c))) return at;
    }
    return null;
  };
  const beside = (labelled, amounts) => {
    const box = labelled.getBoundingClientRect();
    const row = amounts.filter((one) => one.box.top < box.bottom && one.box.bottom > box.top && !labelled.contains(one.el));
    const below = amounts.filter((one) => one.box.top >= box.bottom - 2);
    const distance = (one) => Math.abs((one.box.top + one.box.bottom - box.top - box.bottom) / 2) * 3 + Math.abs(one.box.left - box.right) / 4;
    return (row.length ? row : below).sort((a, b) => distance(a) - distance(b))[0] || null;
  };
  const labelled = (root, wanted, avoid, amounts) => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let el = walker.nextNode(); el; el = walker.nextNode()) {
      if (el.matches(unread) || el.closest("thead,th[scope=col],[role=columnheader]")) continue;
      const own = fold([...el.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join(" ")) || (el.children.length < 3 && el.textContent.length < 60 ? fold(el.textContent) : "");
      if (!own || own.length > 80) continue;
      // "Total (2 items)", "Total incl. tax": the word is what counts, not what is said about it.
      const clean = own.replace(/[([,·]?\s*(inkl|incl|inclus|including|incluye|inclui|ttc|zzgl|excl|exkl|excluding)\b.*$/u, "")
        .replace(/\([^)]*\)/g, "").replace(/[:：*·]+\s*$/, "").trim();
      const rank = wanted.map((word) => {
        if (clean === word) return 0;
        if (!clean.includes(word)) return 9;
        if (clean.startsWith(word) && !/\p{L}/u.test(clean[word.length] || "")) return 1;
        return new RegExp(`(^|[^\\p{L}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}([^\\p{L}]|$)`, "u").test(clean) ? 2 : 9;
      }).reduce((a, b) => Math.min(a, b), 9);
      if (rank === 9 || (rank > 0 && avoid.some((word) => clean.includes(word)))) continue;
      if (!visible(el) || lineOf(el, root)) continue;
      found.push({ el, rank, said: read(el) });
    }
    const rows = [];
    for (const each of found) {
      const inside = amounts.filter((one) => each.el.contains(one.el));
      let pick = inside.length === 1 ? inside[0] : null;
      for (let at = each.el.parentElement, up = 0; !pick && at && root.contains(at) && up < 5; at = at.parentElement, up++) {
        const here = amounts.filter((one) => at.contains(one.el) && !each.el.contains(one.el) && !lineOf(one.el, root));
        const plain = here.filter((one) => !one.struck);
        if (plain.length === 1) pick = plain[0];
        else if (plain.length > 1) pick = beside(each.el, plain);
        if (at === root) break;
      }
      if (pick) rows.push({ ...pick, rank: each.rank, label: each.said });
    }
    return rows.sort((a, b) => a.rank - b.rank);
  };

  if (of === "label") {
    const root = document.body;
    const amounts = collect(root);
    const free = label.free;
    for (const el of root.querySelectorAll("*")) {
      if (!el.children.length && free.includes(fold(el.textContent)) && visible(el)) amounts.push({ el, text: "0", struck: false, box: el.getBoundingClientRect() });
    }
    return answer(labelled(root, [fold(label.text)], [], amounts));
  }

  // The cart or the checkout: in the cart, what lies round the visible checkout control.
  const control = checkoutControls().filter(visible);
  let roots = [document.querySelector("main,[role=main]") || document.body, document.body];
  if (of !== "checkout_total" && control.length) {
    roots = control.flatMap((el) => {
      const up = [];
      for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) up.push(at);
      return up.length ? up : [document.body];
    });
  }
  for (const root of roots) {
    const amounts = collect(root);
    if (!amounts.some((one) => !one.struck && !lineOf(one.el, root))) continue;
    for (const set of words) {
      const rows = labelled(root, set.words, set.avoid, amounts);
      if (rows.length) return answer(rows);
    }
    // Without a way to the checkout, a lone amount beside a product form is the product's, and the cart is empty.
    if (of !== "checkout_total" && (control.length || !mainForm())) {
      const rest = amounts.filter((one) => !one.struck && !lineOf(one.el, root) && words_in(one.text) < 12);
      if (rest.length === 1) return answer(rest);
    }
  }
  return [];
}
