"""`nano-sre alerts simulate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, print_json

if TYPE_CHECKING:
    from nano_sre.core.outbox import PastMessage
    from nano_sre.service import Arrangements


def simulate(
    history: Annotated[  # noqa: ARG001 - says what is simulated, so that another source can come later
        bool, typer.Option("--history", help="From the recorded history; there is no other way yet.")
    ] = True,
    since: Annotated[str, typer.Option("--since", help="How far back, such as 12h or 30d.")] = "30d",
    folder: Annotated[
        Path, typer.Option("--folder", help="Where alerters.yaml is looked for, and above it.")
    ] = Path(),
    messages: Annotated[
        bool, typer.Option("--messages", help="Every message that would have been sent, not only how many.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Say what this folder's alerters.yaml would have told of the recorded history, beside what was told.

    Recorded results are judged and grouped again with a moved clock, as if every message had arrived at once and
    nobody had acknowledged anything. Nothing is sent, and nothing is written.

    Example: nano-sre alerts simulate --history --since 30d
    """
    from nano_sre.cli.alerts import alerters_in
    from nano_sre.core.fields import Duration
    from nano_sre.core.result import utc_now

    try:
        span = timedelta(milliseconds=Duration.parse(since))
    except ValueError as error:
        raise Stop(Exit.USAGE, f"--since is “{since}”", hint=f"write {error}") from None
    now = utc_now()
    would, was = _both(alerters_in(folder), now - span, now)
    if as_json:
        return print_json("alert-simulation", _document(would, was, now - span, now))
    for line in _lines(would, was, now - span, now):
        print(line)
    if messages:
        print()
        for each in would:
            print(_line(each))
    return None


def _both(
    arranged: Arrangements, since: datetime, now: datetime
) -> tuple[list[PastMessage], list[PastMessage]]:
    from nano_sre.alerting.arranged import rules_of
    from nano_sre.alerting.simulating import simulate as again
    from nano_sre.config.settings import get_settings
    from nano_sre.service import Selection, open_store, registered_project, select
    from nano_sre.store import told

    settings = get_settings()
    with open_store(settings, create=False, migrate=False) as store:
        _, linkage, _ = registered_project(store.registry())
        rules = rules_of(arranged.alerters, linkage.checks, environ=settings.environ)
        programs = select(linkage, Selection())
        causes = store.read(lambda db: told.causes(db, since))
        would = store.read(
            lambda db: again(told.verdicts(db, since), rules, programs=programs, causes=causes, until=now)
        )
        return would, store.read(lambda db: told.messages(db, since))


def _lines(
    would: Sequence[PastMessage], was: Sequence[PastMessage], since: datetime, now: datetime
) -> Iterable[str]:
    yield (
        f"From {since:%Y-%m-%d %H:%M} to {now:%Y-%m-%d %H:%M} UTC {_count(was)} sent; "
        f"this alerters.yaml would have sent {len(would)}."
    )
    days = _days(would, was)
    if days:
        width = max(len("alerter"), *(len(alerter) for _, alerter in days))
        yield ""
        yield f"day         {'alerter':<{width}}  sent  would be"
        for (day, alerter), (sent, instead) in days.items():
            yield f"{day}  {alerter:<{width}}  {sent:>4}  {instead:>8}"


def _count(messages: Sequence[PastMessage]) -> str:
    return "1 message was" if len(messages) == 1 else f"{len(messages)} messages were"


def _days(would: Iterable[PastMessage], was: Iterable[PastMessage]) -> dict[tuple[str, str], tuple[int, int]]:
    """How many were sent, and would have been, by day and alerter."""
    instead, sent = (Counter((f"{m.at:%Y-%m-%d}", m.alerter) for m in each) for each in (would, was))
    return {key: (sent[key], instead[key]) for key in sorted(sent | instead)}


def _line(message: PastMessage) -> str:
    from nano_sre.core.visible import clean

    kind = message.kind.replace("_", " ")
    return f"{message.at:%Y-%m-%d %H:%M}  {message.alerter}  {kind}: {clean(message.title)}"


def _document(
    would: Sequence[PastMessage], was: Sequence[PastMessage], since: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "since": since.isoformat(),
        "until": now.isoformat(),
        "days": [
            {"day": day, "alerter": alerter, "sent": sent, "would_be_sent": instead}
            for (day, alerter), (sent, instead) in _days(would, was).items()
        ],
        "messages": [
            {"at": each.at.isoformat(), "alerter": each.alerter, "kind": each.kind, "title": each.title}
            for each in would
        ],
    }
