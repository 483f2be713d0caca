"""The codes of what is wrong with tracking: R545 to R579. See `codes` for what their title and text are for."""

from __future__ import annotations

from nano_sre.core.code import Code

PIXELS: dict[str, Code] = {
    "R545": Code(
        "tracking event missing",
        "A vendor did not hear of something that the shopper did. Reports show fewer sales than there were, and "
        "campaigns are optimised on what is left. Do the same by hand with the network panel open: look at whether the "
        "pixel is still installed and connected, whether it waits for a consent that nobody gives, and, for purchases, "
        "whether it runs as a pixel under Settings, Customer events: scripts in the theme do not reach the checkout.",
    ),
    "R546": Code(
        "unexpected tracking event",
        "A vendor heard of something more often than the check says, or of something that it should never hear. Its "
        "numbers are too high. Look for a second installation: an app beside the theme, a tag manager beside it.",
    ),
    "R547": Code(
        "no value in a tracking event",
        "The vendor needs the amount and did not get it: revenue and return on ad spend stay empty. Give the event its "
        "value where it is sent, in the pixel's settings or in the custom pixel's code.",
    ),
    "R548": Code(
        "no currency in a tracking event",
        "An amount without its currency is dropped by some vendors and read in the account's own by others, so that "
        "100 yen become 100 dollars. Send the three letters of the currency with every value.",
    ),
    "R549": Code(
        "products missing in a tracking event",
        "The event does not say which products it is about, or leaves some out. Catalogue ads and product reports do "
        "not work without them. Look at how the pixel reads the cart or the product: after a theme change it often "
        "reads something that is not there any more.",
    ),
    "R550": Code(
        "no order number in a tracking event",
        "Without the number of the order, a purchase that is sent again (a reload, the server beside the browser) is "
        "counted twice. Send the order's number or id with every purchase.",
    ),
    "R551": Code(
        "no event id in a tracking event",
        "The vendor recognises by its event id what browser and server both send. Without one, every sale that the "
        "server reports too is counted twice. Let the pixel send the id that the server sends.",
    ),
    "R552": Code(
        "parameter missing in a tracking event",
        "The vendor needs this parameter, or the check asks for it, and it was not sent. Give it to the event where "
        "it is sent.",
    ),
    "R553": Code(
        "wrong parameter in a tracking event",
        "A parameter of the event is not what the check expects. The finding shows both. If the store changed on "
        "purpose, correct the check; else look at where the pixel takes the value from.",
    ),
    "R554": Code(
        "value sent as text",
        "The vendor wants a number and got words: a currency sign, a decimal comma, or a text in place of a number. It "
        "reads nothing, or the wrong amount: “1.299,00” becomes 1.29. Send a plain number such as 1299.00; a formatted "
        "price of the theme is for people.",
    ),
    "R555": Code(
        "value of zero",
        "The event says that something is worth nothing although it has a price. Campaigns learn that these shoppers "
        "bring no money. Mostly the pixel asks for the price before it is known, or reads a name that has changed.",
    ),
    "R556": Code(
        "wrong value in a tracking event",
        "The amount is neither what the cart shows nor what the store itself says. The vendor optimises for the wrong "
        "amounts and reports false revenue. Look for cents sent as units, a price without its discount or its "
        "quantity, and the first price of a list. The finding says which vendors agree with the store.",
    ),
    "R557": Code(
        "wrong currency in a tracking event",
        "The event names another currency than the shopper sees, so that the amount is converted wrongly. Mostly a "
        "fixed currency stands in the pixel's code and a second market was opened. Take it from the cart or the order.",
    ),
    "R558": Code(
        "wrong product in a tracking event",
        "The event names another product than the one that the shopper sees or has in the cart. Ads then show what "
        "nobody looked at, and catalogues find no match. Look at which id the pixel sends: the catalogue's must be the "
        "same, mostly that of the variant.",
    ),
    "R559": Code(
        "wrong quantity in a tracking event",
        "The event says another quantity than the cart has. Revenue by product is wrong. Look at where the pixel takes "
        "the quantity from; a fixed 1 is the usual cause.",
    ),
    "R560": Code(
        "tracking event sent twice",
        "One thing the shopper did was told more than once. Conversions count double, and so does what they cost. "
        "Mostly the pixel is installed twice: by an app and in the theme, in a tag manager and as a customer event, or "
        "it fires again when the thank-you page is reloaded.",
    ),
    "R561": Code(
        "one event to two accounts",
        "The same event goes to two accounts of one vendor. Mostly an old installation was left behind, and somebody "
        "else's reports show your sales. If both are meant, list both under `vendors`.",
    ),
    "R562": Code(
        "unknown account",
        "Events go to an account that the check does not know: that of an agency that is gone, of a test, or of "
        "another shop. Your own reports miss them. Correct the id in the pixel's settings, or list it under `vendors`.",
    ),
    "R563": Code(
        "event id used twice",
        "Two different events have the same event id. The vendor takes the second for a copy of the first and throws "
        "it away, so that a sale is lost. Make a new id for each event; the id of a checkout or a session is not one.",
    ),
    "R564": Code(
        "event ids that do not agree",
        "Two pixels tell of the same thing by different event ids although the check wants one. What the server sends "
        "can match one of them only. Let both take the id of the store's own event.",
    ),
    "R565": Code(
        "tracking without consent",
        "Hits went out before the shopper agreed, or after the shopper refused. In the European Union and other places "
        "this breaks the law. Connect the pixel to the customer privacy settings of the store, and take out copies of "
        "it in the theme that know nothing of the banner.",
    ),
    "R566": Code(
        "consent told wrongly",
        "The hit says something else about consent than the shopper answered. The vendor throws away what it may use, "
        "or uses what it may not. Look at how the banner hands its answer on: for Google, the consent update must "
        "follow the click and come before the next event.",
    ),
    "R567": Code(
        "wrong page address in a tracking event",
        "The hit names the address of the pixel's own sandbox in place of the page. Reports by page and campaign are "
        "lost. In a customer event, send the address of the event's context (`event.context.document.location.href`) "
        "as the page's location.",
    ),
    "R568": Code(
        "personal data in a tracking event",
        "A mail address or telephone number went to the vendor as plain text. Vendors forbid this and may close the "
        "account, and the law has an opinion as well. Look for forms that put what is typed into the page's address, "
        "and send hashed values only where the vendor asks for them.",
    ),
    "R569": Code(
        "tracking hit failed",
        "The page sent the hit, and it never arrived: blocked by the page's own security policy, refused, or cut off. "
        "The finding says why. If the content security policy blocks it, add the vendor's host to `connect-src` and "
        "`img-src`.",
    ),
    "R570": Code(
        "late tracking hit",
        "The hit came later than it may. Whoever closes the page a few seconds after ordering is not counted. Look at "
        "what the pixel waits for; several slow pixels one after another are the usual cause.",
    ),
    "R571": Code(
        "tracking events in the wrong order",
        "A later stage of the purchase was told before an earlier one. Funnels show nonsense. Look at which page or "
        "click each event is bound to.",
    ),
    "R572": Code(
        "vendor loaded but silent",
        "The vendor's library was loaded, and nothing was ever sent: shoppers pay with their time, and nothing is "
        "measured. Mostly the account's id is missing, the pixel waits for a consent that never comes, or a script "
        "error stops it; look at the console lines of the report.",
    ),
    "R573": Code(
        "tracking in test mode",
        "The hits are marked as tests or for debugging, so that the vendor leaves them out of its reports. Switch the "
        "debug mode off in the tag manager, the pixel's settings or the app.",
    ),
    "R574": Code(
        "unreadable tracking hit",
        "The hit cannot be read: broken JSON, a broken encoding, or a body that was cut off. The vendor cannot read it "
        "either. The finding says what is wrong with it.",
    ),
}
