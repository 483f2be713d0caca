"""Rules of diagnosis: what speaks for a cause and what against it, as data. `diagnosis/` weighs them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, Percent, Slug, Unfit, record
from nano_sre.core.forms import Name

Origin = Literal["theme", "app", "store", "others"]
Change = Literal["theme", "check", "store"]
PATTERNS = ("says", "words", "unjudged", "console", "thrown", "request", "page", "lacks", "neighbour")
LOOKS = ("code", "verb", *PATTERNS, "all_fail", "changed", "passed_within")
HEAVIEST = 10


@record()
class Clue:
    """One thing to look at: it holds when all that is said does. Patterns are regular expressions, case ignored."""

    weight: Annotated[
        float, Doc("How much it tells: 1 is a hint, 3 is strong, 5 all but settles it."), Example("3")
    ]
    code: Annotated[
        tuple[str, ...], OneOrMany, Doc("A finding has one of these codes."), Example("R511")
    ] = ()
    verb: Annotated[
        tuple[str, ...], OneOrMany, Doc("The step that failed is one of these."), Example("add_to_cart")
    ] = ()
    says: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("The finding's sentence, expected and actual value, or evidence says it."),
    ] = ()
    words: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc(
            "The store's own words to shoppers say it: those a finding quotes, an alert of the page as it was, or "
            "those another failing check quotes."
        ),
    ] = ()
    unjudged: Annotated[
        tuple[str, ...], OneOrMany, Doc("The reason why nothing could be judged says it.")
    ] = ()
    console: Annotated[tuple[str, ...], OneOrMany, Doc("An error in the console says it.")] = ()
    thrown: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("An error of a script says it: what browsers themselves refuse or cannot load is left out."),
    ] = ()
    request: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("A request that failed, as `404 https://…` or `net::ERR_… GET https://…`."),
    ] = ()
    origin: Annotated[
        tuple[Origin, ...],
        OneOrMany,
        Doc(
            "Where the console error or request comes from: a file of the theme, an app, a page or address of the "
            "store itself, or somebody else's host."
        ),
    ] = ()
    page: Annotated[
        tuple[str, ...], OneOrMany, Doc("The page, as it was when the check failed, shows it.")
    ] = ()
    lacks: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("The page, as it was when the check failed, was kept and shows nothing like it."),
    ] = ()
    neighbour: Annotated[
        tuple[str, ...],
        OneOrMany,
        Doc("Another check of the store fails now, and its `CODE verb: sentence` says it."),
    ] = ()
    all_fail: Annotated[
        Percent | None, Doc("At least this share of the store's other checks fails now, too."), Example("80%")
    ] = None
    changed: Annotated[Change | None, Doc("This is known to have changed since the check passed last.")] = (
        None
    )
    passed_within: Annotated[Duration | None, Doc("The check passed no longer ago than this.")] = None
    absent: Annotated[bool, Doc("The clue holds when what it looks for is *not* there.")] = False
    settles: Annotated[
        bool,
        Doc("Nothing else could mean it: this one source is enough, where others wait for a second witness."),
    ] = False

    def __post_init__(self) -> None:
        if not 0 < self.weight <= HEAVIEST:
            raise Unfit(f"a weight is more than 0 and at most {HEAVIEST}", "weight", code="E446")
        if not any(getattr(self, name) for name in LOOKS):
            raise Unfit(
                "this clue looks at nothing, so it would always hold",
                code="E446",
                hint=f"say at least one of {', '.join(LOOKS)}",
            )
        if self.origin and not (self.console or self.thrown or self.request):
            raise Unfit("“origin” is said of a console error or a request", "origin", code="E446")
        for name in PATTERNS:
            for place, pattern in enumerate(getattr(self, name)):
                _must_compile(pattern, name, place)


def _must_compile(pattern: str, name: str, place: int) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise Unfit(
            f"“{pattern}” is no regular expression: {error.msg}",
            name,
            place,
            code="E446",
            hint="put a backslash before a sign that is meant as it is, such as ( or ?",
        ) from None


@record()
class Rule:
    """A cause that merchants meet, how to recognise it, and what to do about it."""

    cause: Annotated[Slug, Doc("The cause's lasting name."), Example("checkout-server-error")]
    title: Annotated[Name, Doc("The cause in a few words, without a full stop.")]
    shoppers: Annotated[Name, Doc("What shoppers cannot do or see, as a sentence.")]
    remedy: Annotated[Name, Doc("What to try first, as a sentence.")]
    links: Annotated[tuple[str, ...], OneOrMany, Doc("Where to read more.")] = ()
    rarity: Annotated[
        float,
        Doc(
            "How much must be found before the cause is likelier than not: 3 is usual, more is rarer. What a single "
            "source says must weigh twice as much."
        ),
    ] = 3.0
    for_: Annotated[
        tuple[Clue, ...], Doc("What speaks for it; without any of it the cause is not considered.")
    ]
    against: Annotated[tuple[Clue, ...], Doc("What speaks against it.")] = ()

    def __post_init__(self) -> None:
        if sum(clue.weight for clue in self.for_) <= self.rarity:
            raise Unfit(
                f"“{self.cause}” could never be concluded: all that speaks for it weighs no more than its rarity "
                f"({self.rarity:g})",
                "for",
                key=True,
                code="E446",
                hint="raise the weight of what settles it, or add a clue",
            )


@record()
class RuleFile:
    """Rules of diagnosis."""

    version: Annotated[Literal[1], Doc("The version of the rules' language: 1.")]
    rules: Annotated[tuple[Rule, ...], Doc("Causes, one each.")]
