// Finds elements as a person does. Registered as the selector engine "nano"; its body is URL-encoded JSON:
// {how, what, act, visible, pattern}. `how` is a key of the language's Element, or "region" or "everything".
(() => {
  const BUTTON_TYPES = new Set(["button", "submit", "reset", "image"]);
  const BY_TYPE = { checkbox: "checkbox", radio: "radio", range: "slider", number: "spinbutton", search: "searchbox" };
  const BY_TAG = {
    button: "button", summary: "button", textarea: "textbox", option: "option", img: "image", h1: "heading",
    h2: "heading", h3: "heading", h4: "heading", h5: "heading", h6: "heading", dialog: "dialog", nav: "navigation",
    main: "main", aside: "complementary", form: "form", fieldset: "group", table: "table", section: "region",
    article: "article", details: "group", header: "banner", footer: "contentinfo", iframe: "frame",
  };
  const FIELDS = new Set([
    "textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider", "checkbox", "radio", "switch",
  ]);
  const CLICKABLE = new Set([
    "button", "link", "checkbox", "radio", "tab", "menuitem", "menuitemradio", "menuitemcheckbox", "option", "switch",
  ]);
  const NAMED_BY_CONTENT = new Set([...CLICKABLE, "heading", "cell", "columnheader", "rowheader", "treeitem"]);
  const REGIONS = new Set([
    "region", "dialog", "alertdialog", "form", "navigation", "main", "complementary", "group", "table", "search",
    "article", "list", "banner", "contentinfo", "radiogroup", "row", "listitem", "tabpanel",
  ]);
  const INTERACTIVE =
    "a[href],area[href],button,input,select,textarea,summary,option,[role],[contenteditable=''],[contenteditable=true]";
  const UNREAD = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "OPTION", "SELECT", "TEXTAREA"]);

  const PLAIN = /^[\x00-\x7f]*$/;
  const fold = (text) => {
    if (!text) return "";
    if (PLAIN.test(text)) return text.replace(/\s+/g, " ").trim().toLowerCase();
    return text
      .normalize("NFKC")
      .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/\s+/g, " ")
      .trim()
      .toLowerCase();
  };
  const compact = (text) => (text ? fold(text).replace(/ /g, "") : "");

  const role = (el) => {
    const said = (el.getAttribute("role") || "").trim().split(/\s+/)[0];
    if (said && said !== "presentation" && said !== "none") return said === "img" ? "image" : said;
    const tag = el.localName;
    if (tag === "a" || tag === "area") return el.hasAttribute("href") ? "link" : "";
    if (tag === "input") {
      const type = (el.getAttribute("type") || "text").toLowerCase();
      if (type === "hidden") return "";
      return BUTTON_TYPES.has(type) ? "button" : BY_TYPE[type] || "textbox";
    }
    if (tag === "select") return el.multiple || el.size > 1 ? "listbox" : "combobox";
    if (el.isContentEditable && !el.parentElement?.isContentEditable) return "textbox";
    return BY_TAG[tag] || "";
  };

  const styledAway = (el) => {
    if (UNREAD.has(el.tagName)) return true;
    const style = getComputedStyle(el);
    return style.display === "none" || style.visibility !== "visible" || el.getAttribute("aria-hidden") === "true";
  };
  const visible = (el) => {
    if (el.localName === "option") return visible(el.closest("select") || el.parentElement);
    if (el.checkVisibility && !el.checkVisibility({ visibilityProperty: true })) return false;
    const box = el.getBoundingClientRect();
    if (box.width > 0 && box.height > 0) return true;
    return getComputedStyle(el).display === "contents" && [...el.children].some(visible);
  };

  const kids = (node) => {
    if (node.localName === "slot" && node.assignedNodes) {
      const given = node.assignedNodes();
      if (given.length) return given;
    }
    return (node.shadowRoot || node).childNodes;
  };
  // What is read aloud of an element's content: images by their text, hidden parts left out.
  const content = (node, naming) => {
    let text = "";
    for (const child of kids(node)) {
      if (child.nodeType === 3) text += child.data;
      else if (child.nodeType === 1) {
        if (child.localName === "br") { text += " "; continue; }
        if (styledAway(child)) continue;
        const label = naming && (child.getAttribute("aria-label") || (child.localName === "img" && child.alt));
        const inner = label || (child.localName === "input" && BUTTON_TYPES.has(child.type) && child.value)
          || content(child, naming);
        text += getComputedStyle(child).display.startsWith("inline") ? inner : ` ${inner} `;
      }
    }
    return text;
  };
  const byIds = (el, attribute) =>
    (el.getAttribute(attribute) || "").split(/\s+/).filter(Boolean)
      .map((id) => el.getRootNode().getElementById?.(id)).filter(Boolean)
      .map((other) => other.getAttribute("aria-label") || other.textContent).join(" ");
  const labels = (el) => [...(el.labels || [])].map((label) => content(label, true) || label.textContent);

  // Every name a person may know it by; the first is its accessible name.
  const names = (el, kind) => {
    const found = [byIds(el, "aria-labelledby"), el.getAttribute("aria-label")];
    if (el.labels?.length) found.push(labels(el).join(" "), ...labels(el));
    if (el.localName === "input" && BUTTON_TYPES.has(el.type)) {
      found.push(el.value || el.alt || (el.type === "reset" ? "Reset" : el.type === "submit" ? "Submit" : ""));
    }
    if (el.localName === "img" || kind === "image") found.push(el.getAttribute("alt"));
    if (el.localName === "fieldset") found.push(el.querySelector("legend")?.textContent);
    if (el.localName === "option") found.push(el.label || el.textContent);
    else if (NAMED_BY_CONTENT.has(kind) && el.localName !== "input") {
      const read = content(el, true);
      found.push(read, content(el, false));
      if (!fold(read)) found.push([...el.querySelectorAll("svg title")].map((t) => t.textContent).join(" "));
    }
    found.push(el.getAttribute("placeholder"), el.getAttribute("title"));
    return found.map((name) => (name || "").replace(/\s+/g, " ").trim()).filter(Boolean);
  };

  const roots = (root) => {
    const found = [root];
    for (let at = 0; at < found.length; at++) {
      if (found[at].shadowRoot) found.push(found[at].shadowRoot);
      for (const el of found[at].querySelectorAll("*")) if (el.shadowRoot) found.push(el.shadowRoot);
    }
    return [...new Set(found)];
  };
  const select = (root, css) => roots(root).flatMap((each) => [...each.querySelectorAll(css)]);

  // Cheap and never too strict: could this element have that name?
  const ATTRIBUTES = ["aria-label", "alt", "value", "placeholder", "title", "label"];
  const mentions = (el, wanted) => ATTRIBUTES.some((each) => compact(el.getAttribute(each)).includes(wanted));
  const worthALook = (el, wanted) =>
    compact(el.textContent).includes(wanted) || mentions(el, wanted) ||
    el.hasAttribute("aria-labelledby") || el.labels?.length > 0 || el.localName === "input" ||
    el.shadowRoot !== null || (el.firstElementChild !== null && (el.querySelector("slot") !== null ||
      [...el.querySelectorAll("img,[aria-label]")].some((inner) => mentions(inner, wanted))));

  const smallestWithText = (root, test, could, longest) => {
    const found = [];
    // True when nothing above needs a look: found inside, or too long a text to be this one.
    const visit = (el) => {
      if (UNREAD.has(el.tagName)) return false;
      const text = el.textContent;
      if (!could(text)) return false;
      let done = false;
      let deepest = true;
      for (const child of el.children) {
        if (visit(child)) done = true;
        if (could(child.textContent) && !UNREAD.has(child.tagName)) deepest = false;
      }
      if (done || (!deepest && text.length > longest)) return true;
      if (!test(content(el, false)) || !visible(el)) return false;
      found.push(el);
      return true;
    };
    for (const each of roots(root)) {
      if (each.nodeType === 1 && each !== root) visit(each);
      else for (const el of each.children) visit(el);
      if (each === root && each.nodeType === 1 && !found.length) visit(each);
    }
    return found;
  };

  const PICK = {
    button: ["button,input,summary,[role]", (kind) => kind === "button"],
    link: ["a[href],area[href],[role]", (kind) => kind === "link"],
    heading: ["h1,h2,h3,h4,h5,h6,[role]", (kind) => kind === "heading"],
    image: ["img,svg,[role]", (kind) => kind === "image"],
    field: [INTERACTIVE, (kind) => FIELDS.has(kind)],
    region: ["dialog,form,nav,main,aside,section,fieldset,table,article,details,header,footer,tr,li,[role]",
      (kind) => REGIONS.has(kind)],
    control: [INTERACTIVE, (kind) => CLICKABLE.has(kind) || FIELDS.has(kind)],
    any: [INTERACTIVE + ",img,iframe[title]",
      (kind) => CLICKABLE.has(kind) || FIELDS.has(kind) || kind === "image" || kind === "frame"],
  };

  // What could have the wanted name, each with the names it has: worked out once for whole names and parts.
  const known = (root, how, wanted) => {
    const [css, fits] = PICK[how];
    const found = [];
    for (const el of select(root, css)) {
      const kind = role(el) || (how === "region" ? { tr: "row", li: "listitem" }[el.localName] : "");
      if (!fits(kind) || (wanted && how !== "region" && !worthALook(el, wanted))) continue;
      const titles = how !== "region" ? [] : [...el.querySelectorAll("h1,h2,h3,h4,h5,h6,legend,caption,summary,th")]
        .slice(0, 3).map((title) => title.textContent);
      found.push([el, [...names(el, kind), ...titles]]);
    }
    return found;
  };

  // A styled radio or checkbox is often out of sight and its label is what a shopper presses.
  const pressable = (el) => {
    if (el.localName !== "input" || !["radio", "checkbox"].includes(el.type)) return el;
    const box = el.getBoundingClientRect();
    const hidden = box.width < 4 || box.height < 4 || getComputedStyle(el).opacity === "0";
    return (hidden && [...(el.labels || [])].find(visible)) || el;
  };
  const labelsOfHidden = (root, test) =>
    select(root, "input[type=radio],input[type=checkbox]")
      .filter((el) => !visible(el) && names(el, el.type).some(test))
      .map((el) => [...(el.labels || [])].find(visible)).filter(Boolean);
  const innermost = (found) => found.filter((el) => !found.some((other) => other !== el && el.contains(other)));

  // Whoever escapes more than need be writes what the strict form of a pattern forbids.
  const expression = (pattern) => {
    try {
      return new RegExp(pattern, "iu");
    } catch {
      return new RegExp(pattern, "i");
    }
  };

  const tiers = function* (root, { how, what, act, pattern }) {
    const wanted = pattern ? "" : compact(what);
    const rx = pattern && expression(what);
    const whole = rx ? (name) => rx.test(name.replace(/\s+/g, " ").trim()) : (name) => fold(name) === fold(what);
    const part = (name) => fold(name).includes(fold(what));
    const could = rx ? () => true : (text) => compact(text).includes(wanted);
    const longest = rx ? 2000 : what.length * 4 + 400;
    const pools = new Map();
    const byName = (group, test) => {
      if (!pools.has(group)) pools.set(group, known(root, group, wanted));
      return pools.get(group).filter(([el, called]) => called.some(test) && visible(el)).map(([el]) => el);
    };
    for (const test of rx ? [whole] : [whole, part]) {
      if (how === "text") yield smallestWithText(root, test, could, longest);
      else if (how !== "any") yield byName(how, test);
      else if (act) {
        yield byName("control", test).map(pressable);
        yield labelsOfHidden(root, test);
        yield smallestWithText(root, test, could, longest);
        yield byName("image", test);
      } else yield [...smallestWithText(root, test, could, longest), ...byName("any", test)];
    }
  };

  const find = (root, query) => {
    const scope = root.nodeType === 9 ? root.documentElement || root : root;
    const shown = (found) => (query.visible ? found.filter(visible) : found);
    if (query.how === "css") return shown(select(scope, query.what));
    if (query.how === "everything") {
      return select(scope, INTERACTIVE + ",h1,h2,h3,h4,h5,h6,img,label").filter(visible).slice(0, 600);
    }
    for (const tier of tiers(scope, query)) {
      const found = [...new Set(tier)];
      if (found.length) return query.how === "region" ? innermost(found) : found;
    }
    if (query.how === "region" && Object.hasOwn(LANDMARKS, fold(query.what))) return landmark(scope, fold(query.what));
    return [];
  };

  const describe = (el) => {
    const kind = role(el);
    return { role: kind, name: names(el, kind)[0] || content(el, false).replace(/\s+/g, " ").trim().slice(0, 80) };
  };

  // Where an element is, as a person says it, and the word for `within`.
  const LANDMARKS = {
    header: ["header,[role=banner]", "banner"], footer: ["footer,[role=contentinfo]", "contentinfo"],
    main: ["main,[role=main]", "main"], nav: ["nav,[role=navigation]", "navigation"],
  };
  LANDMARKS.navigation = LANDMARKS.nav;
  const PARTS = "article,aside,main,nav,section"; // their own header and footer are not the page's
  const landmark = (scope, word) => {
    const found = select(scope, LANDMARKS[word][0]).filter(visible);
    const ofPage = found.filter((el) => !el.parentElement?.closest(PARTS));
    return ofPage.length ? ofPage : found;
  };
  const above = (el) => el.parentElement || el.getRootNode().host || null;
  const regionOf = (el) => {
    const kind = role(el);
    if (!REGIONS.has(kind)) return null;
    const title = names(el, kind)[0] || (["region", "dialog", "alertdialog", "form", "group"].includes(kind) &&
      (el.querySelector("h1,h2,h3,h4,h5,h6,legend")?.textContent || "").replace(/\s+/g, " ").trim());
    if (title) return { words: `“${title.slice(0, 60)}”`, within: title.slice(0, 60) };
    const word = ["header", "footer", "main", "nav"].find((each) => LANDMARKS[each][1] === kind);
    return word && !(["header", "footer"].includes(word) && el.parentElement?.closest(PARTS))
      ? { words: { nav: "the navigation", main: "the main part" }[word] || `the ${word}`, within: word } : null;
  };
  const where = (el) => {
    for (let up = above(el); up; up = above(up)) {
      const found = regionOf(up);
      if (found) return found;
    }
    const headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(visible)
      .filter((each) => each.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING);
    const title = headings.length && headings[headings.length - 1].textContent.replace(/\s+/g, " ").trim().slice(0, 60);
    return title ? { words: `under “${title}”`, within: "" } : { words: "", within: "" };
  };
  const regions = () => [...new Set(select(document, PICK.region[0]).filter(visible)
    .map((el) => regionOf(el)?.within).filter(Boolean))].slice(0, 12);

  Object.defineProperty(globalThis, Symbol.for("nano-sre"), { value: { describe, where, regions }, configurable: true });

  const parse = (body) => JSON.parse(decodeURIComponent(body));
  return {
    query: (root, body) => find(root, parse(body))[0] || null,
    queryAll: (root, body) => find(root, parse(body)),
  };
})()
