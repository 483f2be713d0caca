"""`nano-sre incidents`: list, show, ack, snooze, resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, print_json, say
from nano_sre.cli.diagnose import diagnose

if TYPE_CHECKING:
    from nano_sre.core.incident import Incident

Numbers = Annotated[list[int], typer.Argument(help="The numbers of incidents, as the list shows them.")]
By = Annotated[str | None, typer.Option("--by", help="Who says so; your own name by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def add_to(app: typer.Typer, verb: str) -> None:
    app.add_typer(_group(), name=verb)


def app(_verb: str) -> typer.Typer:
    return _group()


def _group() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    made.callback(invoke_without_command=True)(incidents)
    for name, verb in (
        ("list", list_),
        ("show", show),
        ("diagnose", diagnose),
        ("ack", ack),
        ("snooze", snooze),
        ("resolve", resolve),
    ):
        made.command(name)(verb)
    return made


def incidents(context: typer.Context) -> None:
    """Show what is broken, what is known of it, and say who looks after it. Alone: the open incidents.

    Example: nano-sre incidents
    """
    if context.invoked_subcommand is None:
        list_()


def list_(
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    store: Annotated[str | None, typer.Option("--store", help="Only of this store.")] = None,
    check: Annotated[str | None, typer.Option("--check", help="Only of this check.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the open incidents, newest first.

    Example: nano-sre incidents list --all --check buy-a-snowboard
    """
    from nano_sre.cli.incident_page import incident_document, incident_line
    from nano_sre.core.result import utc_now
    from nano_sre.store import incident_desk

    with _store() as kept:
        found = kept.read(
            lambda db: incident_desk.listed(
                db, resolved=everything, store=store, check=check, limit=limit + 1
            )
        )
        if check is not None and not found:
            _must_be_known(kept, check)
    shown, more = found[:limit], len(found) > limit
    if as_json:
        print_json("incidents", {"incidents": [incident_document(each) for each in shown], "more": more})
        return
    for each in shown:
        print(incident_line(each, now=utc_now()))
    if more:
        say("There are more: --limit shows them, --store and --check choose.")
    if not shown:
        say("There have been no incidents." if everything else "Nothing is broken: no incident is open.")


def show(
    number: Annotated[int, typer.Argument(help="The number of an incident, as the list shows it.")],
    as_json: AsJson = False,
) -> None:
    """Show one incident: the likely cause, the evidence, where it stands in the YAML, and what happened.

    Example: nano-sre incidents show 12
    """
    from nano_sre.cli.incident_page import event_document, incident_document, incident_lines
    from nano_sre.core.result import utc_now
    from nano_sre.store import incident_desk

    with _store() as kept:
        found, events = kept.read(
            lambda db: (incident_desk.one(db, number), incident_desk.timeline(db, number))
        )
    if as_json:
        timeline = [event_document(each) for each in events]
        return print_json("incident", {**incident_document(found, whole=True), "timeline": timeline})
    for line in incident_lines(found, events, now=utc_now()):
        print(line)
    return None


def ack(numbers: Numbers, by: By = None, as_json: AsJson = False) -> None:
    """Say that you look after it: nobody is reminded of it any more.

    Example: nano-sre incidents ack 12 --by ada
    """
    from nano_sre.store import incident_desk

    done = _each(numbers, by, incident_desk.acknowledge)
    for each in _told(done, as_json=as_json):
        say(f"{each.acknowledged_by} looks after incident {each.id}: {_title(each)}")


def snooze(
    numbers: Numbers,
    length: Annotated[
        str, typer.Option("--for", help="How long, such as 30m, 2h or 1d; 0s lets messages through again.")
    ] = "1h",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Send no messages about it for a while. That it is over is told all the same.

    Example: nano-sre incidents snooze 12 --for 2h
    """
    from nano_sre.core.fields import Duration
    from nano_sre.core.result import utc_now
    from nano_sre.store import incident_desk

    try:
        until = utc_now() + timedelta(milliseconds=Duration.parse(length))
    except (ValueError, OverflowError):
        hint = "write a length of time such as 30m, 2h or 1d"
        raise Stop(Exit.USAGE, f"--for cannot be “{length}”", hint=hint) from None
    done = _each(
        numbers, by, lambda db, number, **more: incident_desk.snooze(db, number, until=until, **more)
    )
    for each in _told(done, as_json=as_json):
        if each.snoozed_until is None:
            say(f"Messages about incident {each.id} are sent again: {_title(each)}")
        else:
            when = each.snoozed_until.astimezone().strftime("%Y-%m-%d %H:%M")
            say(f"No messages about incident {each.id} until {when}: {_title(each)}")


def resolve(
    numbers: Numbers,
    because: Annotated[str, typer.Option("--because", help="Why, for the timeline.")] = "resolved by hand",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Call it over by hand. Whoever was told of it is told. While it fails, the next failure opens a new one.

    Example: nano-sre incidents resolve 12 --because "the app was removed"
    """
    from nano_sre.store import incident_desk

    lasting: set[int] = set()

    def carry_out(db: Any, number: int, **more: Any) -> Incident:
        if incident_desk.resolve(db, number, because=because, **more):
            lasting.add(number)
        return incident_desk.one(db, number)

    done = _each(numbers, by, carry_out)
    for each in _told(done, as_json=as_json):
        say(f"Incident {each.id} is resolved: {_title(each)}")
        if each.id in lasting:
            say("! It was still so when it was last looked at: the next failure opens a new incident.")


# What they share


@contextmanager
def _store() -> Iterator[Any]:
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store
    from nano_sre.store.incident_desk import NoIncident

    try:
        with open_store(get_settings()) as store:
            yield store
    except NoIncident as none:
        raise Stop(Exit.NOTHING, none.message, hint=none.hint) from none


def _each(numbers: Sequence[int], by: str | None, change: Callable[..., Incident]) -> list[Incident]:
    """Change all of them in one transaction, or none."""
    from nano_sre.applying import who
    from nano_sre.config.settings import get_settings
    from nano_sre.core.result import utc_now
    from nano_sre.core.visible import clean

    person, now = clean(by or who(get_settings())), utc_now()
    with _store() as store:
        done: list[Incident] = store.write_now(
            lambda db: [change(db, number, who=person, now=now) for number in dict.fromkeys(numbers)]
        )
    return done


def _told(done: list[Incident], *, as_json: bool) -> list[Incident]:
    """The incidents to tell people about: none, when a program asked."""
    if not as_json:
        return done
    from nano_sre.cli.incident_page import incident_document

    print_json("incidents", {"incidents": [incident_document(each) for each in done]})
    return []


def _title(incident: Incident) -> str:
    from nano_sre.core.visible import clean

    return clean(incident.title)


def _must_be_known(store: Any, check: str) -> None:
    from nano_sre.core.check import AROUND

    known = [each.check_id for each in store.registry(archived=True).checks if each.kind not in AROUND]
    if check in known or store.history(check, limit=1):
        return
    from nano_sre.spec.suggest import did_you_mean

    raise Stop(Exit.NOTHING, f"no check “{check}” is applied or has run", hint=did_you_mean(check, known)[1])
