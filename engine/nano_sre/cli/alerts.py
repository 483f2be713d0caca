"""`nano-sre alerts`: test, simulate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, print_json, stop_if_invalid
from nano_sre.cli.simulate import simulate

if TYPE_CHECKING:
    from nano_sre.core.alert import Alert, Sent
    from nano_sre.core.policy import AlerterEntry
    from nano_sre.service import Arrangements


def add_to(app: typer.Typer, verb: str) -> None:
    app.add_typer(_group(), name=verb)


def app(_verb: str) -> typer.Typer:
    return _group()


def _group() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
    made.callback()(alerts)
    made.command("test")(test)
    made.command("simulate")(simulate)
    return made


def alerts() -> None:
    """Try the ways in which people are told.

    Example: nano-sre alerts test team
    """


def test(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of alerters in alerters.yaml; all of them by default.")
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option("--sample", help="Send a sample of real alerts, such as fired or resolved, instead."),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--folder", help="Where alerters.yaml is looked for, and above it.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Send a test message through alerters of alerters.yaml now, and say what came back.

    It needs no database and no agent. With “--sample fired” it shows what your templates make of an alert.

    Example: nano-sre alerts test team
    """
    import asyncio

    known = alerters_in(folder)
    entries = _chosen(known, names or [])
    picked = _sample(sample) if sample else None
    said: list[str] = []
    done = asyncio.run(_send(known, entries, picked, say_to=said if as_json else None))
    if as_json:
        print_json("alert-test", {"alerters": [_document(entry, sent) for entry, sent in done]})
    else:
        for entry, sent in done:
            print("\n".join(_lines(entry, sent)))
    if not all(sent.ok for _, sent in done):
        raise SystemExit(Exit.MONITOR)


def alerters_in(folder: Path) -> Arrangements:
    """What the nearest alerters.yaml says. Stops when there is none, or when something is wrong with it."""
    from nano_sre.service import arrangements
    from nano_sre.spec.listing import list_files
    from nano_sre.spec.project import Project, load_arrangements

    project = Project()
    load_arrangements(project, [folder], list_files([]))
    described = {each.document.file for each in project.of_kind("alerter")}
    stop_if_invalid(
        [
            d
            for d in project.diagnostics
            if d.span and ("alerters" in d.span.file or d.span.file in described)
        ],
        project.sources,
    )
    found = arrangements(project)
    if "alerters" not in found.written:
        raise Stop(
            Exit.NOTHING,
            "there is no alerters.yaml here or above",
            hint="nano-sre init writes one; --folder says where it is",
        )
    return found


def _chosen(known: Arrangements, names: Sequence[str]) -> list[AlerterEntry]:
    from nano_sre.spec.suggest import did_you_mean, listing

    entries = {str(each.name): each for each in known.alerters.alerters}
    for name in names:
        if name not in entries:
            _, hint = did_you_mean(name, entries)
            raise Stop(
                Exit.NOTHING,
                f"alerters.yaml has no alerter “{name}”",
                hint=hint or f"there are {listing(entries)}",
            )
    return [entries[name] for name in dict.fromkeys(names)] or list(entries.values())


def _sample(name: str) -> Alert:
    from nano_sre.alerts.samples import sample_alerts
    from nano_sre.spec.suggest import did_you_mean, listing

    samples = sample_alerts()
    if name not in samples:
        _, hint = did_you_mean(name, samples)
        raise Stop(
            Exit.USAGE, f"there is no sample “{name}”", hint=hint or f"there are {listing(samples, most=40)}"
        )
    return samples[name]


async def _send(
    known: Arrangements, entries: Sequence[AlerterEntry], picked: Alert | None, *, say_to: list[str] | None
) -> list[tuple[AlerterEntry, Sent]]:
    """Send to one after the other. What `stdout` prints goes to `say_to` when stdout is for something else."""
    from nano_sre.alerts.channels import channels
    from nano_sre.alerts.samples import picture_of_samples, the_test_alert
    from nano_sre.config.settings import get_settings
    from nano_sre.core.result import utc_now

    file = known.alerters
    templates = known.folder / file.templates if file.templates else None
    async with channels(
        get_settings(),
        timezone=file.timezone or "UTC",
        templates=templates,
        say=None if say_to is None else say_to.append,
        read=picture_of_samples,
    ) as opened:
        done = []
        for entry in entries:
            alert = picked or the_test_alert(str(entry.name), at=utc_now())
            done.append((entry, await opened.send(entry.alerter, alert)))
        return done


def _lines(entry: AlerterEntry, sent: Sent) -> list[str]:
    if sent.ok:
        return [f"✓ {entry.name} ({entry.word}): {sent.detail}"]
    lines = [f"✗ {entry.name} ({entry.word}): {sent.detail}"]
    if sent.permanent:
        lines.append("  Trying again will not help before that is mended.")
    elif sent.retry_after:
        lines.append(
            f"  It asks to be left alone for {sent.retry_after:g} s; the agent would wait and try again."
        )
    else:
        lines.append("  It may work later: the agent would try again.")
    return lines


def _document(entry: AlerterEntry, sent: Sent) -> Mapping[str, Any]:
    return {
        "name": entry.name,
        "kind": entry.word,
        "ok": sent.ok,
        "detail": sent.detail,
        "permanent": sent.permanent,
        "retry_after": sent.retry_after,
    }
