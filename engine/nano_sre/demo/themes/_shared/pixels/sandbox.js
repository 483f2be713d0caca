// A web pixel in its sandbox: it hears the store's standard events and tells its vendors.
(function (self) {
  "use strict";
  var teller = null, late = 0;
  function hear(message) {
    if (message.start) {
      teller = pixelTeller(self.pixelVendors, message.start, self.pixelPlace);
      late = message.start.late;
    } else if (teller && message.told) {
      var event = message.told;
      event.page = message.context.document.location.href;
      event.event_id = message.id;
      if (message.name === "checkout_completed") setTimeout(function () { teller(event); }, late);
      else teller(event);
    }
  }
  self.addEventListener("message", function (event) {
    hear(event.data);
    if (event.ports && event.ports[0]) event.ports[0].onmessage = function (each) { hear(each.data); };
  });
})(self);
