// Shopify's web pixels manager: standard events for pixels in sandboxes, a worker for apps', a frame for the merchant's.
(function () {
  "use strict";
  function variant(each, currency) {
    return {id: each.id, title: each.variant || null, untranslatedTitle: each.variant || null, sku: each.sku, price: {amount: each.price, currencyCode: currency},
      product: {id: String(each.product_id), title: each.name, vendor: each.brand, type: each.category, url: each.url}};
  }
  function cartLine(each, currency) {
    return {merchandise: variant(each, currency), quantity: each.quantity,
      cost: {totalAmount: {amount: Math.round(each.price * each.quantity * 100) / 100, currencyCode: currency}}};
  }
  var STANDARD = {
    page_view: ["page_viewed", function () { return {}; }],
    view_item: ["product_viewed", function (event, currency) { return {productVariant: variant(event.items[0], currency)}; }],
    view_item_list: ["collection_viewed", function (event, currency) {
      return {collection: {id: event.list_id, title: event.list_name, productVariants: event.items.map(function (each) { return variant(each, currency); })}};
    }],
    search: ["search_submitted", function (event) { return {searchResult: {query: event.search_term, productVariants: []}}; }],
    add_to_cart: ["product_added_to_cart", function (event, currency) { return {cartLine: cartLine(event.items[0], currency)}; }],
    view_cart: ["cart_viewed", function (event, currency) {
      return {cart: {id: event.cart, totalQuantity: event.items.reduce(function (sum, each) { return sum + each.quantity; }, 0),
        cost: {totalAmount: {amount: event.value, currencyCode: currency}}, lines: event.items.map(function (each) { return cartLine(each, currency); })}};
    }],
    begin_checkout: ["checkout_started", function (event) { return {checkout: event.checkout}; }],
    purchase: ["checkout_completed", function (event) { return {checkout: event.checkout}; }]
  };

  function inWorker(pixel, config) {
    var worker = new Worker(pixel.source, {name: "web-pixel-sandbox-APP-" + pixel.id});
    worker.postMessage({start: config});
    return function (event) { worker.postMessage(event); };
  }
  function inFrame(pixel, config) {
    var frame = document.createElement("iframe"), channel = new MessageChannel();
    frame.setAttribute("sandbox", "allow-scripts allow-forms");
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.name = "web-pixel-sandbox-CUSTOM-" + pixel.id;
    frame.style.cssText = "height:0;width:0;display:none";
    frame.src = pixel.source + location.pathname;
    frame.addEventListener("load", function () { frame.contentWindow.postMessage({start: config}, "*", [channel.port2]); });
    (document.body || document.documentElement).appendChild(frame);
    return function (event) { channel.port1.postMessage(event); };
  }

  window.webPixelsManager = {
    init: function (config) {
      var seq = 0;
      var pixels = config.webPixelsConfigList.map(function (pixel) {
        return (pixel.runtimeContext === "STRICT" ? inWorker : inFrame)(pixel, config);
      });
      function out(id, name, type, at, more) {
        var event = {id: id, clientId: config.clientId, name: name, seq: seq++, type: type, timestamp: new Date(at).toISOString(),
          context: {document: {location: {href: location.href, host: location.host, pathname: location.pathname, search: location.search},
            referrer: document.referrer, title: document.title}, navigator: {language: navigator.language, userAgent: navigator.userAgent},
            window: {innerWidth: innerWidth, innerHeight: innerHeight, location: {href: location.href}}}};
        Object.keys(more).forEach(function (key) { event[key] = more[key]; });
        pixels.forEach(function (post) { post(event); });
      }
      storePixels.hear(function (event) {
        var made = STANDARD[event.name];
        if (made) out(event.event_id, made[0], "standard", event.at, {data: made[1](event, config.currency), told: event});
      });
      return {
        publishCustomEvent: function (name, payload) { out("sh-" + Date.now() + "-" + seq, name, "custom", Date.now(), {customData: payload || {}}); return true; },
        publish: function (name, payload) { out("sh-" + Date.now() + "-" + seq, name, "standard", Date.now(), {data: payload || {}}); return true; },
        visitor: function () { return true; }
      };
    }
  };
})();
