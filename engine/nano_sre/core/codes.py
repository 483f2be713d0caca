"""Every code a person can meet: E1xx YAML, E2xx schema, E3xx references, E4xx compile, R5xx run time, X9xx our bug.

The title is the short form; the text says what it means and what to do, and is what `nano-sre explain E201` prints.
"""

from __future__ import annotations

from nano_sre.core.code import Code
from nano_sre.core.found_codes import FOUND
from nano_sre.core.pixel_codes import PIXELS

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
    "E318": Code(
        "unknown vendor",
        "No vendor of tracking has this word: none of the built-in ones, and no document of `kind: vendor` in these "
        "checks. `nano-sre explain pixels` says more.",
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
    "E346": Code(
        "an example that comes out otherwise",
        "A vendor file holds examples of hits and what they mean. This one is read otherwise than it says: either the "
        "file reads it wrongly, or the example is wrong. `nano-sre pixels test FILE` shows all that is read of each.",
    ),
    "E350": Code(
        "a cause that nobody describes",
        "A rule for a cause that is built in says only what it adds. This cause is not, so the rule has to say all "
        "that a diagnosis tells people: `title`, `shoppers`, `remedy`, and what speaks for it (`for`). docs/causes.md "
        "lists the causes there are.",
    ),
    "E351": Code(
        "a pattern that fits everything",
        "A pattern of a rule fits whatever is there, so its clue would always hold and the cause would be named for "
        "every failure. Write what only this cause says. Of the console, of requests and of other checks, `.` asks "
        "whether there is any at all.",
    ),
    "E352": Code(
        "a clue that never holds",
        "A clue asks for a code that no finding has, or for a step that there is not, so it could never hold. "
        "`nano-sre explain R511` says what a code means.",
    ),
    "E353": Code(
        "a word that is taken",
        "The id of a `kind: alerter` document is a word of alerters.yaml. This one means something there already, and "
        "nobody could tell which of the two is meant.",
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
    "E413": Code(
        "an event that nobody hears of",
        "No vendor of this check has a word for the event, so that the expectation would be met whatever "
        "happens. Name a vendor that has one, or take the event out.",
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
        "has it. A step that two could be meant by needs a `name`. In a check that watches a journey, `after` and `at` "
        "name a step of that journey.",
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
    # alerts
    "E441": Code(
        "a broken alert template",
        "The template cannot be read, or fails with one of the sample incidents that it is tried with. Until it is "
        "mended, alerts arrive with the built-in text and a line that names the mistake.",
    ),
    "E442": Code(
        "no such alert template",
        "Nothing uses a template of this name, so it would change no message. The message names the nearest one.",
    ),
    "E443": Code(
        "an alert template without a message",
        "With one of the sample incidents the template gives no text at all: people would get an empty message.",
    ),
    "E445": Code(
        "no file of rules",
        "A file of diagnosis rules begins with `version: 1` and `kind: rules`, followed by `rules:` and a list. Checks "
        "and stores belong elsewhere: beside the folder of rules, not in it.",
    ),
    "E446": Code(
        "a rule that cannot work",
        "A clue of a rule looks at nothing, has a pattern that is no regular expression or a weight that makes no "
        "sense; or all that speaks for a cause together is not enough to conclude it.",
    ),
    "E447": Code(
        "two rules for one cause",
        "A cause has one rule, so that what speaks for it and against it stands in one place. Put the clues of both "
        "into one of them.",
    ),
    # what a run found
    **FOUND,
    **PIXELS,
    # ours
    "X901": Code("a bug in Nano-SRE", "This is our mistake, not yours. The crash report names the place."),
}
