"""`nano-sre explain`: checks, kinds, steps and error codes, in plain English."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import Exit, Stop, paths_of, stop_if_invalid


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(explain)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def explain(
    what: Annotated[str, typer.Argument(help="A check's id, an error code (E201), a step or a kind.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Where the checks are; checks/ by default.")
    ] = None,
) -> None:
    """Say what a check does step by step, or what an error code, a step or a kind means.

    Example: nano-sre explain buy-a-snowboard
    """
    for lines in (_code(what), _word(what)):
        if lines:
            print("\n".join(lines))
            return
    print("\n".join(_check(what, paths or [])))


def _code(what: str) -> list[str] | None:
    from nano_sre.core.codes import CODES

    code = CODES.get(what.upper())
    return [f"{what.upper()}: {code.title}", "", code.text] if code else None


def _word(what: str) -> list[str] | None:
    from nano_sre.core import registry

    for family in ("step", "check"):
        if what in registry.names(family):
            from nano_sre.spec.reference import kind_lines

            return kind_lines(family, what)
    return None


def _check(what: str, paths: Sequence[Path]) -> list[str]:
    from nano_sre.config.settings import environment
    from nano_sre.core import registry
    from nano_sre.core.codes import CODES
    from nano_sre.service import read_folder
    from nano_sre.spec.compile import explain as sentences
    from nano_sre.spec.compile import programs
    from nano_sre.spec.suggest import did_you_mean

    words = [*registry.names("step"), *registry.names("check"), *CODES]
    if not paths and not Path("checks").is_dir():
        raise Stop(
            Exit.NOTHING, f"there is no step, kind or code “{what}”", hint=did_you_mean(what, words)[1]
        )
    project, linkage = read_folder(paths_of(paths), environ=environment())
    found = [c for c in linkage.checks if c.id == what]
    if not found:
        stop_if_invalid(linkage.diagnostics, project.sources)
        known = [c.id for c in linkage.checks]
        raise Stop(
            Exit.NOTHING,
            f"there is no check, step, kind or code “{what}”",
            hint=did_you_mean(what, [*known, *words])[1],
        )
    made = programs(found)
    check = found[0].check
    lines = [f"{check.name} ({check.id}, {check.kind_name}, {check.severity})  {found[0].span}"]
    if check.description:
        lines.append(check.description)
    lines += ["", "It runs on:", *(f"  {p.target}" for p in made), "", "It does this:"]
    if made:
        lines += [f"  {number}. {line}" for number, line in enumerate(sentences(made[0]), 1)]
    else:
        lines.append("  nothing: it is paused, or every store is skipped")
    return lines
