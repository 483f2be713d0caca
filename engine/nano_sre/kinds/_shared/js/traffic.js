// What has become of an action on the cart. Asks {since, text}: a moment of this page's clock, whether to read the page.
({ since, text }) => ({
  page: performance.timeOrigin,
  now: performance.now(),
  ready: document.readyState === "complete",
  status: performance.getEntriesByType("navigation")[0]?.responseStatus || null,
  path: pathOf(location.href),
  seen: performance.getEntriesByType("resource")
    .filter((entry) => entry.startTime >= since && /\/cart\/(add|change|update|clear)(\.js|\.json)?$/.test(pathOf(entry.name)))
    .map((entry) => ({ path: pathOf(entry.name), status: entry.responseStatus || null })),
  alerts: text ? complaints() : [],
  text: text && document.body ? [...document.body.innerText].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7) : 0,
})
