// The control that closes the dialog on top, as a path; null when there is none. Asks the words for "close".
(words) => {
  const depth = (el) => { for (let at = el; at; at = at.parentElement) { const z = Number(getComputedStyle(at).zIndex); if (z) return z; } return 0; };
  const onTop = dialogs().sort((a, b) => depth(b) - depth(a));
  const candidate = (el) => {
    const name = fold(nameOf(el));
    if (!visible(el) || el.disabled) return -1;
    const label = fold(el.getAttribute("aria-label") || el.getAttribute("title") || "");
    if (words.includes(name) || words.includes(label)) return name.length < 3 ? 2 : 3;
    if (name.length < 30 && says(label || name, words.filter((word) => word.length > 2))) return 1;
    return el.closest("form[method=dialog]") ? 1 : -1;
  };
  for (const dialog of onTop) {
    const best = [...dialog.querySelectorAll("button,[role=button],a[href],summary,input[type=button]")]
      .map((el) => [candidate(el), el]).filter(([score]) => score > 0).sort((a, b) => b[0] - a[0])[0];
    if (best) return path(best[1]);
  }
  return null;
}
