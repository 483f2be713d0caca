// The shipping methods a shopper can choose from: each as the lines of its label.
() => {
  const radios = [...document.querySelectorAll("input[type=radio]")].filter(
    (el) => /shipping|delivery|rate/i.test(el.name) && !/address|strateg|pickup/i.test(el.name) && (visible(el) || [...(el.labels || [])].some(visible)));
  const label = (el) => [...(el.labels || [])].find((each) => read(each)) || el.closest("li,[role=listitem],tr,div") || el;
  const lines = (el) => (el.innerText || "").split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean);
  // With a single method some checkouts draw no choice, only the method.
  const single = radios.length ? [] : [...document.querySelectorAll("[id*=shipping i][id*=method i],[id*=delivery i][id*=method i]")]
    .filter((el) => visible(el) && !el.querySelector("input,select") && lines(el).length > 1);
  return {
    rates: radios.map((el) => { const named = label(el); return { path: visible(el) ? path(el) : path(named), id: el.value, lines: lines(named).length ? lines(named) : [el.getAttribute("aria-label") || ""], checked: el.checked, enabled: enabled(el) }; }),
    single: single.length ? lines(single[0]) : [],
    busy: !!document.querySelector("main [aria-busy=true],form[aria-busy=true],form [aria-busy=true]"),
  };
}
