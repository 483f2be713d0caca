"""`alerters.yaml`, as data: who is told, when and how often. `spec` reads it, `incidents` and `alerts` follow it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core import registry
from nano_sre.core.check import nothing
from nano_sre.core.chosen import Chosen, chosen_from
from nano_sre.core.fields import Doc, Duration, Example, KindOf, OneOrMany, Slug, Text, Unfit, record
from nano_sre.core.forms import Form, Name, TimeZone, Url
from nano_sre.core.program import Severity
from nano_sre.core.template import Template

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class TimeOfDay(Form):
    """A time of day, written `09:00`."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
    form: ClassVar[str] = "a time of day such as 09:00"

    @classmethod
    def mended(cls, text: str) -> str | None:
        said = re.fullmatch(r"\s*([0-9]{1,2})(?:[:.]?([0-9]{2}))?\s*(am|pm)?\s*", text.lower())
        if said is None:
            return None
        hour = int(said[1]) % 12 + 12 * (said[3] == "pm") if said[3] else int(said[1])
        made = f"{hour:02}:{said[2] or '00'}"
        return made if re.fullmatch(cls.pattern, made) else None


class Moment(Form):
    """A date and a time on somebody's clock, written `2026-11-27 06:00`."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]$"
    form: ClassVar[str] = "a date and time such as 2026-11-27 06:00"

    @classmethod
    def mended(cls, text: str) -> str | None:
        said = re.fullmatch(
            r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]+([0-9]{1,2}:[0-9]{2})(?::[0-9]{2})?\s*", text
        )
        time = TimeOfDay.mended(said[2]) if said else None
        return f"{said[1]} {time}" if said and time else None


@record()
class Matching:
    """Which incidents are meant: all that is said must fit, and of each list one. Nothing said fits everything."""

    severity: Annotated[tuple[Severity, ...], OneOrMany, Doc("Severities."), Example("[P0, P1]")] = ()
    tags: Annotated[tuple[str, ...], OneOrMany, Doc("Tags of the check."), Example("[checkout]")] = ()
    kinds: Annotated[tuple[Slug, ...], OneOrMany, Doc("Kinds of checks."), Example("[journey]")] = ()
    stores: Annotated[tuple[Slug, ...], OneOrMany, Doc("Ids of stores."), Example("[my-store]")] = ()
    checks: Annotated[
        tuple[str, ...], OneOrMany, Doc("Ids of checks, or globs of them."), Example('["buy-*"]')
    ] = ()
    owners: Annotated[tuple[str, ...], OneOrMany, Doc("Owners of checks."), Example("[web-team]")] = ()
    causes: Annotated[
        tuple[str, ...], OneOrMany, Doc("Ids of likely causes."), Example("[store-locked]")
    ] = ()

    def fits(
        self,
        *,
        severity: str,
        tags: tuple[str, ...] = (),
        kind: str = "",
        store: str = "",
        check: str = "",
        owner: str | None = None,
        cause: str | None = None,
    ) -> bool:
        """Whether an incident of this check, on this store, is meant."""
        return (
            (not self.severity or severity in self.severity)
            and (not self.tags or not set(self.tags).isdisjoint(tags))
            and (not self.kinds or kind in self.kinds)
            and (not self.stores or store in self.stores)
            and (not self.checks or any(fnmatchcase(check, pattern) for pattern in self.checks))
            and (not self.owners or owner in self.owners)
            and (not self.causes or cause in self.causes)
        )


@record()
class OpenHours:
    """Hours of the week."""

    days: Annotated[
        tuple[Weekday, ...], OneOrMany, Doc("Days of the week: mon to sun."), Example("[mon, tue, wed]")
    ]
    from_: Annotated[TimeOfDay, Doc("When they begin."), Example("09:00")]
    to: Annotated[
        TimeOfDay, Doc("When they end; a time before the beginning is one of the next day."), Example("18:00")
    ]

    def __post_init__(self) -> None:
        if not self.days:
            raise Unfit(
                "these hours have no day", "days", hint="for example “days: [mon, tue, wed, thu, fri]”"
            )
        if self.from_ == self.to:
            raise Unfit(
                "these hours end when they begin",
                "to",
                hint="for a whole day write “from: 00:00” and “to: 23:59”",
            )


@record()
class Route:
    """Who is told about which incidents. Of several routes the first that fits counts."""

    for_: Annotated[
        Matching, Doc("Which incidents; everything by default."), Example("{severity: [P0, P1]}")
    ] = Matching()
    send_to: Annotated[tuple[Slug, ...], OneOrMany, Doc("Names of alerters."), Example("[console]")]
    remind_every: Annotated[
        Duration | None,
        Doc("How often it is said again while it lasts; the policy's by default."),
        Example("30m"),
    ] = None
    during_hours: Annotated[Slug | None, Doc("Only during these `hours`."), Example("office")] = None
    outside_hours: Annotated[
        Literal["hold", "drop"], Doc("What happens otherwise: `hold` keeps messages until then.")
    ] = "hold"

    def __post_init__(self) -> None:
        if not self.send_to:
            raise Unfit("this route tells nobody", "send_to", hint="name at least one of the `alerters`")


@record()
class FailOf:
    """So many failures among the last results."""

    failures: Annotated[int, Doc("How many fail.")]
    of: Annotated[int, Doc("Of how many runs.")]

    def __post_init__(self) -> None:
        if not 1 <= self.failures <= self.of <= 20:
            raise Unfit(
                f"{self.failures} of {self.of} cannot be",
                "failures",
                hint="“failures” is at least 1 and at most “of”, which is at most 20",
            )


@record()
class Policy:
    """When a failure becomes an incident, and how often people hear of it."""

    fail_after: Annotated[
        int, Doc("After how many failed runs in a row, each after its own retries, people are told.")
    ] = 1
    fail_of: Annotated[
        FailOf | None,
        Doc("Or: so many of the last runs. Beside it, a `fail_after` of 1 says nothing."),
        Example("{failures: 3, of: 5}"),
    ] = None
    recover_after: Annotated[int, Doc("After how many passing runs it is over.")] = 1
    devices: Annotated[
        Literal["any", "all"] | int, Doc("How many devices of a check must fail: `any`, `all` or a number.")
    ] = "any"
    warnings: Annotated[Literal["ignore", "tell"], Doc("Whether WARN opens an incident too, as P3.")] = (
        "ignore"
    )
    remind_every: Annotated[Duration, Doc("How often a lasting trouble is said again.")] = Duration(3_600_000)
    at_most_every: Annotated[
        Duration,
        Doc("The shortest time between two messages of trouble about the same thing to one alerter."),
    ] = Duration(3_600_000)
    group_by: Annotated[
        tuple[Literal["store", "cause", "check", "severity"], ...],
        OneOrMany,
        Doc("What one message is about."),
    ] = ("store", "cause")
    group_wait: Annotated[Duration, Doc("How long the first message waits for others that belong to it.")] = (
        Duration(20_000)
    )
    no_data_after: Annotated[
        Duration, Doc("How long a check may be without a verdict before the monitor says so of itself.")
    ] = Duration(2 * 3_600_000)
    flapping: Annotated[
        Literal["off"] | int, Doc("So many changes between failing and passing within an hour are flapping.")
    ] = 6

    def __post_init__(self) -> None:
        for name in ("fail_after", "recover_after"):
            if not 1 <= getattr(self, name) <= 20:
                raise Unfit(
                    f"“{name}” cannot be {getattr(self, name)}", name, hint="write a number from 1 to 20"
                )
        if isinstance(self.devices, int) and self.devices < 1:
            raise Unfit(
                "“devices” cannot be less than 1", "devices", hint="write any, all, or a number from 1"
            )
        if isinstance(self.flapping, int) and self.flapping < 3:
            raise Unfit(
                f"“flapping” cannot be {self.flapping}",
                "flapping",
                hint="write off, or a number from 3: two changes are one failure that ended",
            )


@record()
class Maintenance:
    """A time in which nobody is told. Checks run on, and what was held is told afterwards."""

    name: Annotated[Name, Doc("What is being done."), Example("sale set-up")]
    from_: Annotated[Moment, Doc("When it begins."), Example('"2026-11-27 06:00"')]
    to: Annotated[Moment, Doc("When it ends."), Example('"2026-11-27 08:00"')]
    timezone: Annotated[TimeZone | None, Doc("Whose clock; that of this file by default.")] = None
    for_: Annotated[Matching, Doc("Which incidents; everything by default.")] = Matching()

    def __post_init__(self) -> None:
        if self.to <= self.from_:
            raise Unfit(
                "this maintenance ends before it begins", "to", hint="write the later moment under “to”"
            )


@record()
class Heartbeat:
    """An address that is called after every full cycle, so that somebody else notices when the agent is dead."""

    url: Annotated[Text, Doc("The address."), Example('"${secret.HEARTBEAT_URL}"')]
    every: Annotated[Duration, Doc("At most so often.")] = Duration(60_000)


@record()
class AlerterEntry:
    """One way to tell people, under a name."""

    name: Annotated[Slug, Doc("What routes call it."), Example("team")]
    chosen: Annotated[Chosen, KindOf("alerter")]

    @property
    def word(self) -> str:
        """The kind, as it is written: `slack`."""
        return self.chosen.word

    @property
    def alerter(self) -> Any:
        """The registered kind itself, a `core.alert.Alerter`."""
        return self.chosen.kind


@record()
class AlertersFile:
    """Who is told when a check fails, when, and how often: the file `alerters.yaml`.

    There is one for a project, beside the folder of the checks or in it. `${secret.NAME}` and `${env.NAME}` may stand
    in every text. It is registered by `nano-sre apply`, and the agent follows what is registered.
    """

    kind_name: ClassVar[str] = "alerters"
    id: ClassVar[str] = "alerters.yaml"  # no slug, so that no check can be called so
    name: ClassVar[str] = ""
    example: ClassVar[str] = """\
