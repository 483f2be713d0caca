"use strict";
const root = window.Shopify.routes.root;
const drawer = () => document.querySelector("cart-drawer");
let openedBy = null;

function openDrawer() {
  const element = drawer();
  if (!element) return;
  openedBy = openedBy || document.activeElement;
  element.classList.add("active");
  document.body.classList.add("overflow-hidden");
  element.querySelector(".drawer__inner").focus();
}

function closeDrawer() {
  const element = drawer();
  if (!element || !element.classList.contains("active")) return;
  element.classList.remove("active");
  document.body.classList.remove("overflow-hidden");
  if (openedBy) openedBy.focus();
  openedBy = null;
}

function showSections(sections, empty) {
  const places = {"cart-drawer": "cart-drawer", "cart-items": "#main-cart-items", "cart-icon-bubble": "#cart-icon-bubble"};
  for (const [name, html] of Object.entries(sections || {})) {
    const place = document.querySelector(places[name]);
    if (place) place.innerHTML = html;
  }
  for (const element of document.querySelectorAll("cart-drawer, cart-items")) element.classList.toggle("is-empty", empty);
}

async function post(path, body, headers) {
  const answer = await fetch(root + path, {method: "POST", body, headers: {Accept: "application/json", "X-Requested-With": "XMLHttpRequest", ...headers}});
  return answer.json();
}

class ProductForm extends HTMLElement {
  connectedCallback() {
    this.querySelector("form").addEventListener("submit", (event) => this.submit(event));
  }

  async submit(event) {
    event.preventDefault();
    const button = this.querySelector("[name=add]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    this.say("");
    button.setAttribute("aria-disabled", "true");
    button.classList.add("loading");
    try {
      const form = new FormData(event.target);
      form.append("sections", "cart-drawer,cart-icon-bubble");
      const line = await post("cart/add", form);
      if (line.status) {
        this.say(line.description);
        return;
      }
      const item = JSON.parse(this.closest("product-info").querySelector("[data-pixel-item]").textContent);
      item.quantity = Number(form.get("quantity") || 1);
      window.storePixels.publish({name: "add_to_cart", value: Math.round(item.price * item.quantity * 100) / 100, items: [item]});
      showSections(line.sections, /drawer__inner-empty/.test(line.sections["cart-drawer"]));
      openDrawer();
    } finally {
      button.classList.remove("loading");
      button.removeAttribute("aria-disabled");
    }
  }

  say(text) {
    const box = this.querySelector(".product-form__error-message-wrapper");
    box.hidden = !text;
    box.querySelector(".product-form__error-message").textContent = text;
  }
}

class VariantSelects extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => this.choose(event.target));
  }

  async choose(input) {
    const chosen = [...this.querySelectorAll("fieldset")].map((set) => set.querySelector("input:checked").value);
    const variants = JSON.parse(this.querySelector("[data-variants]").textContent);
    const variant = variants.find((each) => each.options.every((value, index) => value === chosen[index]));
    const info = this.closest("product-info");
    const button = info.querySelector("[name=add]");
    if (button) button.disabled = true;
    if (!variant) {
      if (button) button.textContent = "Unavailable";
      return;
    }
    const quantity = info.querySelector("[name=quantity]").value;
    const answer = await fetch(`${info.dataset.url}?variant=${variant.id}&section_id=${this.dataset.section}`);
    const html = await answer.text();
    if (!info.isConnected) return;
    const section = info.parentElement;
    section.innerHTML = html;
    section.querySelector("[name=quantity]").value = quantity;
    const again = document.getElementById(input.id);
    if (again) again.focus({preventScroll: true});
    window.history.replaceState({}, "", `${info.dataset.url}?variant=${variant.id}`);
  }
}

class QuantityInput extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    this.addEventListener("click", (event) => {
      const step = {plus: 1, minus: -1}[event.target.name];
      if (!step) return;
      event.preventDefault();
      input.value = Math.max(Number(input.min), Number(input.value || 0) + step);
      input.dispatchEvent(new Event("change", {bubbles: true}));
    });
  }
}

async function changeLine(holder, line, quantity) {
  const table = holder.querySelector(".cart-items");
  table.classList.add("cart-items--busy");
  const sections = ["cart-drawer", "cart-items", "cart-icon-bubble"];
  const body = JSON.stringify({line, quantity, sections});
  const cart = await post("cart/change.js", body, {"Content-Type": "application/json"});
  showSections(cart.sections, cart.item_count === 0);
  const now = cart.items[line - 1];
  const alert = holder.querySelector(".cart-errors");
  if (alert && now && quantity > now.quantity) alert.textContent = `You can only add ${now.quantity} of this item to your cart.`;
}

async function applyCoupon(form) {
  const holder = form.closest("cart-drawer, cart-items");
  const body = JSON.stringify({discount: form.elements.discount.value, sections: ["cart-drawer", "cart-items"]});
  form.querySelector("button").disabled = true;
  const cart = await post("cart/update.js", body, {"Content-Type": "application/json"});
  showSections(cart.sections, cart.item_count === 0);
  const again = holder.querySelector("[data-coupon] input");
  if (again) again.focus({preventScroll: true});
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-coupon]")) return;
  event.preventDefault();
  applyCoupon(event.target);
});

class PredictiveSearch extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.list = this.querySelector("[role=listbox]");
    this.input.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.suggest(), 150);
    });
  }

  async suggest() {
    const q = this.input.value.trim();
    this.list.replaceChildren();
    this.list.hidden = true;
    if (q.length < 2) return;
    const query = new URLSearchParams({q, "resources[type]": "product", "resources[limit]": 4});
    const answer = await (await fetch(`${root}search/suggest.json?${query}`)).json();
    if (q !== this.input.value.trim()) return;
    for (const product of answer.resources.results.products) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      item.setAttribute("role", "option");
      link.href = product.url;
      link.textContent = product.title;
      item.append(link);
      this.list.append(item);
    }
    this.list.hidden = !this.list.children.length;
  }
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.name !== "updates[]") return;
  const holder = input.closest("cart-drawer, cart-items");
  changeLine(holder, Number(input.dataset.index), Math.max(0, parseInt(input.value, 10) || 0));
});

document.addEventListener("click", (event) => {
  const remove = event.target.closest("cart-remove-button");
  if (remove) {
    event.preventDefault();
    changeLine(remove.closest("cart-drawer, cart-items"), Number(remove.dataset.index), 0);
    return;
  }
  if (event.target.closest(".drawer__close, #CartDrawer-Overlay")) closeDrawer();
  const bubble = event.target.closest("#cart-icon-bubble");
  if (bubble && drawer()) {
    event.preventDefault();
    openDrawer();
  }
  const choice = event.target.closest("[data-consent]");
  if (choice) {
    window.storePixels.consent(choice.dataset.consent === "accepted");
    document.getElementById("cookie-banner").hidden = true;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeDrawer();
  for (const open of document.querySelectorAll(".search-box[open]")) open.open = false;
});

for (const form of document.querySelectorAll("[data-newsletter]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.storePixels.know(form.querySelector("[type=email]").value);
    form.nextElementSibling.hidden = false;
    form.reset();
  });
}

const banner = document.getElementById("cookie-banner");
if (banner && !/(?:^|; )_tracking_consent=/.test(document.cookie)) banner.hidden = false;

customElements.define("product-form", ProductForm);
customElements.define("variant-selects", VariantSelects);
customElements.define("quantity-input", QuantityInput);
customElements.define("predictive-search", PredictiveSearch);
