// Where each option of a variant is chosen. Asks {id, options: [{value, values}]}; answers one control an option.
({ id, options }) => {
  const form = mainForm();
  if (!form) return [];
  const region = productRegion();
  const own = (el) => region.contains(el) || el.getAttribute("form") === idOf(form);
  const inOtherForm = (el) => {
    const owner = el.form || el.closest("form");
    return owner && owner !== form && cartForms().includes(owner);
  };
  const usable = (el) => own(el) && !inOtherForm(el) && !foreign(el, region);
  const labelOf = (el) => [...(el.labels || [])].map(read).find(Boolean) || "";
  // "154cm", "154cm - Sold out", "154cm (+$20.00)": the value, and perhaps a remark after it.
  const is = (text, value) => {
    const a = fold(text), b = fold(value);
    return a === b || (a.startsWith(b) && /^\s*[-–—(/|,:]/.test(a.slice(b.length)));
  };
  const ids = (el) => [...el.options].find((o) => o.value === String(id));
  const whole = [...idField(form)].find((el) => el.localName === "select" && visible(el) && ids(el));
  if (whole) return [{ kind: "select", path: path(whole), option: String(id), current: whole.value === String(id) }];

  const selects = [...document.querySelectorAll("select")].filter((el) => usable(el) && el.name !== "quantity");
  const radios = [...document.querySelectorAll("input[type=radio]")].filter(usable);
  const buttons = [...region.querySelectorAll("button,[role=radio],[role=option],[role=button],a[href],label")].filter(
    (el) => usable(el) && visible(el) && !submitsOf(form).includes(el));
  const wordsOf = (el) => [el.getAttribute("data-value"), el.getAttribute("aria-label"), el.getAttribute("title"), read(el)].filter(Boolean);
  const taken = new Set();

  const bySelect = ({ value, values }) => {
    const fits = selects.find((el) => !taken.has(el) && visible(el) && values.every((v) => [...el.options].some((o) => is(o.label, v) || is(o.value, v))));
    if (!fits) return null;
    taken.add(fits);
    const option = [...fits.options].find((o) => is(o.value, value) || is(o.label, value));
    return option && { kind: "select", path: path(fits), option: option.value || option.label, current: option.selected };
  };
  const byRadio = ({ value, values }) => {
    const groups = new Map();
    for (const radio of radios) {
      const key = radio.name || path(radio.closest("fieldset") || radio.parentElement);
      groups.set(key, [...(groups.get(key) || []), radio]);
    }
    for (const group of groups.values()) {
      if (taken.has(group[0])) continue;
      const said = (radio) => [radio.value, labelOf(radio), radio.getAttribute("aria-label") || ""];
      if (!values.every((v) => group.some((radio) => said(radio).some((text) => is(text, v))))) continue;
      taken.add(group[0]);
      const radio = group.find((each) => said(each).some((text) => is(text, value)));
      const label = [...(radio.labels || [])].find(visible);
      return { kind: "press", path: path(label || radio), current: radio.checked };
    }
    return null;
  };
  const byButton = ({ value }) => {
    const found = buttons.filter((el) => wordsOf(el).some((text) => is(text, value)) && !taken.has(el));
    if (!found.length) return null;
    const el = found.find((each) => !found.some((other) => other !== each && each.contains(other))) || found[0];
    taken.add(el);
    const current = el.getAttribute("aria-checked") === "true" || el.getAttribute("aria-pressed") === "true" ||
      el.getAttribute("aria-selected") === "true" || el.getAttribute("aria-current") === "true";
    return { kind: "press", path: path(el), current };
  };
  return options.map((option) => bySelect(option) || byRadio(option) || byButton(option));
}
