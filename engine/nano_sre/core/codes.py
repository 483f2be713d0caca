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
        'Everybody who can read this file can read the password. Write `"${secret.STORE_PASSWORD}"` and keep the '
        "value in the environment, or in a file named .env that is not committed.",
    ),
    # meaning
    "E401": Code(
        "the check asserts nothing",
        "It would pass whatever the store does. Add a step that checks something: `see`, `expect`, `add_to_cart` …",
    ),
    "E402": Code("a broken ${…}", "The text between `${` and `}` is not a dotted name with filters."),
    "E403": Code(
        "optional on an assertion", "A step that checks something cannot be optional: it would never fail."
    ),
    "E404": Code("no checks", "There is nothing to apply or run in this place."),
    "E405": Code("a broken pattern", "The regular expression cannot be compiled."),
    "E406": Code("cannot import", "The Python class named here cannot be imported or is not a Skill."),
    "E408": Code("schedule said twice", "`every` and `cron` both say when the check runs: keep one."),
    # what a run found
    "R501": Code("not found on the page", "Nothing visible on the page matches what the step names."),
    "R502": Code(
        "cannot be used", "The element is there, but covered, disabled or moving, so a shopper cannot use it."
    ),
    "R503": Code(
        "more than one match", "Several visible elements match; acting on one of them would be a guess."
    ),
    "R504": Code("should not be there", "The page shows something that the check says it must not show."),
    "R505": Code("not what was expected", "A value differs from what the check expects."),
    "R506": Code("took too long", "The step did not finish within its time."),
    "R507": Code("the page does not load", "The store answered with an error page, or not at all."),
    "R508": Code("the storefront is locked", "The store shows its password page."),
    "R509": Code(
        "no product form",
        "The product page lacks the form every Shopify theme has: a form that posts to /cart/add.",
    ),
    "R510": Code("variant", "The variant cannot be chosen, or the page did not follow the choice."),
    "R511": Code("add to cart", "Adding to the cart does not work for a shopper."),
    "R512": Code("cart", "The cart does not show what the shopper put into it."),
    "R513": Code("quantity", "Changing a quantity in the cart does not work."),
    "R514": Code("checkout", "The checkout cannot be reached or breaks."),
    "R515": Code("checkout form", "A checkout field is missing or refuses what is typed."),
    "R516": Code("payment", "The checkout offers no way to pay."),
    "R517": Code("cart API", "The store's Ajax cart answers with something else than a cart."),
    "R518": Code("availability", "Page, structured data and catalogue disagree about what can be bought."),
    "R519": Code("no amount found", "No amount of money can be read where the check looks for one."),
    "R520": Code("wrong answer", "The HTTP answer is not what the check expects."),
    "R521": Code("the skill failed", "The Python skill reported a failure or raised an exception."),
    "R522": Code("slow", "It works, but slower than the limit."),
    "R523": Code("no price", "The page shows no price, or none that can be read."),
    # ours
    "X901": Code("a bug in Nano-SRE", "This is our mistake, not yours. The crash report names the place."),
}
