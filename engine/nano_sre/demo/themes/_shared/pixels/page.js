// The store's own side of tracking: who may be told of what, and when. Theme scripts talk to `storePixels`.
(function () {
  "use strict";
  var settings = JSON.parse(document.getElementById("pixel-events").textContent);
  var load = Math.floor(Math.random() * 2e9), waiting = [], hearers = [];
  function cookie(name) {
    var found = document.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
    return found ? found[1] : "";
  }
  function write(name, value) { document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax"; }
  function kept(name, make) {
    var value = cookie(name) || make();
    write(name, value);
    return value;
  }
  function digits() { return Math.floor(1e9 + Math.random() * 1e9); }
  function uuid() {
    return "sh-" + "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, function () { return Math.floor(Math.random() * 16).toString(16); });
  }
  function answer() { return cookie("_tracking_consent"); }
  function allowed() { return answer() ? answer() === "accepted" : settings.consent !== "opt-in"; }
  function may() { return allowed() || settings.consent === "ignored"; }
  function identity() {
    var fresh = !cookie("_ga");
    return {fresh: fresh, ga: kept("_ga", function () { return "GA1.1." + digits() + "." + Math.floor(Date.now() / 1000); }).slice(6),
      session: kept("_ga_DEMO12345", function () { return "GS2.1.s" + Math.floor(Date.now() / 1000); }).slice(7),
      fbp: kept("_fbp", function () { return "fb.1." + Date.now() + "." + digits(); })};
  }

  // Shopify's customer privacy API.
  var consent = {
    analyticsProcessingAllowed: allowed, marketingAllowed: allowed, preferencesProcessingAllowed: allowed, saleOfDataAllowed: allowed,
    shouldShowBanner: function () { return !answer(); },
    getRegion: function () { return settings.region; },
    currentVisitorConsent: function () {
      var said = answer() ? (allowed() ? "yes" : "no") : "";
      return {marketing: said, analytics: said, preferences: said, sale_of_data: said};
    },
    setTrackingConsent: function (choice, done) {
      write("_tracking_consent", choice.analytics && choice.marketing ? "accepted" : "declined");
      var detail = {marketingAllowed: allowed(), analyticsAllowed: allowed(), preferencesAllowed: allowed(), saleOfDataAllowed: allowed()};
      document.dispatchEvent(new CustomEvent("visitorConsentCollected", {detail: detail}));
      if (may()) waiting.splice(0).forEach(tell);
      if (done) done();
    }
  };
  window.Shopify = window.Shopify || {};
  Shopify.customerPrivacy = consent;

  // Shopify counts for itself, consent or not: without one, without anything that tells who it was.
  function monorail(event) {
    var own = {page_view: "page_rendered", view_item: "product_page_rendered", view_item_list: "collection_page_rendered",
      search: "search_submitted", add_to_cart: "product_added_to_cart"}[event.name];
    if (!own) return;
    var now = Date.now(), payload = {shop_id: settings.shop_id, event_id: event.event_id, event_name: own, event_source_url: location.href,
      currency: settings.currency, unique_token: allowed() ? cookie("_shopify_y") : "", gdpr_enforced: settings.consent === "opt-in", ccpa_enforced: false,
      analytics_allowed: allowed(), marketing_allowed: allowed()};
    if (event.items) {
      payload.total_value = event.value;
      payload.products = event.items.map(function (each) {
        return JSON.stringify({product_gid: "gid://shopify/Product/" + each.product_id, variant_gid: "gid://shopify/ProductVariant/" + each.id,
          product_id: each.product_id, variant_id: Number(each.id), name: each.name, brand: each.brand, variant: each.variant, price: String(each.price),
          quantity: each.quantity});
      });
    }
    var body = JSON.stringify({events: [{schema_id: "custom_storefront_customer_tracking/1.2", payload: payload, metadata: {event_created_at_ms: now}}],
      metadata: {event_sent_at_ms: now}});
    var path = settings.surface === "checkout" ? "https://monorail-edge.shopifysvc.com/unstable/produce_batch"
      : "/.well-known/shopify/monorail/unstable/produce_batch";
    navigator.sendBeacon(path, new Blob([body], {type: "text/plain"}));
  }

  // Klaviyo says nothing of those it does not know.
  function klaviyo(event) {
    var known = cookie("__kla_id");
    if (!known || event.name !== "page_view") return;
    var body = {data: {type: "event", attributes: {properties: {page: location.href}, metric: {data: {type: "metric", attributes: {name: "Active on Site"}}},
      profile: {data: {type: "profile", attributes: {email: atob(known)}}}}}};
    settings.accounts.klaviyo.forEach(function (account) {
      fetch("https://a.klaviyo.com/client/events/?company_id=" + account, {method: "POST", mode: "no-cors", keepalive: true,
        body: JSON.stringify(body)}).catch(function () {});
    });
  }

  // On checkout pages, scripts of the theme do not run: there, pixels in sandboxes tell everybody.
  var teller = settings.surface === "checkout" ? function () {} : pixelTeller(["ga4", "meta"], settings, "page");
  function tell(event) {
    event.context.ids = identity();
    event.context.answered = Boolean(answer());
    teller(event);
    klaviyo(event);
    if (event.leaving) left(event);
    else hearers.forEach(function (hear) { hear(event); });
  }
  function publish(given) {
    var event = JSON.parse(JSON.stringify(given));
    event.event_id = uuid();
    event.at = Date.now();
    event.page = location.href;
    if (event.items) event.currency = settings.currency;
    event.context = {load: load, referrer: document.referrer, title: document.title, screen: [screen.width, screen.height]};
    monorail(event);
    if (may()) tell(event);
    else waiting.push(event);
  }
  // A page that is being left has no time for its sandboxes: the next one tells them.
  function left(event) {
    try {
      if (event) return sessionStorage.setItem("pixels-left", JSON.stringify(event));
      var kept = sessionStorage.getItem("pixels-left");
      sessionStorage.removeItem("pixels-left");
      return kept && JSON.parse(kept);
    } catch (error) { return null; /* private mode */ }
  }
  var past = [];
  hearers.push(function (event) { past.push(event); });
  window.storePixels = {
    publish: publish,
    settings: settings,
    hear: function (hear) { past.forEach(hear); hearers.push(hear); },
    know: function (email) { if (may()) write("__kla_id", btoa(email)); },
    consent: function (accepted) {
      consent.setTrackingConsent({analytics: accepted, marketing: accepted, preferences: accepted, sale_of_data: accepted});
    }
  };
  kept("_shopify_y", uuid);
  var before = left();
  if (before) past.push(Object.assign(before, {leaving: false}));
  publish({name: "page_view"});
  settings.events.forEach(function (event) {
    if (event.once) {
      var key = event.name + "-" + event.once;
      try { if (localStorage.getItem(key)) return; localStorage.setItem(key, "1"); } catch (error) { /* private mode */ }
    }
    publish(event);
  });
})();
