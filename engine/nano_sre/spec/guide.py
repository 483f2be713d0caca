"""The chapter “Writing values” of docs/checks.md: what holds for every key, with the lists read from the language."""

from __future__ import annotations

from nano_sre.core import registry
from nano_sre.core.fields import Duration, Percent, Size
from nano_sre.core.program import SHOPPER_VALUES
from nano_sre.core.template import FILTERS
from nano_sre.spec.scope import STORE_NAMES

FILTERED = {
    "lower": "in small letters",
    "upper": "in capitals",
    "trim": "without spaces at its ends",
    "round": "a number or amount, rounded to a whole one",
    "slug": "as it would stand in an address: `Complete Snowboard` becomes `complete-snowboard`",
    "money": "an amount as the market writes it: `$1,299.00` or `1.299,00 €`",
}


def writing_values() -> list[str]:
    """The lines of the chapter."""
    return [
        "## Writing values",
        "",
        *_text(),
        *_templates(),
        *_units(),
        *_answers(),
        *_steps(),
        *_repeating(),
        *_documents(),
    ]


def _text() -> list[str]:
    return [
        "### Text, lists and mappings",
        "",
        (
            "Where text is expected, what you write is what it means: `zip: 01234`, `see: No` and `to: 18:00` "
            "need no quotes. "
            "Text needs quotes when it begins with one of `! & * { [ # | > % @`, or holds `: ` or ` #`."
        ),
        "",
        (
            "“mapping, text” in the column *takes* means that there are two ways to write the same: the text "
            "alone is the "
            "short form, and a mapping of keys is the long form, which can say more."
        ),
        "",
        "```yaml",
        "- press: Add to cart                             # text",
        "- press: {button: Add to cart, timeout: 5s}      # a mapping of keys",
        "```",
        "",
        (
            "“list, text” takes one value or several: `tags: checkout` or `tags: [checkout, critical]`. "
            "A list of things to `see` means all of them."
        ),
        "",
        "A plain text is never a pattern. Where a pattern is meant, write `{matches: '^#[0-9]+$'}`.",
        "",
    ]


def _templates() -> list[str]:
    store = ", ".join(f"`store.{name}`" for name in STORE_NAMES)
    shopper = ", ".join(f"`shopper.{name}`" for name in SHOPPER_VALUES)
    rows = [
        ("`${vars.name}`", "A value under `vars` of the store document.", "everywhere"),
        (
            "`${price}`",
            "What an earlier step or request saved: `- save: {money: product_price, as: price}`.",
            "in steps and requests after it",
        ),
        (
            "`${secret.NAME}`",
            (
                "A secret, alone or within a text. It is filled in or sent, and never compared, filtered or shown."
            ),
            "in the store, in steps that type or send",
        ),
        (
            "`${env.NAME}`",
            "An environment variable that is no secret.",
            "in the store, in alerters.yaml and triggers.yaml",
        ),
        ("`${inputs.name}`", "What a journey gives to a fragment by `with`.", "only in fragments"),
        ("`${store.name}`", f"The store: {store}.", "in checks"),
        ("`${shopper.email}`", f"The default test shopper: {shopper}.", "in checks"),
    ]
    return [
        "### `${…}`",
        "",
        "| written | stands for | where |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        (
            "A value that is nothing but one `${…}` keeps its type: an amount stays an amount, with its currency. "
            "There is no arithmetic. `$${` writes a plain `${`."
        ),
        "",
        "A filter comes after a bar, as in `${heading | lower}`; several are applied in their order:",
        "",
        *(f"- `{name}`: {FILTERED.get(name, name)}" for name in FILTERS),
        "",
        "### Where a secret comes from",
        "",
        "The first of these that is set, in the environment or in a file named `.env` beside the checks:",
        "",
        "| variable | holds |",
        "|---|---|",
        "| `NAME` | the value itself |",
        "| `NAME_FILE` | the path of a file with the value, as containers mount secrets: `/run/secrets/name` |",
        "| `NAME_COMMAND` | a command that prints the value: `op read op://Shop/admin/token`; no shell reads it |",
        "",
        (
            "A file is read and a command is run only when a visit needs the secret, and once in a run. Line ends "
            "behind the value are taken off. Whatever was used is masked in everything that is kept or said, in every "
            "encoding."
        ),
        "",
    ]


def _units() -> list[str]:
    return [
        "### Times, shares, amounts",
        "",
        f"- A length of time is {Duration.form}. A bare number is refused: nobody knows its unit.",
        f"- A share is {Percent.form}, never `0.8`.",
        (
            "- An amount of money is a number with a dot, `22.50`, or what a page shows, read as the market's "
            "`locale` and "
            "`currency` write it. Amounts in two currencies are never compared: that is a failure of its own."
        ),
        (
            "- `about: 22.00` allows 1 % off; `by: 0.05` or `by: 2%` says how much. `less: 10%` takes a "
            "discount off the "
            "expected amount first."
        ),
        "- Any limit can be two: `at_most: {warn: 800ms, fail: 2s}`; the warning is the one that comes first.",
        f"- An amount of data is {Size.form}; a KB is a thousand bytes.",
        "- A list or an object is measured by how many things it holds: `items: {at_least: 1}`.",
        (
            "- What is not there passes `not` and `exists: false` in headers and JSON. On a page, an element has to be "
            "there for its text or number to be judged at all."
        ),
        "",
    ]


