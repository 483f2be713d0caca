(function () {
  "use strict";
  var form = document.getElementById("kasse-formular");
  if (!form) return;
  var land = form.elements.countryCode, zone = form.elements.zone;
  if (land) {
    land.addEventListener("change", function () {
      fetch("/checkouts/_zones/" + land.value).then(function (antwort) { return antwort.text(); }).then(function (html) {
        zone.innerHTML = "<option value=''></option>" + html;
        zone.disabled = zone.options.length === 1;
        document.getElementById("zone-feld").hidden = zone.disabled;
      });
    });
  }
  function karte(stelle) {
    return new Promise(function (fertig) {
      var rahmen = stelle.querySelector("iframe").contentWindow;
      function hoeren(ereignis) {
        if (ereignis.source !== rahmen) return;
        removeEventListener("message", hoeren);
        var feld = document.createElement("input");
        feld.type = "hidden";
        feld.name = "credit_card[" + stelle.dataset.cardField + "]";
        feld.value = ereignis.data.value || "";
        form.append(feld);
        fertig();
      }
      addEventListener("message", hoeren);
      rahmen.postMessage("card-field", "*");
    });
  }
  form.addEventListener("submit", function (ereignis) {
    var stellen = Array.from(form.querySelectorAll("[data-card-field]"));
    if (!stellen.length) return;
    ereignis.preventDefault();
    Promise.all(stellen.map(karte)).then(function () { form.submit(); });
  });
  var arten = document.getElementById("versandarten");
  if (arten) {
    fetch(arten.dataset.rates).then(function (antwort) { return antwort.text(); }).then(function (html) {
      arten.innerHTML = html;
      form.removeAttribute("aria-busy");
      form.querySelector(".weiter .knopf").disabled = false;
    });
  }
})();
