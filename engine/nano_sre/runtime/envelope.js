// Finds the store's own events on their way to a pixel's sandbox, wherever in a message they are: `found` gets each.
(() => {
  const LONGEST = 100_000; // characters of a message that is text
  const DEEPEST = 6, WIDEST = 300; // of a message that is searched
  const { parse } = JSON;
  const { isArray } = Array;
  const { values } = Object;
  const { isView } = ArrayBuffer;
  const now = Date.now, read = Date.parse;

  return (message, found) => {
    let given = message;
    if (typeof given === "string") {
      if (given.length > LONGEST || !given.includes('"timestamp"')) return;
      given = parse(given);
    }
    const waiting = [[given, 0]];
    for (let at = 0; at < waiting.length && at < WIDEST; at++) {
      const [each, depth] = waiting[at];
      if (each === null || typeof each !== "object" || isView(each) || each instanceof ArrayBuffer) continue;
      if (typeof each.name === "string" && typeof each.id === "string" && each.timestamp !== undefined
        && (each.type === "standard" || each.type === "custom")) {
        found({ name: each.name, data: each.data ?? each.customData ?? {}, id: each.id, at: read(each.timestamp) || now() }, each);
      } else if (depth < DEEPEST) {
        for (const inner of isArray(each) ? each : values(each)) waiting.push([inner, depth + 1]);
      }
    }
  };
})()
