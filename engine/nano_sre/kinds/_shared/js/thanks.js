// The page after paying: where it is, and what it calls the order. Asks for the words for an order.
(words) => {
  const here = pathOf(location.href);
  // The page after paying, a shop's offer before it, and the page of the order itself (/<shop>/orders/<token>).
  const thanks = /\/(thank[-_]you|post[-_]purchase)$/.test(here) || (/\/orders\/[^/]+/.test(here) && !/\/account(\/|$)/.test(here));
  const lines = (document.body ? document.body.innerText : "").split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter((line) => line && line.length < 160);
  const numbers = [];
  for (const line of lines) {
    const signed = line.match(/#\s?([A-Z0-9][A-Z0-9-]{2,})\b/i);
    if (signed && /\d/.test(signed[1])) numbers.push(signed[0].replace(/\s/g, ""));
    else if (signed && says(line, words)) numbers.push(signed[0].replace(/\s/g, ""));
  }
  for (const line of lines.filter((each) => says(each, words))) {
    const plain = line.match(/\b(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{3,}\b/);
    if (plain) numbers.push(plain[0]);
  }
  return { thanks, path: here, numbers, page: performance.timeOrigin, ready: document.readyState !== "loading",
    status: performance.getEntriesByType("navigation")[0]?.responseStatus || null, title: document.title, heading: read(document.querySelector("h1")) };
}
