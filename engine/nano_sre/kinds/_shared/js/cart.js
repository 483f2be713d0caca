// What the shopper sees of the cart now. Asks {words, wanted}: the lines {title, detail, id} that should be in it.
({ words, wanted }) => {
  const titles = wanted.map((line) => line.title);
  const here = pathOf(location.href);
  const controls = checkoutControls().filter(visible);
  const links = [...document.querySelectorAll("a[href]")].filter((a) => goesTo(a.getAttribute("href").split(/[?#]/)[0], "/cart"));
  const updates = updatesFields();
  const page = /\/cart$/.test(here);
  const surface = (el) => el.closest(`${DIALOG},aside,main,[role=main]`) || el.form || el.parentElement;
  // The contents of a cart: what is round the checkout control, as far as the nearest dialog, drawer or page.
  let root = page ? document.querySelector("main,[role=main]") || document.body : null;
  for (const el of controls) {
    let at = el.parentElement;
    for (; at && at !== document.body; at = at.parentElement) {
      if (titles.length ? titles.some((title) => fold(at.innerText).includes(fold(title))) : at.querySelector("a[href*='/products/'],input[name^='updates']")) break;
      if (at.matches(DIALOG)) break;
    }
    if (!root || el.closest(DIALOG)) root = at && at !== document.body ? at : surface(el);
    if (el.closest(DIALOG)) break;
  }
  const text = root ? fold(root.innerText) : "";
  const lines = wanted.map(({ title, detail, id }) => {
    if (!root || !text.includes(fold(title))) return { title, shown: false };
    const named = [...root.querySelectorAll("a,h2,h3,h4,span,p,div,td,strong")].filter(
      (el) => fold(el.textContent).includes(fold(title)) && visible(el) && ![...el.children].some((c) => fold(c.textContent).includes(fold(title))));
    const control = (el) => {
      let line = null;
      for (let at = el; at && root.contains(at); at = at.parentElement) {
        const fields = [...at.querySelectorAll("input[name^='updates'],input[type=number],[role=spinbutton],select[name^='updates']")].filter(visible);
        if (fields.length > 1) break;
        if (fields.length === 1) return { line: at, field: fields[0] };
        // Buttons alone will do, but a field further out is the better control.
        if (!line && at.querySelector("[name=plus],[name=minus],a[href*='/cart/change']")) line = at;
        if (at === root) break;
      }
      return { line, field: null };
    };
    // Variants of one product share its name: the line's own details tell them apart.
    const found = named.map(control);
    const mine = ({ line }) => line && (line.querySelector(`a[href*="variant=${id}"]`) || (detail && fold(line.innerText).includes(fold(detail))));
    const { line, field } = found.find(mine) || found.find((each) => each.line) || { line: null, field: null };
    const presses = line ? [...line.querySelectorAll("button,a[href*='/cart/change'],[role=button]")].filter(visible) : [];
    const by = (name, list) => presses.find((el) => el.name === name) ||
      presses.find((el) => says(nameOf(el), list));
    const more = by("plus", words.more), fewer = by("minus", words.fewer);
    return {
      title, shown: true,
      field: field && path(field),
      value: field ? Number(field.value ?? field.getAttribute("aria-valuenow")) : null,
      select: field?.localName === "select",
      more: more && path(more), fewer: fewer && path(fewer),
    };
  });
  const update = [...document.querySelectorAll("[name=update]")].find(visible);
  const reach = links.filter(visible);
  const named = [...document.querySelectorAll("button,[role=button],summary")].filter(
    (el) => visible(el) && el.closest("header,nav,[role=banner]") && says(nameOf(el), words.cart));
  return {
    page, loaded_at: performance.timeOrigin, shown: !!root && (controls.length > 0 || updates.some(visible) || titles.some((t) => text.includes(fold(t)))),
    lines, links: reach.map(path), buttons: named.map(path),
    link_texts: reach.map(nameOf),
    checkout: controls.map((el) => ({ path: path(el), name: nameOf(el), enabled: enabled(el), on_top: !!el.closest(DIALOG) })),
    update: update ? path(update) : null, alerts: complaints(), dialog: dialogs().length > 0,
    moving: document.getAnimations().some((a) => {
      const target = a.effect?.target;
      if (!target || a.playState !== "running" || !Number.isFinite(a.effect.getComputedTiming().endTime)) return false;
      return root ? root.contains(target) || target.contains(root) : !!target.closest(`${DIALOG},aside`);
    }),
  };
}
