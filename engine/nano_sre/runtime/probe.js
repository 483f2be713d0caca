// Hears what the store publishes for its pixels (web pixels, `Shopify.analytics`). Runs in the page itself before its
// own scripts, and leaves nothing that they could meet: what it wraps behaves, and looks, as before. `tell` is the name
// of an event that only our other script knows; `events` finds the store's events in a message.
((tell, events) => {
  if (window !== window.top || !/^https?:$/.test(location.protocol)) return;
  const MOST = 400; // events of one document
  const LONGEST = 100_000; // characters of one event
  const { parse, stringify } = JSON;
  const { apply } = Reflect;
  const { isArray } = Array;
  const now = Date.now, Told = CustomEvent, dispatch = window.dispatchEvent.bind(window);
  const ours = new WeakMap(); // what we wrapped, by what stands in its place
  let told = 0;

  const say = (name, data, place, more) => {
    if (typeof name !== "string" || !name || told >= MOST) return;
    let text = stringify({ name, data: data ?? {}, place, id: "", at: now(), ...more });
    if (text.length > LONGEST) text = stringify({ name, data: {}, place, id: "", at: now(), ...more });
    told += 1;
    dispatch(new Told(tell, { detail: text }));
  };
  const quietly = (look) => { try { look(); } catch { /* what we cannot read is none of the page's business */ } };

  // Events on their way to a sandbox, wherever in a message they are.
  const look = (message, place) => events(message, ({ name, data, id, at }) => say(name, data, place, { id, at }));
  const heard = (original, hear) => {
    if (typeof original !== "function" || ours.has(original)) return original;
    const made = new Proxy(original, {
      apply: (target, self, given) => {
        quietly(() => hear(given));
        return apply(target, self, given);
      },
    });
    ours.set(made, original);
    return made;
  };
  const tap = (owner, key, hear) => {
    const known = owner && Object.getOwnPropertyDescriptor(owner, key);
    if (!known || !("value" in known) || !(known.writable || known.configurable)) return;
    const made = heard(known.value, hear);
    if (made !== known.value) Object.defineProperty(owner, key, { ...known, value: made });
  };
  // Who asks a function for its text gets that of the one it stands for.
  const text = Function.prototype.toString;
  const asText = new Proxy(text, { apply: (target, self, given) => apply(target, ours.get(self) ?? self, given) });
  ours.set(asText, text);
  Object.defineProperty(Function.prototype, "toString", {
    ...Object.getOwnPropertyDescriptor(Function.prototype, "toString"), value: asText,
  });
  const published = ([name, data]) => say(name, data, "page");

  if (window.Worker) tap(Worker.prototype, "postMessage", ([message]) => look(message, "worker"));
  tap(MessagePort.prototype, "postMessage", ([message]) => look(message, "frame"));

  // The web pixels manager is met between its script and the first use of it.
  const meet = () => quietly(() => {
    const manager = window.webPixelsManager;
    if (manager && typeof manager.init === "function" && !ours.has(manager.init)) {
      const init = manager.init;
      const made = new Proxy(init, {
        apply: (target, self, given) => {
          const api = apply(target, self, given);
          quietly(() => {
            for (const each of parse(typeof given[0]?.events === "string" ? given[0].events : "[]")) published(each);
            tap(api, "publish", published);
            tap(api, "publishCustomEvent", published);
          });
          return api;
        },
      });
      ours.set(made, init);
      manager.init = made;
    }
    const analytics = window.Shopify?.analytics;
    if (analytics && !isArray(analytics.replayQueue)) tap(analytics, "publish", published);
  });
  document.addEventListener("load", (event) => { if (event.target.localName === "script") meet(); }, true);
  addEventListener("DOMContentLoaded", meet);
  addEventListener("load", meet);
})
