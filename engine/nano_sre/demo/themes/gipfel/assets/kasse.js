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
  form.addEventListener("submit", function () {
    form.querySelectorAll("[data-card-field]").forEach(function (stelle) {
      var rahmen = stelle.querySelector("iframe").contentDocument, feld = document.createElement("input");
      feld.type = "hidden";
      feld.name = "credit_card[" + stelle.dataset.cardField + "]";
      feld.value = rahmen && rahmen.querySelector("input") ? rahmen.querySelector("input").value : "";
      form.append(feld);
    });
  });
})();
