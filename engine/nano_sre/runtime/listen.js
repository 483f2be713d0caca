// In our own world beside the page: passes on what the store published and how the cookie banner was answered. In the
// store's own frames it hears what they are sent, which nothing in the page could overhear: a frame's window is not ours
// to wrap. `events` finds the store's events in a message; null where nobody wants them.
((tell, events) => {
  if (!/^https?:$/.test(location.protocol)) return;
  const say = (word, more) => {
    try { globalThis.__SAY__(JSON.stringify({ word, url: location.href, ...more })); } catch { /* the engine is gone */ }
  };
  if (window !== window.top) {
    const MOST = 400; // events of one frame
    const LONGEST = 100_000; // characters of one event
    let told = 0;
    const pass = (event, envelope) => {
      if (!event.name || ++told > MOST) return;
      const whole = JSON.stringify({ ...event, place: "frame" });
      const text = whole.length > LONGEST ? JSON.stringify({ ...event, data: {}, place: "frame" }) : whole;
      say("told", { text, url: String(envelope.context?.document?.location?.href ?? document.referrer) });
    };
    const parent = location.ancestorOrigins?.[0] ?? "";
    if (events === null || !URL.canParse(parent) || new URL(parent).host !== location.host) return;
    addEventListener("message", (event) => {
      try { events(event.data, pass); } catch { /* what we cannot read is none of the frame's business */ }
    }, true);
    return;
  }
  addEventListener(tell, (event) => {
    event.stopImmediatePropagation();
    say("told", { text: String(event.detail) });
  }, true);
  // Shopify's own word for an answer, whoever gave it and however.
  document.addEventListener("visitorConsentCollected", (event) => {
    const said = event.detail ?? {};
    say("consented", { accepted: Boolean(said.marketingAllowed || said.analyticsAllowed), at: Date.now() });
  }, true);
})
