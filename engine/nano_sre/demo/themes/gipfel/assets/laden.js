(function () {
  "use strict";
  function json(root, name) { return JSON.parse(root.querySelector("." + name).textContent); }

  function gewaehlt(artikel) {
    var werte = [];
    artikel.querySelectorAll("[data-option]").forEach(function (feld) {
      if (feld.type !== "radio" || feld.checked) werte[Number(feld.dataset.option)] = feld.value;
    });
    return werte;
  }

  document.addEventListener("change", function (ereignis) {
    var feld = ereignis.target;
    if (!feld.dataset || feld.dataset.option === undefined) return;
    var artikel = feld.closest(".artikel"), werte = gewaehlt(artikel);
    var variante = json(artikel, "varianten").find(function (each) {
      return each.options.every(function (wert, stelle) { return wert === werte[stelle]; });
    });
    var knopf = artikel.querySelector("input[type=submit]");
    if (knopf) knopf.disabled = true;
    if (!variante) return;
    var menge = artikel.querySelector("[name=quantity]").value, adresse = artikel.dataset.artikel + "?variant=" + variante.id;
    fetch(adresse + "&section_id=artikel").then(function (antwort) { return antwort.text(); }).then(function (html) {
      if (!artikel.isConnected) return;
      var bereich = document.getElementById("artikel-bereich");
      bereich.innerHTML = html;
      bereich.querySelector("[name=quantity]").value = menge;
      history.replaceState({}, "", adresse);
      var wieder = bereich.querySelector('[data-option="' + feld.dataset.option + '"]' + (feld.type === "radio" ? ":checked" : ""));
      if (wieder) wieder.focus({preventScroll: true});
    });
  });

  document.addEventListener("submit", function (ereignis) {
    var form = ereignis.target;
    if (form.matches(".kaufen")) {
      var ding = json(form.closest(".artikel"), "messung");
      ding.quantity = Number(form.elements.quantity.value || 1);
      window.storePixels.publish({name: "add_to_cart", value: Math.round(ding.price * ding.quantity * 100) / 100, items: [ding], leaving: true});
    }
    if (form.matches(".rundbrief")) {
      ereignis.preventDefault();
      window.storePixels.know(form.querySelector("[type=email]").value);
      form.nextElementSibling.hidden = false;
      form.reset();
    }
  });

  document.querySelectorAll(".schnellsuche").forEach(function (form) {
    var feld = form.elements.q, liste = form.querySelector(".vorschlaege"), warten = 0;
    feld.addEventListener("input", function () {
      clearTimeout(warten);
      warten = setTimeout(function () {
        var q = feld.value.trim();
        liste.hidden = true;
        if (q.length < 2) return;
        fetch("/search/suggest.json?resources[type]=product&resources[limit]=4&q=" + encodeURIComponent(q)).then(function (a) { return a.json(); }).then(function (a) {
          if (q !== feld.value.trim()) return;
          liste.replaceChildren.apply(liste, a.resources.results.products.map(function (each) {
            var verweis = document.createElement("a");
            verweis.href = each.url;
            verweis.textContent = each.title;
            return verweis;
          }));
          liste.hidden = !liste.children.length;
        });
      }, 150);
    });
  });

  document.addEventListener("click", function (ereignis) {
    var wahl = ereignis.target.closest("[data-einwilligung]");
    if (!wahl) return;
    ereignis.preventDefault();
    window.storePixels.consent(wahl.dataset.einwilligung === "ja");
    document.getElementById("cookie-hinweis").hidden = true;
  });

  var hinweis = document.getElementById("cookie-hinweis");
  if (hinweis && !/(?:^|; )_tracking_consent=/.test(document.cookie)) hinweis.hidden = false;
})();
