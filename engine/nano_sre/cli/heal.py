"""`nano-sre heal`: the changes of YAML that runs proposed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, say
from nano_sre.cli.mended import NotWritten, diff_lines, replace_file
from nano_sre.core.result import Finding, Patch, TargetResult


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(heal)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def heal(
    run: Annotated[
        str | None, typer.Argument(help="A run's id; without one, the latest result of every target counts.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Make the changes.")] = False,
    document: Annotated[
        Path | None,
        typer.Option("--from", help="A run's JSON document (--reporter json=FILE) in place of the database."),
    ] = None,
) -> None:
    """Show the changes of check files that runs proposed, such as a button's new name; --write makes them.

    A file that was changed in such a place since is left alone there.

    Example: nano-sre heal --write
    """
    patches = list(_from_document(document)) if document else _from_database(run)
    if not patches:
        say("No changes are proposed.")
        return
    files: dict[str, list[Patch]] = {}
    for patch in patches:
        files.setdefault(patch.file, []).append(patch)
    fine = [_one_file(name, proposed, write=write) for name, proposed in files.items()]
    if not all(fine):
        raise SystemExit(Exit.STALE)


def _one_file(name: str, patches: Sequence[Patch], *, write: bool) -> bool:
    """Show or make the changes of one file; whether all of them fit."""
    from nano_sre.spec.heal import healed
    from nano_sre.spec.load import decode

    file = Path(name)
    try:
        raw = file.read_bytes()
    except OSError as error:
        say(f"nano-sre: cannot read {name}: {error.strerror}")
        say("  the names are those of the run: call heal in the folder where the checks were applied")
        return False
    source, told = decode(raw, shown=name)
    if told:
        say(f"nano-sre: {name}: {told[0].message}")
        return False
    work = healed(source.replace("\r\n", "\n"), name, patches)
    for patch, why in work.refused:
        say(f"{name}, {_place(patch)}: left alone: {why}")
    if work.made:
        print("\n".join(diff_lines(source.replace("\r\n", "\n"), work.text, file=name)))
        for patch in work.made:
            say(f"{name}, {_place(patch)}: {_clean(patch.why)}")
        if write and not _written(file, raw, work.text):
            return False
        if not write:
            say("nano-sre heal --write makes the change" + ("s." if len(work.made) > 1 else "."))
    elif not work.refused:
        say(f"{name}: holds the proposed changes already")
    return not work.refused


def _written(file: Path, raw: bytes, text: str) -> bool:
    after = text.replace("\n", "\r\n") if b"\r\n" in raw else text
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    try:
        replace_file(file, before=raw, after=mark + after.encode())
    except NotWritten as trouble:
        say(f"nano-sre: {trouble}")
        return False
    say(f"{file}: changed")
    return True


def _place(patch: Patch) -> str:
    """`steps 3, press, any_of` : steps are counted from 1, as people do."""
    words = [str(part + 1) if isinstance(part, int) else str(part) for part in patch.path]
    return _clean(" ".join([*([f"{patch.document}:"] if patch.document else []), *words]))


def _clean(text: str) -> str:
    from nano_sre.core.visible import clean

    return clean(text)


def _from_database(run: str | None) -> list[Patch]:
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    with open_store(get_settings()) as store:
        if run is not None:
            rows = store.run(run)
            if not rows:
                raise Stop(
                    Exit.NOTHING,
                    f"there is no run “{run}”",
                    hint="nano-sre history --json shows the ids of runs",
                )
        else:
            latest = store.latest()
            if not latest:
                raise Stop(
                    Exit.NOTHING,
                    "nothing has run yet",
                    hint="nano-sre run, or heal --from a run's JSON document",
                )
            newest = {(each.run_id, each.target) for each in latest}
            rounds = dict.fromkeys(each.run_id for each in latest)
            rows = [row for each in rounds for row in store.run(each) if (row.run_id, row.target) in newest]
    return [patch for row in rows for patch in _patches(row.to_result())]


def _patches(result: TargetResult) -> Iterator[Patch]:
    found: list[Finding | None] = [*result.findings]
    found += [step.finding for attempt in result.attempts[-1:] for step in attempt.steps]
    seen: list[Patch] = []
    for finding in found:
        if finding is not None and finding.patch is not None and finding.patch not in seen:
            seen.append(finding.patch)
            yield finding.patch


def _from_document(file: Path) -> Iterator[Patch]:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise Stop(Exit.USAGE, f"{file} is not a JSON document") from error
    if not isinstance(held, dict) or held.get("format") != "nano-sre/run":
        raise Stop(
            Exit.USAGE,
            f"{file} is not the document of a run",
            hint="nano-sre test --reporter json=FILE writes one",
        )
    for result in held.get("results", ()):
        for finding in _findings(result):
            yield _patch(finding["patch"], file)


def _findings(result: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    steps = [
        step.get("finding")
        for attempt in result.get("attempts", ())[-1:]
        for step in attempt.get("steps", ())
    ]
    for finding in (*result.get("findings", ()), *steps):
        if finding and finding.get("patch"):
            yield finding


def _patch(held: Mapping[str, Any], file: Path) -> Patch:
    try:
        return Patch(
            file=str(held["file"]),
            path=tuple(held["path"]),
            old=held["old"],
            new=held["new"],
            why=str(held["why"]),
            document=str(held.get("document", "")),
        )
    except (KeyError, TypeError) as error:
        raise Stop(Exit.USAGE, f"{file} holds a proposal that cannot be read") from error
