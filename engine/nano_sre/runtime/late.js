// What comes over a page late: a cookie banner, the store's known overlays. Runs in every document of a visit and
// looks only when the page has changed. `wish` is {consent, frames, overlays: [{see, press}], tell}, `answer` presses the
// banner's button and returns what it said and when, or null; who listens for `tell` hears of it.
((wish, answer) => {
  const FIRST_LOOK = 150; // ms after the page changed: what has just been drawn may not listen yet
  const BETWEEN = 400; // ms between two looks
  const AGAIN = 1_000; // ms until something that was pressed and is still there is pressed again
  const MOST_PRESSES = 4; // for each overlay of a document: what does not close is for a person to see
  const ANYWAY = 3_000; // ms after which a page that is still loading is looked at
  const UNREAD = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD"]);
  const PRESSABLE = "button,a,[role=button],[role=link],input[type=button],input[type=submit],summary,[onclick]";

  const framed = self !== top;
  const address = location.href.toLowerCase();
  if (framed && !wish.frames.some((word) => address.includes(word))) return;

  const squeeze = (text) => (text || "").normalize("NFKC").replace(/\s+/g, "").toLowerCase();
  const overlays = (framed ? [] : wish.overlays).map((each) => ({
    text: squeeze(each.see), button: squeeze(each.press), holders: null, presses: 0, rests: 0,
  }));
  const banner = { wanted: wish.consent !== null, presses: 0, rests: 0 };

  const visible = (el) => {
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0
      && box.left < innerWidth && box.top < innerHeight;
  };
  const holding = (text) => {
    const found = [];
    const visit = (el) => {
      const inner = [...el.children].filter((kid) => !UNREAD.has(kid.tagName) && squeeze(kid.textContent).includes(text));
      if (inner.length) inner.forEach(visit);
      else found.push(el);
    };
    if (document.body && squeeze(document.body.textContent).includes(text)) visit(document.body);
    return found.filter((el) => el !== document.body);
  };
  const names = (el) => [el.getAttribute("aria-label"), el.localName === "input" ? el.value : el.textContent,
    el.getAttribute("title"), el.querySelector("img[alt]")?.alt].map(squeeze).filter(Boolean);
  // The nearest control of that name, seen from the text: another part of the page may have one, too.
  const control = (holder, button) => {
    for (const fits of [(name) => name === button, (name) => name.includes(button)]) {
      for (let part = holder; part; part = part.parentElement) {
        const found = [...part.querySelectorAll(PRESSABLE)].find((el) => names(el).some(fits) && visible(el));
        if (found) return found;
      }
    }
    return null;
  };
  const close = (overlay, now) => {
    if (now < overlay.rests || overlay.presses >= MOST_PRESSES) return;
    overlay.holders ??= holding(overlay.text);
    const found = overlay.holders.find((el) => el.isConnected && visible(el));
    const button = found && control(found, overlay.button);
    if (!button) return;
    overlay.presses += 1;
    overlay.rests = now + AGAIN;
    button.click();
  };
  const consent = (now) => {
    const pressed = globalThis[Symbol.for("nano-sre-consent")] || 0; // by whoever asked when the page had come
    if (!banner.wanted || now < Math.max(banner.rests, pressed + AGAIN)) return;
    const said = answer(wish.consent);
    if (said !== null) {
      if (wish.tell) dispatchEvent(new CustomEvent(wish.tell, { detail: JSON.stringify({ pressed: said[1] }) }));
      banner.presses += 1;
      banner.rests = now + AGAIN;
    } else if (banner.presses) banner.wanted = false;
    if (banner.presses >= MOST_PRESSES) banner.wanted = false;
  };

  let timer = 0;
  let last = 0;
  const busy = () => banner.wanted || overlays.some((each) => each.presses < MOST_PRESSES);
  const look = () => {
    timer = 0;
    last = performance.now();
    const now = Date.now();
    for (const each of overlays) close(each, now);
    consent(now);
    const resting = [banner, ...overlays].some((each) => each.rests > now);
    if (!busy()) observer.disconnect();
    else if (resting) soon(AGAIN);
  };
  const soon = (pause) => {
    if (!timer) timer = setTimeout(look, Math.max(pause, last + BETWEEN - performance.now()));
  };
  const observer = new MutationObserver((changes) => {
    if (changes.some((each) => each.type === "childList")) for (const each of overlays) each.holders = null;
    soon(FIRST_LOOK);
  });
  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    observer.observe(document.documentElement, {
      childList: true, subtree: true, characterData: true, attributes: true,
      attributeFilter: ["class", "style", "hidden", "open", "aria-hidden"],
    });
    soon(FIRST_LOOK);
  };
  addEventListener("load", start, { once: true });
  addEventListener("DOMContentLoaded", () => setTimeout(start, ANYWAY), { once: true });
})
