// What every script of the shop's contract needs. Spliced in front of each; it defines names and does nothing.
const fold = (text) => (text || "").normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();

// Whether a text holds one of the words as a word of its own; scripts without spaces have no such borders.
const says = (text, words) => {
  const folded = fold(text);
  return words.some((word) => folded.includes(word) && (/[^\p{Script=Latin}\p{P}\p{S}\s\d]/u.test(word)
    || new RegExp(`(^|[^\\p{L}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}([^\\p{L}]|$)`, "u").test(folded)));
};

const visible = (el) => {
  if (!el || !el.isConnected) return false;
  if (el.checkVisibility && !el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const box = el.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return getComputedStyle(el).display === "contents" && [...el.children].some(visible);
  // A closed drawer waits beside the window, where nobody can scroll to it.
  if (box.right <= 0 || box.left >= innerWidth) return false;
  return !/rect\(0(px)?,? 0/.test(getComputedStyle(el).clip);
};

const read = (el) => (el ? (el.innerText ?? el.textContent ?? "").replace(/\s+/g, " ").trim() : "");

// Never `form.id`: in a product form that is the field named "id".
const idOf = (el) => el.getAttribute("id") || "";

// A CSS selector that only this element has: short where an id allows it.
const path = (el) => {
  const parts = [];
  for (let at = el; at && at.nodeType === 1; at = at.parentElement) {
    const id = idOf(at);
    if (id && document.querySelectorAll(`#${CSS.escape(id)}`).length === 1) {
      parts.unshift(`#${CSS.escape(id)}`);
      return parts.join(" > ");
    }
    const alike = at.parentElement ? [...at.parentElement.children].filter((o) => o.localName === at.localName) : [at];
    parts.unshift(alike.length > 1 ? `${CSS.escape(at.localName)}:nth-of-type(${alike.indexOf(at) + 1})` : CSS.escape(at.localName));
  }
  return parts.join(" > ");
};

const nameOf = (el) =>
  (el.getAttribute("aria-label") || read(el) || el.value || el.getAttribute("title") || "").replace(/\s+/g, " ").trim();

const pathOf = (address) => {
  try { return new URL(address, location.href).pathname.replace(/\/+$/, ""); } catch { return ""; }
};
const goesTo = (address, end) => !!address && !address.startsWith("#") && pathOf(address).endsWith(end);
const handleOf = (address) => (pathOf(address).match(/\/products\/([^/]+)$/) || [])[1] || null;

// Forms that put something into the cart; the locale root may come first (/de/cart/add).
const cartForms = () => [...document.forms].filter((form) => goesTo(form.getAttribute("action"), "/cart/add"));

const belongs = (form, css) => {
  const inside = [...form.querySelectorAll(css)];
  const id = idOf(form);
  const beside = id ? [...document.querySelectorAll(css)].filter((el) => el.getAttribute("form") === id) : [];
  return [...new Set([...inside, ...beside])];
};

const submitsOf = (form) =>
  belongs(form, "button,input[type=submit],input[type=image]").filter(
    (el) =>
      (el.localName === "input" || (el.getAttribute("type") || "submit").toLowerCase() === "submit" || el.name === "add") &&
      el.name !== "checkout" && !el.closest(".shopify-payment-button"),
  );
const submitOf = (form) => {
  const all = submitsOf(form);
  const first = all.filter((el) => el.name === "add").concat(all);
  return first.find(visible) || first[0] || null;
};

const idField = (form) => belongs(form, "[name=id]");
const variantOf = (form) => {
  const fields = idField(form);
  const radio = fields.find((el) => el.type === "radio" && el.checked);
  const field = radio || fields.find((el) => el.type !== "radio");
  return field ? String(field.value || "") || null : null;
};

const handleHere = () => handleOf(location.href);
// A card of another product: recommendations, quick-add.
const foreign = (el, within) => {
  const here = handleHere();
  for (let at = el; at && at !== within && at !== document.body; at = at.parentElement) {
    const linked = [...at.querySelectorAll("a[href]")].map((a) => handleOf(a.href)).filter(Boolean);
    if (linked.length && !linked.includes(here)) return true;
    if (at.localName === "a" && handleOf(at.href) && handleOf(at.href) !== here) return true;
  }
  return false;
};

const mainForm = () => {
  const forms = cartForms().filter((form) => idField(form).length || submitOf(form));
  const score = (form) => {
    const submit = submitOf(form);
    return (submit ? 4 : 0) + (submit && visible(submit) ? 2 : 0) + (idField(form).length ? 2 : 0) +
      (form.closest("main,[role=main]") ? 1 : 0) - (foreign(form, form.closest("main") || document.body) ? 6 : 0);
  };
  return forms.map((form) => [score(form), form]).sort((a, b) => b[0] - a[0])[0]?.[1] || null;
};

const headings = () => [...document.querySelectorAll("h1")].filter(visible);
const title = () => {
  const own = headings().filter((el) => !el.querySelector("a[href='/']"));
  return own.find((el) => el.closest("main,[role=main]")) || own[0] || null;
};
const together = (a, b) => {
  let at = a;
  while (at && !at.contains(b)) at = at.parentElement;
  return at || document.body;
};
// The part of the page that is about this product: where its form and its heading meet.
const productRegion = () => {
  const form = mainForm();
  const heading = title();
  if (form && heading) return together(form, heading);
  return form?.parentElement || heading?.parentElement || document.querySelector("main,[role=main]") || document.body;
};

const DIALOG = "dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]";
const dialogs = () => [...document.querySelectorAll(DIALOG)].filter(visible);
const locked = () => /\/password$/.test(pathOf(location.href)) || !!document.querySelector("form[action$='/password'] input[type=password]");

const checkoutControls = () => {
  const named = [...document.querySelectorAll("[name=checkout]")].filter((el) => el.type !== "hidden");
  const linked = [...document.querySelectorAll("a[href]")].filter((a) => /\/checkout(s\/.*)?$/.test(pathOf(a.getAttribute("href"))));
  const forms = [...document.forms].filter((f) => /\/checkout$/.test(pathOf(f.getAttribute("action")))).flatMap(submitsOf);
  return [...new Set([...named, ...linked, ...forms])];
};
const updatesFields = () => [...document.querySelectorAll("input[name^='updates'],select[name^='updates']")];
const enabled = (el) => !el.disabled && el.getAttribute("aria-disabled") !== "true";
// What the page says went wrong: places that assistive technology reads out at once, and those named as errors.
const complaints = () => [...new Set(
  [...document.querySelectorAll("[role=alert],[role=status],[aria-live=assertive],[aria-live=polite],[class*=error]")]
    .filter((el) => visible(el) && !el.querySelector("input,select,textarea,a[href]")).map(read))].filter((said) => said && said.length < 300).slice(0, 6);
