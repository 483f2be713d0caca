"""Every code a person can meet: E1xx YAML, E2xx schema, E3xx references, E4xx compile, R5xx run time, X9xx our bug.

The title is the short form; the text says what it means and what to do, and is what `nano-sre explain E201` prints.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    title: str
    text: str


CODES: dict[str, Code] = {
    # The file itself
    "E100": Code("cannot read the file", "The file is missing, not readable or not UTF-8 text."),
    "E101": Code(
        "not valid YAML",
        "The YAML parser cannot make sense of this place. Usually a quote, a bracket or a colon is missing, or the "
        "indentation is off by a space.",
    ),
    "E102": Code("a tab", "YAML does not allow tabs for indentation. Use two spaces instead."),
    "E103": Code(
        "the same key twice", "A mapping holds each key once; YAML would silently keep the last one."
    ),
    "E104": Code(
        "a tag",
        "`!something` is a YAML tag, which checks do not use. If the text begins with “!”, put quotes round it.",
    ),
    "E105": Code(
        "text cut off by #",
        "In YAML, “ #” begins a comment, so the text ends before it. Put quotes round the text, or write a space "
        "after the # if a comment is meant.",
    ),
    "E106": Code("nothing where text is expected", "An empty value or `null` stands where text is expected."),
    "E107": Code(
        "an anchor or alias", "Checks do not use YAML anchors, aliases and merge keys. Use a fragment."
    ),
    "E108": Code("nested too deeply", "The file nests lists and mappings deeper than any check needs."),
    "E109": Code("not a mapping", "A document is a mapping that begins with `version: 1` and `kind:`."),
    # the shape of a document
    "E201": Code(
        "unknown key",
        "This key has no meaning here, so nothing would happen: a typo must never turn a check green. The message "
        "names the nearest key that exists. Keys that begin with `x-` are your own.",
    ),
    "E202": Code("unknown step", "There is no step of this name. The message names the nearest one."),
    "E203": Code("unknown kind", "`kind` says what a document is; the message lists what exists."),
    "E204": Code("a key is missing", "This mapping needs a key that is not there."),
    "E205": Code("wrong type", "The value is of another type than this key takes."),
    "E206": Code("not one of the choices", "The value is not one of the words this key takes."),
    "E207": Code("wrongly written value", "The value is not written the way this key needs it."),
    "E208": Code(
        "one thing too many or too few", "A list or mapping holds more or fewer entries than it may."
    ),
    "E209": Code(
        "say exactly one", "Of these keys exactly one is said: they are different ways to say the same thing."
    ),
    "E210": Code("this step needs more", "The step cannot stand alone: it needs a value."),
    "E211": Code(
        "an older word",
        "The word was spelt otherwise in an earlier release. It still means the same; `nano-sre fmt --upgrade` writes "
        "today's word.",
    ),
    # references between things
    "E301": Code(
        "unknown name in ${…}",
        "Nothing is saved under this name before this step, and no variable is called so.",
    ),
    "E302": Code(
        "the same id twice", "An id names one check. History hangs on it, so two checks cannot share it."
    ),
    "E303": Code("unknown check", "No check has this id."),
    "E304": Code("unknown fragment", "`use` names a fragment that does not exist."),
    "E305": Code("unknown device", "The store document does not have this device."),
    "E306": Code("unknown market", "The store document does not have this market."),
    "E307": Code(
        "no store",
        "A check belongs to a store: write a document of `kind: store` in this folder or above it.",
    ),
    "E308": Code("unknown store", "No store document has this id or tag."),
    "E309": Code("fragment inputs", "The inputs given to a fragment are not the ones it takes."),
    "E310": Code("a circle", "These refer to each other in a circle."),
    "E311": Code("unset environment variable", "The environment variable is not set here. A run would stop."),
    "E312": Code("unknown shopper", "The store document does not have this shopper."),
    "E313": Code("misplaced secret or variable", "This reference may not stand here."),
    "E314": Code(
        "a secret in plain text",
        'Everybody who can read this file can read the secret. Write `"${secret.NAME}"` in its place. Its value comes '
        "from the environment or a file named .env that is not committed (`NAME=…`), from a file (`NAME_FILE=path`, "
        "as containers mount secrets), or from a command that prints it (`NAME_COMMAND=op read op://Shop/admin/token`).",
    ),
    "E315": Code(
        "unknown environment",
        "No store of this check has an environment of this name under `environments`. The store as it stands, without "
        "`--env`, is called `production`.",
    ),
    "E316": Code(
        "unknown variant",
        "The store document does not have this variant under `variants`, or has none at all.",
    ),
    "E317": Code(
        "a rename that cannot be",
        "`moved_from` is the id that the check had before, so that its history comes along. One history can follow one "
        "check, and no document may still have that id.",
    ),
    # meaning
    "E340": Code(
        "unknown alerter or trigger",
        "Each entry of alerters.yaml and triggers.yaml has one key that says what it is, such as `slack` or `cron`. "
        "This word is none of those that are installed.",
    ),
    "E341": Code("unknown name of an alerter", "No entry under `alerters` has this name."),
    "E342": Code("unknown hours", "A route speaks of hours that nobody described under `hours`."),
    "E343": Code("a name twice", "Two entries have the same name, so nobody can tell which is meant."),
    "E344": Code(
        "nothing of this name to choose",
        "`for` and `run` choose checks by their tags, kinds, stores, owners and ids, and nothing here has this one.",
    ),
    "E345": Code(
        "a file that does not count",
        "A project has one alerters.yaml and one triggers.yaml, each a single document, beside the folder of the "
        "checks or in it. Another one, one that is spelt otherwise, or one that says nothing, would only mislead.",
    ),
    "E401": Code(
        "the check asserts nothing",
        "It would pass whatever the store does. Add a step that checks something: `see`, `expect`, `add_to_cart` …",
    ),
    "E402": Code("a broken ${…}", "The text between `${` and `}` is not a dotted name with filters."),
    "E403": Code(
        "optional on an assertion", "A step that checks something cannot be optional: it would never fail."
    ),
    "E404": Code(
        "no checks",
        "There is nothing to apply or run in this place: no such file or folder, or none with checks in it.",
    ),
    "E405": Code("a broken pattern", "The regular expression cannot be compiled."),
    "E406": Code("cannot import", "The Python class named here cannot be imported or is not a Skill."),
    "E408": Code("schedule said twice", "`every` and `cron` both say when the check runs: keep one."),
    "E409": Code(
        "orders are not allowed here",
        "The step places real orders, and the store document does not say `allow_orders: true`. Say so only for a "
        "store whose payment provider is in test mode, or leave the step out.",
    ),
    "E410": Code(
        "test orders would be counted as sales",
        "With `tracking: deliver` every test order would reach the store's analytics as a sale. A store that lets "
        "steps place orders must keep its tracking to itself: `tracking: swallow` or `mark`.",
    ),
    "E411": Code(
        "the shopper cannot log in",
        "`log_in` needs the password of the shopper's account, as a secret, under `shoppers` of the store document. "
        "Accounts that send a code by e-mail instead are not supported yet.",
    ),
    "E420": Code(
        "no such file",
        "A step names a file that does not lie where the check looks for it: beside the file that the check is "
        "written in, or in a folder seen from there.",
    ),
    "E421": Code(
        "a loop over nothing",
        "The values of a `for_each` must be known before anything runs: write them out, or as a list under `vars` of "
        "the store document. A list that is empty, or too long, is refused, too.",
    ),
    "E422": Code(
        "JavaScript in a check",
        "No mistake: whoever reviews this check should know that it runs code of its author in the store's pages, "
        "in a visit that may be logged in. Look at what the code reads and where it sends it.",
    ),
    "E423": Code(
        "no such step before this one",
        "`after` names an earlier step of the same list: by its `name`, or by its word where only one earlier step "
        "has it. A step that two could be meant by needs a `name`.",
    ),
    "E412": Code(
        "belongs to the journey",
        "A check that watches a journey (`during`) leaves it to the journey how the visit is made: its cookie banner "
        "and its time. Take the key out, or make a visit of your own with `visit`.",
    ),
    "E430": Code(
        "a trigger that runs nothing",
        "No check fits all that `run` says. The trigger would fire, and nothing would be looked at.",
    ),
    "E431": Code(
        "nothing fits",
        "No check fits all that `for` says, so this entry does nothing. Each key that is said must fit, and of a list "
        "one value.",
    ),
    "E432": Code(
        "a route that is never reached",
        "Of several routes the first that fits counts. One before this has no `for`, so it fits everything.",
    ),
    # what a run found
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
    # ours
    "X901": Code("a bug in Nano-SRE", "This is our mistake, not yours. The crash report names the place."),
}
