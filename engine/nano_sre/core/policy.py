"""`alerters.yaml`, as data: who is told, when and how often. `spec` reads it, `incidents` and `alerts` follow it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, Slug, Text, Unfit, record
from nano_sre.core.forms import Form, Name, TimeZone
from nano_sre.core.program import Severity

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class TimeOfDay(Form):
    """A time of day, written `09:00`."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
    form: ClassVar[str] = "a time of day such as 09:00"


class Moment(Form):
    """A date and a time on somebody's clock, written `2026-11-27 06:00`."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]$"
    form: ClassVar[str] = "a date and time such as 2026-11-27 06:00"


@record()
class Matching:
    """Which incidents are meant: all that is said must fit, and of each list one. Nothing said fits everything."""

    severity: Annotated[tuple[Severity, ...], OneOrMany, Doc("Severities.")] = ()
    tags: Annotated[tuple[str, ...], OneOrMany, Doc("Tags of the check.")] = ()
    kinds: Annotated[tuple[Slug, ...], OneOrMany, Doc("Kinds of checks.")] = ()
    stores: Annotated[tuple[Slug, ...], OneOrMany, Doc("Ids of stores.")] = ()
    checks: Annotated[tuple[str, ...], OneOrMany, Doc("Ids of checks, or globs of them.")] = ()
    owners: Annotated[tuple[str, ...], OneOrMany, Doc("Owners of checks.")] = ()
    causes: Annotated[tuple[str, ...], OneOrMany, Doc("Ids of likely causes.")] = ()


@record()
class OpenHours:
    """Hours of the week."""

    days: Annotated[tuple[Weekday, ...], OneOrMany, Doc("Days of the week: mon to sun.")]
    from_: Annotated[TimeOfDay, Doc("When they begin."), Example("09:00")]
    to: Annotated[TimeOfDay, Doc("When they end."), Example("18:00")]


@record()
class Route:
    """Who is told about which incidents. Of several routes the first that fits counts."""

    for_: Annotated[Matching, Doc("Which incidents; everything by default.")] = Matching()
    send_to: Annotated[tuple[Slug, ...], OneOrMany, Doc("Names of alerters.")]
    remind_every: Annotated[
        Duration | None, Doc("How often it is said again while it lasts; the policy's by default.")
    ] = None
    during_hours: Annotated[Slug | None, Doc("Only during these `hours`.")] = None
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

    name: Annotated[Name, Doc("What is being done.")]
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