version: 1
alerters:
  - {name: console, stdout: {}}
hours: {office: {days: [mon, tue, wed, thu, fri], from: 09:00, to: 18:00}}
routes:
  - {for: {severity: [P0, P1]}, send_to: [console], remind_every: 30m}
  - {for: {severity: [P3]}, during_hours: office, send_to: [console]}
  - {send_to: [console]}
policy: {fail_after: 2, remind_every: 1h}
"""

    version: Annotated[Literal[1], Doc("The version of the language: 1.")]
    alerters: Annotated[
        tuple[AlerterEntry, ...],
        Doc("The ways to tell people: each has a name and one key that says what it is."),
        Example("[{name: console, stdout: {}}]"),
    ]
    fallback: Annotated[
        Slug | None,
        Doc("The alerter that is told when another cannot be reached; the first `stdout` by default."),
        Example("console"),
    ] = None
    timezone: Annotated[
        TimeZone | None,
        Doc("Whose clock `hours`, `maintenance` and the times in messages follow; UTC by default."),
        Example("Europe/Berlin"),
    ] = None
    hours: Annotated[
        Mapping[str, Annotated[tuple[OpenHours, ...], OneOrMany]],
        Doc("Hours of the week under names, which `during_hours` of a route uses."),
        Example("{office: {days: [mon, tue, wed, thu, fri], from: 09:00, to: 18:00}}"),
    ] = nothing()
    routes: Annotated[
        tuple[Route, ...],
        Doc("Who is told of what. The first that fits counts, so the one without “for” comes last."),
        Example("[{send_to: [console]}]"),
    ]
    policy: Annotated[
        Policy, Doc("When a failure is told, and how often."), Example("{fail_after: 2, remind_every: 1h}")
    ] = Policy()
    maintenance: Annotated[
        tuple[Maintenance, ...], OneOrMany, Doc("Times in which nobody is told; it is told afterwards.")
    ] = ()
    templates: Annotated[
        str | None,
        Doc("A folder, seen from this file, of Jinja2 files in place of the built-in messages."),
        Example("alert-templates/"),
    ] = None
    heartbeat: Annotated[Heartbeat | None, Doc("An address that the agent calls as long as it is well.")] = (
        None
    )
    link: Annotated[
        Template | Url | None,
        Doc(
            "The address under which people reach the agent's status page, for links in messages. Where NANO_SRE_TOKEN "
            "is set too, messages have signed links to acknowledge an incident and to its picture."
        ),
        Example('"https://status.example.com"'),
    ] = None

    def __post_init__(self) -> None:
        if not self.alerters:
            raise Unfit("there is no alerter", "alerters", hint="for example “- {name: console, stdout: {}}”")
        if not self.routes:
            raise Unfit(
                "there is no route: nobody is told anything",
                "routes",
                hint=f"“- {{send_to: [{self.alerters[0].name}]}}” tells everything to “{self.alerters[0].name}”",
            )
        for name, hours in self.hours.items():
            if not hours:
                raise Unfit(f"the hours “{name}” never come", "hours", name, hint="say days, from and to")

    @classmethod
    def default(cls) -> AlertersFile:
        """What counts when nobody wrote anything: the terminal is told of everything."""
        stdout = chosen_from("alerter")(stdout=registry.kind("alerter", "stdout").cls())
        console = AlerterEntry(name=Slug("console"), chosen=stdout)
        return cls(version=1, alerters=(console,), routes=(Route(send_to=(console.name,)),))

    def named(self, name: str) -> AlerterEntry | None:
        """The alerter of that name."""
        return next((each for each in self.alerters if each.name == name), None)

    @property
    def told_last(self) -> AlerterEntry | None:
        """Who is told when another cannot be reached: `fallback`, else the first `stdout`, else nobody."""
        if self.fallback is not None:
            return self.named(self.fallback)
        return next((each for each in self.alerters if each.word == "stdout"), None)
