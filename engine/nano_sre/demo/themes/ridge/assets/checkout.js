"use strict";
const form = document.getElementById("Form0");

function pick(name) {
  return form.querySelector(`[name="${name}"]`);
}

let asked = "";
async function refreshRates() {
  const names = ["countryCode", "address1", "city", "zone", "postalCode"];
  const query = new URLSearchParams(names.map((name) => [name, pick(name).value]));
  const chosen = form.querySelector("[name=shipping_method]:checked");
  if (chosen) query.set("rate", chosen.value);
  if (query.toString() === asked) return;
  asked = query.toString();
  const place = document.getElementById("shipping_methods");
  place.setAttribute("aria-busy", "true");
  const answer = await fetch(`${form.dataset.rates}?${query}`);
  const html = await answer.text();
  if (asked !== query.toString()) return;
  if (answer.ok) place.innerHTML = html;
  place.removeAttribute("aria-busy");
  showTotal();
}

function showTotal() {
  const chosen = form.querySelector("[name=shipping_method]:checked");
  if (!chosen) return;
  const rows = document.querySelectorAll("#costs [role=row]");
  rows[rows.length - 2].querySelector("[role=cell]").textContent = chosen.dataset.price;
  document.querySelector("[data-total]:not(input)").textContent = chosen.dataset.total;
}

async function refreshZones() {
  const select = pick("zone");
  const html = await (await fetch(`/checkouts/_zones/${pick("countryCode").value}`)).text();
  select.innerHTML = '<option value="">&nbsp;</option>' + html;
  const empty = select.options.length === 1;
  select.disabled = empty;
  select.closest(".field").hidden = empty;
}

function cardValue(frame) {
  return new Promise((done) => {
    const hear = (event) => {
      if (event.source !== frame.contentWindow) return;
      removeEventListener("message", hear);
      done(String(event.data.value || ""));
    };
    addEventListener("message", hear);
    frame.contentWindow.postMessage("card-field", "*");
  });
}

if (form) {
  form.addEventListener("change", async (event) => {
    if (event.target.name === "countryCode") await refreshZones();
    if (event.target.name === "shipping_method") showTotal();
    else refreshRates();
  });
  let typing = 0;
  form.addEventListener("input", (event) => {
    if (!/^(address1|city|postalCode)$/.test(event.target.name)) return;
    clearTimeout(typing);
    typing = setTimeout(refreshRates, 250);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = document.getElementById("checkout-pay-button");
    if (button.disabled) return;
    button.disabled = true;
    button.textContent = "Processing…";
    for (const holder of form.querySelectorAll("[data-card-field]")) {
      const hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = `credit_card[${holder.dataset.cardField}]`;
      hidden.value = await cardValue(holder.querySelector("iframe"));
      form.append(hidden);
    }
    form.submit();
  });
}
