"""The codes of what a run found: R5xx. See `codes` for what their title and text are for."""

from __future__ import annotations

from nano_sre.core.code import Code

FOUND: dict[str, Code] = {
    "R501": Code(
        "not found on the page",
        "Nothing visible on the page matches what the step names. Look at the screenshot: if the thing is there "
        "under another name, the finding lists the nearest names, so correct the check. If it is gone, the store "
        "lost it: shoppers miss it, too.",
    ),
    "R502": Code(
        "cannot be used",
        "The element is there, but covered, disabled or moving, so a shopper cannot use it. The finding says what "
        "lies over it. A pop-up that may appear at any time belongs under `overlays` of the store document; "
        "anything else is for whoever looks after the theme.",
    ),
    "R503": Code(
        "more than one match",
        "Several visible elements match; acting on one of them would be a guess. Say more: `{button: …}` or `{link: "
        "…}` in place of the plain text, or `within:` for the part of the page that is meant.",
    ),
    "R504": Code(
        "should not be there",
        "The page shows something that the check says it must not show. The screenshot shows where. If it is meant "
        "to be there now, take the `not_see` out.",
    ),
    "R505": Code(
        "not what was expected",
        "A value differs from what the check expects. The finding shows both. If the store changed on purpose, "
        "correct the check; a value that changes often is better saved by an earlier step than written down.",
    ),
    "R506": Code(
        "took too long",
        "What the step waits for did not come about within its time. Look at the screenshot for what was there in "
        "its place. If the store is only slow, give the step a longer `timeout`; if it never comes, a shopper waits "
        "in vain, too.",
    ),
    "R507": Code(
        "the page does not load",
        "The store answered with an error page, or not at all. Open the address in a browser. A 404 is a page that "
        "moved or was unpublished; a 5xx is trouble at the store, at Shopify, or in an app proxy.",
    ),
    "R508": Code(
        "the storefront is locked",
        'The store shows its password page. If that is meant, write `password: "${secret.STORE_PASSWORD}"` into the '
        "store document; if it has one, it is not the right one. If it is not meant, unlock the store in the admin, "
        "under Online Store, Preferences.",
    ),
    "R509": Code(
        "no product form",
        "The product page lacks the form every Shopify theme has: a form that posts to /cart/add. Nobody can buy "
        "there. Look at what the last theme change did to the product template; a page builder needs the product "
        "form, too.",
    ),
    "R510": Code(
        "variant",
        "The variant cannot be chosen, or the page did not follow the choice. The finding lists the variants there "
        "are. If one was renamed, correct the check; if the picker does not react, look for an error of a script in "
        "the console lines of the report.",
    ),
    "R511": Code(
        "add to cart",
        "Adding to the cart does not work for a shopper. The finding says which part broke: no button, a button "
        "that does nothing, a refusal by the store, or a cart that stays empty. Try it by hand in a private window; "
        "then look at the latest theme and app changes, and at the product's stock.",
    ),
    "R512": Code(
        "cart",
        "The cart does not show what the shopper put into it. The goods may be in the cart without being drawn, "
        "which the finding says. Look at the cart drawer or cart page of the theme, and at apps that change it.",
    ),
    "R513": Code(
        "quantity",
        "Changing a quantity in the cart, or removing a product, does not work. Either the cart has no control for "
        "it, or the store did not take the change. Try it by hand; look at stock limits, at "
        "quantity rules, and at the theme's cart scripts.",
    ),
    "R514": Code(
        "checkout",
        "The checkout cannot be reached or breaks. This stops every sale: try it by hand at once, then look at "
        "Shopify's status page, at checkout apps, and at the cart's checkout button.",
    ),
    "R515": Code(
        "checkout form",
        "A checkout field is missing or refuses what is typed. The finding names the field and what the checkout "
        "says. If the address does not suit the market, give the shopper one under `shoppers` of the store "
        "document; if a field is new, an app or a checkout setting added it.",
    ),
    "R516": Code(
        "payment",
        "The checkout offers no way to pay. Look at the payment settings of the store, at the market and currency "
        "of the check, and whether a provider is suspended or in test mode.",
    ),
    "R517": Code(
        "cart API",
        "The store's Ajax cart answers with something else than a cart. Open /cart.js in a browser. A page of HTML "
        "there comes from a locked store, bot protection or an app; an error comes from the store itself.",
    ),
    "R518": Code(
        "availability",
        "Page, structured data and catalogue disagree about what can be bought. The finding shows what each of them "
        "says. Correct the stock in the admin if that is wrong, else the theme: search engines and shoppers are "
        "told different things.",
    ),
    "R519": Code(
        "no amount found",
        "No amount of money can be read where the check looks for one. If the page shows it somewhere else, name "
        "the text beside it: `money: Shipping`. If the page shows it nowhere, shoppers do not see it either.",
    ),
    "R520": Code(
        "wrong answer",
        "The HTTP answer is not what the check expects. The finding shows the expected and the actual value. Ask "
        "for the same address with a browser or curl: if the answer is right, correct the check.",
    ),
    "R521": Code(
        "the skill failed",
        "The Python skill reported a failure or raised an exception. The finding holds its own words, and for an "
        "exception the place in the file. What to do is up to whoever wrote the skill.",
    ),
    "R522": Code(
        "slow",
        "It works, but slower than the limit. Look at the history: one slow run is mostly the network, a lasting "
        "change is mostly a new app or theme change. Change the limit only if the new speed is acceptable.",
    ),
    "R523": Code(
        "no price",
        "The page shows no price, or none that can be read. Look at the product page: a price in the wrong currency "
        "belongs to the market's settings, a missing one to the theme or to a product without a price.",
    ),
    "R524": Code(
        "search",
        "A search does not find what it should, or does not work. The finding says what it found. Try it by hand; look "
        "at whether the product is published to the online store, at the search settings, and at search apps.",
    ),
    "R525": Code(
        "discount",
        "A discount code is not applied, or takes nothing off. The finding holds the store's own words. Look at the "
        "code in the admin under Discounts: its dates, usage limits, products, markets and least amount, and which "
        "discounts it combines with.",
    ),
    "R526": Code(
        "log in",
        "A shopper cannot log in. The finding holds the store's own words. Try the same account by hand; look at "
        "Settings, Customer accounts, at the log-in form of the theme, and at apps that change it.",
    ),
    "R527": Code(
        "shipping methods",
        "The checkout offers no shipping method, or not the one that the check names. Shoppers cannot order without "
        "one. Look at the shipping zones and rates in the admin, at the market of the check, and at apps that work out "
        "rates.",
    ),
    "R528": Code(
        "placing the order",
        "The order was not placed, or the store does not confirm it. The finding holds the checkout's own words. Look "
        "at the payment provider, at checkout apps, and at the orders in the admin: it may have been placed all the "
        "same.",
    ),
    "R540": Code(
        "request of the page",
        "The page did not send the request that the check expects, or it went otherwise than expected. The finding "
        "says which requests there were. If the theme or an app asks another address now, correct the check; if it "
        "asks nothing any more, look for an error of a script in the console lines of the report.",
    ),
    "R541": Code(
        "script of the check",
        "The JavaScript of a `javascript` step threw an error, or its result is not what the check expects. If the "
        "page changed on purpose, correct the script; whoever wrote it knows what it looks at.",
    ),
    "R530": Code(
        "page speed",
        "A page is slower, or jumps more, than the limit. The finding names the page, the value and what on it was the "
        "largest or moved. One slow load is mostly the network, so it was measured again before it was told. LCP: "
        "look at the largest picture and at what blocks it. CLS: give pictures and banners their size. TTFB: look at "
        "Shopify's status page and at app proxies. INP: look at the scripts behind what was pressed.",
    ),
    "R531": Code(
        "console errors",
        "A script of the page failed. The finding says which file and whose it is. An error of the theme belongs to "
        "whoever changed it last; for an error of somebody else's script, tell them, remove it, or write its host "
        "under `ignore`.",
    ),
    "R532": Code(
        "failed requests",
        "A page asked for something and did not get it: a picture, a script, a piece of data. The finding names each "
        "address and what came in its place. Mostly a file was deleted or renamed, or an app was removed and its "
        "code stayed in the theme.",
    ),
    "R533": Code(
        "Liquid error",
        "The theme's template language failed while the page was made, and its message went out with the page. The "
        "finding says which template and line, where the message does. Mostly a snippet, an asset or a setting that "
        "the template uses is gone.",
    ),
    "R534": Code(
        "new third party",
        "A page asks a host that it never asked before. Somebody added an app, a tag or a widget: if that is meant "
        "to be so, nothing needs to be done, the host is known from now on.",
    ),
    "R535": Code(
        "slower than usual",
        "A page has become slower than it usually is: so many visits in a row that it is no chance. The finding says "
        "what is usual, how it is now, and since when: look at what was changed then, an app, the theme, a picture, a "
        "tag. It is told until the page is fast again. If it is to stay like this, say so: `nano-sre baseline accept "
        "TARGET --because WHY`; `nano-sre baseline show` lists what is usual.",
    ),
    "R536": Code(
        "slower little by little",
        "No single change made the page slow; it grew slower over many runs. Look for what grows: the number of apps "
        "and tags, pictures, products on a page. `nano-sre history CHECK --days 365` shows the way it took, and "
        "`nano-sre baseline accept TARGET --because WHY` takes today's speed as usual.",
    ),
    "R538": Code(
        "it passed, though it must fail",
        "A check with `must_fail: true` is of something broken on purpose, so that a monitor which has gone blind is "
        "noticed. Either somebody mended it, or failures are not seen any more: run the check by hand and look.",
    ),
    "R580": Code(
        "a request went past the sink",
        "The browser asked a tracking vendor without its proxy. The request was caught on this machine and counted "
        "nowhere, but what it said is lost, so hits of this visit may be missing: what looks at them is inconclusive. "
        "Should it come again, another Chromium may do: `NANO_SRE_BROWSER` is its path.",
    ),
    "R581": Code(
        "the sink stopped listening",
        "The listener that takes a visit's tracking hits died while the visit went on. Nothing reached a vendor, but "
        "hits are missing: what looks at them is inconclusive. Too few open files allowed (`ulimit -n`) are a "
        "usual cause.",
    ),
    "R582": Code(
        "the sink's self-test failed",
        "Before hits are looked at, a browser has to show that its hits end in the sink: those of a sandboxed frame, "
        "of a shared worker and of a page that is being left. This one does not, so that a missing hit would prove "
        "nothing. `nano-sre doctor` tries it, too; another Chromium may do: `NANO_SRE_BROWSER` is its path.",
    ),
}
