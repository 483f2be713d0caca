// In our own world beside the page: passes on what the store published and how the cookie banner was answered.
((tell) => {
  if (window !== window.top || !/^https?:$/.test(location.protocol)) return;
  const say = (word, more) => {
    try { globalThis.__SAY__(JSON.stringify({ word, url: location.href, ...more })); } catch { /* the engine is gone */ }
  };
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
