"""The keys that every check begins with, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Cron, Doc, Duration, Example, OneOrMany, Slug, Text, Unfit, record
from nano_sre.core.forms import Name, Url
from nano_sre.core.program import Consent, Severity, WatchCall

Locate = Callable[..., "Span | None"]
"""`at("requests", 0)` is the place of that YAML value."""


@record()
class StoreChoice:
    """Which stores a check is for, by tag."""

    tags: Annotated[tuple[str, ...], Doc("Stores with all of these tags.")]


@record()
class Skip:
    """Stores that a check leaves out, and why."""

    stores: Annotated[tuple[Slug, ...], Doc("Ids of stores.")]
    because: Annotated[str, Doc("The reason, for whoever reads this next year.")]


@record()
class Check:
    """What every check says about itself."""

    session: ClassVar[Literal["browser", "api", "none"]] = "none"

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[
        Slug,
        Doc("The check's lasting name. History, baselines and incidents hang on it."),
        Example("buy-a-snowboard"),
    ]
    name: Annotated[Name, Doc("The name people read.")]
    description: Annotated[str | None, Doc("What the check protects and why, for people.")] = None
    moved_from: Annotated[Slug | None, Doc("The id this check had before: its history comes along.")] = None
    severity: Annotated[Severity, Doc("How bad a failure is: P0 (all hands) to P3 (some day).")] = "P2"
    tags: Annotated[tuple[str, ...], OneOrMany, Doc("Words to select checks by.")] = ()
    every: Annotated[Duration | None, Doc("How often the check runs."), Example("15m")] = None
    cron: Annotated[
        Cron | None, Doc("When the check runs, in the store's timezone."), Example('"0 3 * * *"')
    ] = None
    markets: Annotated[
        tuple[Slug, ...], OneOrMany, Doc("Markets of the store; the store's first by default.")
    ] = ()
    stores: Annotated[
        Literal["all"] | tuple[Slug, ...] | StoreChoice | None,
        Doc(
            "`all`, a list of ids, or tags; by default the nearest store document in this folder or above it."
        ),
    ] = None
    only_in: Annotated[
        tuple[Slug, ...],
        OneOrMany,
        Doc("Environments the check runs in, `production` being the store as it stands; all by default."),
        Example("[staging]"),
    ] = ()
    skip: Annotated[Skip | None, Doc("Stores to leave out, with the reason.")] = None
    depends_on: Annotated[
        tuple[Slug, ...],
        OneOrMany,
        Doc("Checks of the same store; while one of them fails, alerts of this one are held back."),
    ] = ()
    retries: Annotated[
        int, Doc("How often a failed attempt is tried again in a fresh browser. Passing only then is WARN.")
    ] = 1
    timeout: Annotated[Duration, Doc("How long one attempt may take.")] = Duration(120_000)
    runbook: Annotated[Url | None, Doc("A web address: what to do when this fails.")] = None
    owner: Annotated[str | None, Doc("Who looks after this check.")] = None
    must_fail: Annotated[
        bool,
        Doc(
            "true turns the verdict round: for one check of something broken on purpose, which proves that failures "
            "are seen. It fails when it passes."
        ),
    ] = False
    enabled: Annotated[bool, Doc("false pauses the check; nothing is removed.")] = True

    def __post_init__(self) -> None:
        if not 0 <= self.retries <= 5:
            raise Unfit(
                f"“retries” cannot be {self.retries}",
                "retries",
                hint="write a whole number from 0 to 5: each is one more visit to the store",
            )
        if self.every is not None and self.every < 1_000:
            raise Unfit(
                f"every {self.every} is too often",
                "every",
                hint="write at least 1s; most checks have 5m or more",
            )

    def compile(self, at: Locate) -> Any:
        """The check's parts (`JourneyParts`, a `Probe` or a `SkillCall`); `at` gives places in the YAML."""
        raise TypeError(f"{type(self).__name__} does not compile")


@record()
class BrowserCheck(Check):
    """What checks that open a browser say besides."""

    session: ClassVar[Literal["browser", "api", "none"]] = "browser"

    devices: Annotated[
        tuple[Slug, ...],
        OneOrMany,
        Doc("`desktop`, `iphone` or devices of the store document; `desktop` by default."),
    ] = ()
    variants: Annotated[
        tuple[Slug, ...],
        OneOrMany,
        Doc("Sides of an experiment, from `variants` of the store document; each is a target of its own."),
        Example("[a, b]"),
    ] = ()
    consent: Annotated[Consent, Doc("What the visit does with the cookie banner.")] = "accept"


@record(short="path")
class PageToVisit:
    """A page of the store."""

    path: Annotated[
        Text, Doc("The path of the page; the market's own path is put in front of it."), Example("/")
    ]
    name: Annotated[str | None, Doc("A name for reports.")] = None

    def __post_init__(self) -> None:
        path = str(self.path)
        if not path.startswith(("/", "${", "http://", "https://")):
            raise Unfit(
                f"“{path[:60]}” is not a path: it does not begin with a slash",
                "path",
                suggestion=f"/{path}" if path.strip() else "/",
            )


@record()
class WatchingCheck(BrowserCheck):
    """What checks say that watch a visit instead of driving one."""

    during: Annotated[
        Slug | None,
        Doc("The journey to watch, by its id: no visit of its own is made."),
        Example("buy-a-snowboard"),
    ] = None
    visit: Annotated[
        tuple[PageToVisit, ...],
        OneOrMany,
        Doc("Pages to visit one after another, when no journey is watched: paths, or `{name, path}`."),
        Example("[/, {name: product, path: /products/complete-snowboard}]"),
    ] = ()

    def __post_init__(self) -> None:
        Check.__post_init__(self)
        if self.during is not None and self.visit:
            raise Unfit(
                "“during” and “visit” are said together: keep one of them",
                "visit",
                key=True,
                code="E209",
                hint="“during” watches a journey, “visit” opens pages by itself",
            )
        if self.during is None and not self.visit:
            raise Unfit(
                "nothing says what to watch",
                code="E209",
                hint="write “during: <id of a journey>”, or “visit: [/]” with the paths of pages",
            )

    def watchers(self, at: Locate) -> tuple[WatchCall, ...]:
        """What watches the visit; `at` gives places in the YAML."""
        raise TypeError(f"{type(self).__name__} does not watch")


def nothing() -> Any:
    """An empty mapping as a default."""
    return field(default_factory=dict)


def space_of(kind: str) -> str:
    """Ids are unique among stores, among vendors (and so on), among all kinds of checks, and for each file known by
    its name.
    """
    return kind if kind in ("store", *DESCRIBING, "alerters", "triggers") else "check"


DESCRIBING = ("vendor", "rules", "alerter")
"""Documents that describe what the engine has some of by itself, and that are applied like checks."""
AROUND = ("store", "fragment", *DESCRIBING)
"""Documents that checks are linked with: they do not run by themselves."""
