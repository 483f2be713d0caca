// What each vendor is told, and how. The same code runs in the page, in a pixel's frame and in a pixel's worker.
(function (self) {
  "use strict";
  var KNOWN = {
    ga4: {page_view: "page_view", view_item: "view_item", view_item_list: "view_item_list", search: "search",
      add_to_cart: "add_to_cart", view_cart: "view_cart", begin_checkout: "begin_checkout", purchase: "purchase"},
    meta: {page_view: "PageView", view_item: "ViewContent", search: "Search", add_to_cart: "AddToCart",
      begin_checkout: "InitiateCheckout", purchase: "Purchase"},
    tiktok: {page_view: "Pageview", view_item: "ViewContent", search: "Search", add_to_cart: "AddToCart",
      begin_checkout: "InitiateCheckout", purchase: "Purchase"},
    pinterest: {page_view: "pagevisit", add_to_cart: "addtocart", purchase: "checkout"}
  };

  function query(pairs) {
    return pairs.filter(function (pair) { return pair[1] !== undefined && pair[1] !== ""; }).map(function (pair) {
      return encodeURIComponent(pair[0]) + "=" + encodeURIComponent(pair[1]);
    }).join("&");
  }
  function get(url) {
    fetch(url, {mode: "no-cors", keepalive: true, credentials: "include"}).catch(function () {});
  }
  function post(url, body, type) {
    var sent = self.navigator.sendBeacon && self.navigator.sendBeacon(url, body && type ? new Blob([body], {type: type}) : body);
    if (!sent) fetch(url, {method: "POST", body: body, mode: "no-cors", keepalive: true}).catch(function () {});
  }
  function ids(event) { return event.items.map(function (each) { return each.id; }); }
  function count(event) { return event.items.reduce(function (sum, each) { return sum + each.quantity; }, 0); }

  function line(each) {
    return [["id", each.id], ["nm", each.name], ["br", each.brand], ["ca", each.category], ["va", each.variant],
      ["pr", each.price], ["qt", each.quantity]].filter(function (pair) { return pair[1] !== "" && pair[1] !== undefined; })
      .map(function (pair) { return pair[0] + String(pair[1]).replace(/~/g, "~~"); }).join("~");
  }
  function ga4Event(event) {
    var pairs = [["en", event.name]];
    if (event.search_term) pairs.push(["ep.search_term", event.search_term]);
    if (event.items) {
      pairs.push(["cu", event.currency]);
      event.items.forEach(function (each, index) { pairs.push(["pr" + (index + 1), line(each)]); });
      pairs.push([typeof event.value === "string" ? "ep.value" : "epn.value", event.value],
        ["ep.transaction_id", event.transaction_id], ["epn.shipping", event.shipping], ["epn.tax", event.tax]);
    }
    return pairs;
  }
  // Several events of one moment go together: what they share in the address, each of them on a line of the body.
  function ga4(events, account, visit) {
    var first = events[0], denied = first.consent === "denied", answered = first.context.answered;
    var shared = [["v", 2], ["tid", account], ["_p", first.context.load], ["gcs", denied ? "G100" : "G111"],
      ["gcd", denied ? "13q3q3q2q5l1" : answered ? "13r3r3r2r5l1" : "13t3t3t2t5l1"], ["cid", first.context.ids.ga],
      ["ul", visit.language.toLowerCase()], ["sr", first.context.screen.join("x")], ["_s", ++visit.hits], ["sid", first.context.ids.session],
      ["sct", 1], ["seg", 1], ["dl", first.page], ["dr", first.context.referrer], ["dt", first.context.title]];
    if (first.context.ids.fresh) shared.push(["_fv", 1], ["_ss", 1]);
    if (first.test) shared.push(["_dbg", 1]);
    var url = "https://www.google-analytics.com/g/collect?", one = events.length === 1;
    if (one && visit.place === "frame") get(url + query(shared.concat(ga4Event(first))));
    else if (one) post(url + query(shared.concat(ga4Event(first))));
    else post(url + query(shared), events.map(function (event) { return query(ga4Event(event)); }).join("\r\n"));
  }
  function meta(event, account, visit) {
    var pairs = [["id", account], ["ev", KNOWN.meta[event.name]], ["dl", event.page], ["rl", event.context.referrer],
      ["if", visit.place === "frame"], ["ts", event.at], ["sw", event.context.screen[0]], ["sh", event.context.screen[1]],
      ["v", "2.9.230"], ["r", "stable"], ["ec", visit.hits], ["o", 4126], ["fbp", event.context.ids.fbp], ["eid", event.event_id]];
    if (event.search_term) pairs.push(["cd[search_string]", event.search_term]);
    if (event.test) pairs.push(["test_event_code", "TEST4711"]);
    if (event.items) {
      pairs.push(["cd[content_type]", event.items.length ? "product" : ""], ["cd[content_ids]", event.items.length ? JSON.stringify(ids(event)) : ""],
        ["cd[contents]", event.items.length ? JSON.stringify(event.items.map(function (each) {
          return {id: each.id, quantity: each.quantity, item_price: each.price};
        })) : ""],
        ["cd[content_name]", event.items.length === 1 ? event.items[0].name : ""], ["cd[num_items]", count(event)],
        ["cd[value]", event.value], ["cd[currency]", event.currency], ["cd[order_id]", event.transaction_id]);
    }
    var url = "https://www.facebook.com/tr/";
    if (event.name === "purchase") post(url, query(pairs), "application/x-www-form-urlencoded");
    else get(url + "?" + query(pairs));
  }
  function tiktok(event, account) {
    var properties = {};
    if (event.items) {
      properties = {content_type: "product", currency: event.currency, value: event.value, order_id: event.transaction_id,
        contents: event.items.map(function (each) {
          return {content_id: each.id, content_name: each.name, quantity: each.quantity, price: each.price};
        })};
    }
    if (event.search_term) properties.query = event.search_term;
    var body = {event: KNOWN.tiktok[event.name], event_id: event.event_id, timestamp: new Date(event.at).toISOString(), properties: properties,
      context: {pixel: {code: account}, page: {url: event.page, referrer: event.context.referrer}, library: {name: "pixel.js", version: "2.2.1"}}};
    if (event.test) body.test_event_code = "TEST4711";
    post("https://analytics.tiktok.com/api/v2/pixel", JSON.stringify(body), "text/plain");
  }
  function pinterest(event, account) {
    var detail = {event_id: event.event_id};
    if (event.items) {
      detail.value = event.value;
      detail.currency = event.currency;
      detail.order_id = event.transaction_id;
      detail.order_quantity = count(event);
      detail.line_items = event.items.map(function (each) {
        return {product_id: each.id, product_name: each.name, product_price: each.price, product_quantity: each.quantity};
      });
    }
    get("https://ct.pinterest.com/v3/?" + query([["tid", account], ["event", KNOWN.pinterest[event.name]], ["ed", JSON.stringify(detail)],
      ["ad", JSON.stringify({loc: event.page, ref: event.context.referrer, "if": false, sh: event.context.screen[1], sw: event.context.screen[0]})],
      ["cb", event.at]]));
  }

  // Tell these vendors of an event. `settings` is what the store says of its pixels, `place` where this code runs.
  self.pixelTeller = function (vendors, settings, place) {
    var send = {meta: meta, tiktok: tiktok, pinterest: pinterest};
    var visit = {language: settings.language, hits: 0, place: place}, waiting = {};
    function edited(event, vendor) {
      return (self.pixelEdits || []).reduce(function (events, edit) {
        return events.reduce(function (made, each) { return made.concat(edit(each, vendor)); }, []);
      }, [event]);
    }
    function flush(account) {
      var events = waiting[account];
      delete waiting[account];
      if (events) ga4(events, account, visit);
    }
    function go(event, vendor) {
      event.accounts.forEach(function (account) {
        if (send[vendor]) return send[vendor](event, account, visit);
        if (waiting[account]) return waiting[account].push(event);
        waiting[account] = [event];
        Promise.resolve().then(function () { flush(account); });
      });
    }
    return function (event) {
      vendors.forEach(function (vendor) {
        if (!KNOWN[vendor][event.name]) return;
        var mine = JSON.parse(JSON.stringify(event));
        mine.accounts = settings.accounts[vendor];
        edited(mine, vendor).forEach(function (each) {
          if (each.delay) setTimeout(function () { go(each, vendor); }, each.delay);
          else go(each, vendor);
        });
      });
    };
  };
})(self);
