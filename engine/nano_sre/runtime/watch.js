// Runs before the page's own scripts, in a world of its own: the page cannot see it, replace what it calls, or be
// slowed by it. `say` reaches the engine at once, so a page that is left still tells its last word (beforeunload).
(() => {
  const wanted = "__WANTED__".split(" ");
  if (window !== window.top || !/^https?:$/.test(location.protocol)) return;
  const say = (word, more) => {
    try { globalThis.__SAY__(JSON.stringify({ word, url: location.href, ...more })); } catch { /* the engine is gone */ }
  };
  const short = (text) => String(text ?? "").replace(/\s+/g, " ").trim().slice(0, 80);
  const named = (el) => {
    if (!el || !el.tagName) return "";
    const tag = { IMG: "the picture", A: "the link", BUTTON: "the button", VIDEO: "the video" }[el.tagName] ??
      `the ${el.tagName.toLowerCase()}`;
    const text = short(el.getAttribute?.("aria-label") || el.alt || el.textContent) || short(el.currentSrc || el.src);
    return text ? `${tag} “${text}”` : tag;
  };
  const observe = (type, take, more) => {
    try {
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(take));
      observer.observe({ type, buffered: true, ...more });
      return () => observer.takeRecords().forEach(take);
    } catch { return () => {}; }
  };
  const flushes = [];
  const measures = {}, about = {};
  let changed = performance.now();

  if (wanted.includes("vitals")) {
    const paints = (entry) => {
      if (entry.name === "first-contentful-paint") measures.FCP = entry.startTime;
    };
    const largest = (entry) => {
      measures.LCP = entry.startTime;
      about.LCP = named(entry.element) || short(entry.url);
      changed = performance.now();
    };
    // Shifts are summed in windows of at most 5 s with gaps under 1 s; the worst window counts.
    let sum = 0, first = 0, last = 0, worst = 0;
    measures.CLS = 0;
    const shifts = (entry) => {
      if (entry.hadRecentInput) return;
      const on = sum && entry.startTime - last < 1000 && entry.startTime - first < 5000;
      sum = on ? sum + entry.value : entry.value;
      if (!on) first = entry.startTime;
      last = entry.startTime;
      measures.CLS = Math.max(measures.CLS, sum);
      changed = performance.now();
      if (entry.value > worst) {
        worst = entry.value;
        about.CLS = named(entry.sources?.map((each) => each.node).find((node) => node?.tagName));
      }
    };
    // The longest answer to a press; with very many presses, one in fifty is forgiven.
    const presses = new Map();
    const events = (entry) => {
      if (!entry.interactionId) return;
      const known = presses.get(entry.interactionId);
      if (known && known[0] >= entry.duration) return;
      presses.set(entry.interactionId, [entry.duration, named(entry.target) || known?.[1] || ""]);
    };
    flushes.push(
      observe("paint", paints), observe("largest-contentful-paint", largest), observe("layout-shift", shifts),
      observe("event", events, { durationThreshold: 16 }), observe("first-input", events),
      () => {
        const [navigation] = performance.getEntriesByType("navigation");
        if (navigation && navigation.responseStart > 0) measures.TTFB = navigation.responseStart;
        if (!("FCP" in measures)) delete measures.CLS;
        const slowest = [...presses.values()].sort((a, b) => b[0] - a[0]);
        const taken = slowest[Math.min(slowest.length - 1, Math.floor((performance.interactionCount ?? 0) / 50))];
        if (taken) [measures.INP, about.INP] = taken;
      },
    );
  }

  const hosts = new Set();
  if (wanted.includes("hosts")) {
    flushes.push(observe("resource", (entry) => {
      try { hosts.add(new URL(entry.name).hostname); } catch { /* data: and blob: have none */ }
    }));
  }

  const liquid = new Map();
  const MESSAGE = /Liquid (?:syntax )?error(?: \(([^)<>]{1,120})\))?: ?[^<>\n"]{1,200}/g;
  const read = () => {
    if (!wanted.includes("liquid") || !document.documentElement) return;
    const whole = document.documentElement.innerHTML;
    if (!/Liquid (?:syntax )?error/.test(whole)) return;
    const seen = document.body ? document.body.innerText : "";
    for (const [text, template] of whole.matchAll(MESSAGE)) {
      const area = document.createElement("textarea");
      area.innerHTML = text;
      const plain = area.value.replace(/-->?$|\*\/$/, "").replace(/\s+/g, " ").trim();
      liquid.set(plain, { text: plain, template: template ?? null, visible: seen.includes(plain) });
    }
  };
  flushes.push(read);

  if (wanted.includes("requests")) {
    addEventListener("error", (event) => {
      const el = event.target;
      if (!el || el === window || !el.tagName) return;
      const kind = { IMG: "image", SCRIPT: "script", LINK: "style sheet", VIDEO: "video", SOURCE: "video" }[el.tagName];
      say("broken", { kind: kind ?? el.tagName.toLowerCase(), alt: short(el.alt), address: el.currentSrc || el.src || el.href || "" });
    }, true);
  }

  const report = () => {
    flushes.forEach((flush) => { try { flush(); } catch { /* a page that breaks our eyes is not our business */ } });
    return { measures, about, hosts: [...hosts], liquid: [...liquid.values()] };
  };
  globalThis.__REPORT__ = () => JSON.stringify(report());
  globalThis.__QUIET__ = () => document.readyState === "complete" ? performance.now() - changed : -1;
  addEventListener("load", () => { changed = performance.now(); read(); });
  addEventListener("beforeunload", () => say("leaving", { report: report() }));
  say("hello");
})();
