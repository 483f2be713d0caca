// The control that takes one line out of the cart. Asks {words, line: {title, detail, id, key, place}}.
({ words, line }) => {
  const presses = [...document.querySelectorAll("a[href],button,[role=button],input[type=submit]")].filter(visible);
  const asked = (el) => {
    try {
      const url = new URL(el.getAttribute("href") || el.getAttribute("formaction") || "", location.href);
      return /\/cart\/change$/.test(url.pathname) && url.searchParams.get("quantity") === "0" ? url.searchParams : null;
    } catch { return null; }
  };
  const exact = presses.find((el) => {
    const query = asked(el);
    return query && (query.get("id") === line.key || query.get("line") === String(line.place));
  });
  if (exact) return { path: path(exact), name: nameOf(exact) };
  const removes = (el) => asked(el) || says(nameOf(el), words) || says(el.title, words);
  const holds = (el, text) => fold(el.innerText).includes(fold(text));
  // From the product's name outwards, as far as there is one control that removes.
  const named = [...document.querySelectorAll("a,h2,h3,h4,span,p,div,td,strong")].filter(
    (el) => visible(el) && holds(el, line.title) && ![...el.children].some((c) => fold(c.textContent).includes(fold(line.title))));
  for (const mine of [true, false]) {
    for (const el of named) {
      for (let at = el; at && at !== document.body; at = at.parentElement) {
        const found = presses.filter((each) => at.contains(each) && removes(each));
        if (!found.length) continue;
        const own = at.querySelector(`a[href*="variant=${line.id}"]`) || (line.detail && holds(at, line.detail));
        if (found.length === 1 && (own || !mine)) return { path: path(found[0]), name: nameOf(found[0]) };
        break;
      }
    }
  }
  return null;
}