def _answers() -> list[str]:
    return [
        "### Places in a JSON answer",
        "",
        (
            "A place in an answer is written as a JSONPath, always in quotes: it begins with `$`, the whole answer; "
            '`"$.products[0].title"` is the title of the first product (they are counted from 0), and '
            '`"$.products[*].title"` is the title of every product, each of which has to be so. '
            'What is expected stands behind it: `"$.item_count": 1`, or words in braces of their own.'
        ),
        "",
        "```yaml",
        "- get: /products.json",
        "  expect:",
        "    took: 2s",
        "    json:",
        '      "$.products": {at_least: 1}                    # a list counts its items',
        '      "$.products[*].variants[0].price": {exists: true}',
        "```",
        "",
        "### What shops often want to know",
        "",
        "| to check that … | write |",
        "|---|---|",
        (
            "| a code takes 10 % off | after `apply_discount`: "
            '`- expect: {money: cart_total, equals: "${price}", less: 10%}` |'
        ),
        "| a product is sold out | after `open_product`: `- expect: {product: sold_out}` |",
        "| a search finds a product | `- search: {for: snowboard, finds: complete-snowboard}` |",
        "| a search finds nothing | `- search: {for: surfboard, results: 0}` |",
        '| the cart is empty | `- request: {get: /cart.js, expect: {json: {"$.item_count": 0}}}` |',
        "",
    ]


def _steps() -> list[str]:
    steps = {name: registry.kind("step", name).cls for name in registry.names("step")}
    checking = ", ".join(f"`{name}`" for name, cls in steps.items() if getattr(cls, "asserts", False))
    return [
        "### What a journey starts with, and what counts as checking",
        "",
        (
            "Each attempt is a new shopper: a fresh browser window with an empty cart, no cookies, and no "
            "page open yet. "
            "So the first step goes somewhere: `open: /` or `open_product: …`. The store's password page, its "
            "cookie banner "
            "(`consent`) and its `overlays` are dealt with on the way."
        ),
        "",
        (
            f"These steps check something: {checking}. A journey needs at least one of them, or it would pass "
            f"whatever the "
            "store does. The others act or look, and fail when they cannot."
        ),
        "",
        (
            "Every step's long form takes [modifiers](#steps). "
            "`when` leaves a step out unless something holds: `when: {see: Sign in}`, `when: {device: iphone}` or "
            "`when: {market: de}`; it is then reported as skipped. "
            "`within` looks at one part of the page: `within: Order summary` (a region, dialog or form of "
            "this name, with the frames in it), "
            "`within: {frame: …}` or `within: {css: …}`. "
            "`optional` is for a step that may fail, and not for one that checks something."
        ),
        "",
        (
            "Something that has had several names is written `{any_of: [Add to cart, Buy now]}`: they are tried in "
            "order. When only a later one is there, the step is *healed*: the result is a warning, and says how to "
            "change the list."
        ),
        "",
    ]


def _repeating() -> list[str]:
    return [
        "### Repeating steps, tidying up, and what comes over the page",
        "",
        "```yaml",
        "steps:",
        "  - for_each:",
        "      value: size",
        '      in: [S, M]                  # or "${vars.sizes}", a list of the store document',
        "      steps:",
        "        - open_product: rain-jacket",
        '        - choose_variant: "${size}"',
        "        - add_to_cart",
        "        - expect_request: {url: {contains: /cart/add}, status: 200}",
        "always:",
        "  - request: {post: /cart/clear.js}",
        "```",
        "",
        (
            "Reports show the steps of a loop one by one: “Size S: Add to cart”. "
            "`always` runs whatever happened, also when the run is interrupted by Ctrl-C. "
            "`expect_request` looks at what the page asked for since the step before it began; `after` names an "
            "earlier step, by its `name` or its word."
        ),
        "",
        (
            "The cookie banner and the store's `overlays` are answered whenever they show, also in the middle of a "
            "journey; `overlays: off` and `consent: leave` leave them alone. What lies in a frame, or in a part that "
            "the page builds for itself (a shadow tree), is closed when it is in the way of a step."
        ),
        "",
    ]


def _documents() -> list[str]:
    return [
        "### Where a check belongs",
        "",
        (
            "A check belongs to the nearest store document: the one in its own folder, else in a folder above. "
            "With several stores there, say which: `stores: all`, `stores: [my-store, my-outlet]` or `stores: "
            "{tags: [fashion]}`. "
            "A check that names no market runs in the store's first, and one that names no device on `desktop`."
        ),
        "",
        (
            "A store that also runs elsewhere says so under `environments`, and `--env staging` means that one: each "
            "key of the environment replaces the store's key whole, and nothing is merged. Without `--env` the store "
            "is as it stands, which is called `production`. `only_in: [staging]` keeps a check to some of them. "
            "Targets of another environment have a name of their own, `shop/cart@desktop/us:staging`, so their "
            "history is apart; and `apply --env staging` registers which one later runs mean."
        ),
        "",
        (
            "`variants` of the store are sides of an experiment, each with the cookies that show it. A check that says "
            "`variants: [a, b]` runs once on each."
        ),
        "",
        (
            "Several documents in one file are parted by a line `---`. Keys that begin with `x-` are your own: "
            "Nano-SRE leaves them alone."
        ),
        "",
    ]
