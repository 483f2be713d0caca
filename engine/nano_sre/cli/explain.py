"""`nano-sre explain`: checks, kinds, steps, keys, error codes and causes, in plain English."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from nano_sre.cli.common import (
    ENVIRONMENT_HELP,
    Exit,
    Stop,
    must_be_an_environment,
    paths_of,
    stop_if_invalid,
)
from nano_sre.cli.narrate import circumstance_lines, other_document, step_lines


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(explain)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def explain(
    what: Annotated[
        str,
        typer.Argument(
            help="The id of a check, fragment or store, an error code (E201), a step, a kind, a word inside them, "
            "or the cause that a diagnosis names."
        ),
    ],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Where the checks are; checks/ by default.")
    ] = None,
    env: Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)] = None,
) -> None:
    """Say what a check does step by step, or what an error code, a step, a kind, a key or a cause means.

    Example: nano-sre explain buy-a-snowboard
    """
    for lines in (_code(what), _word(what), _file(what)):
        if lines:
            print("\n".join(lines))
            return
    linkage, project = _folder(paths or [], env)
    lines = _check(what, linkage) or other_document(what, project, linkage) or _part(what)
    lines = lines or _cause(what, project)
    if not lines:
        raise _unknown(what, linkage, project)
    print("\n".join(lines))


def _code(what: str) -> list[str] | None:
    from nano_sre.core.codes import CODES

    code = CODES.get(what.upper())
    return [f"{what.upper()}: {code.title}", "", code.text] if code else None


def _word(what: str) -> list[str] | None:
    from nano_sre.core import registry

    for family in registry.FOLDERS:
        if what in registry.names(family):
            from nano_sre.spec.lookup import key_lines
            from nano_sre.spec.reference import kind_lines

            also = (
                (key_lines(what) or []) if family in ("watcher", "alerter", "trigger") else []
            )  # `requests` and `every` are keys elsewhere, too
            return [*kind_lines(family, what), *(["", *also] if also else [])]
    return None


def _file(what: str) -> list[str] | None:
    from nano_sre.spec.listing import arrangement

    name = arrangement(what) or arrangement(f"{what}.yaml")
    if name is None:
        return None
    from nano_sre.spec.reference_files import file_lines

    return file_lines(name)


def _part(what: str) -> list[str] | None:
    from nano_sre.spec.lookup import key_lines, record_lines

    return record_lines(what) or key_lines(what)


def _cause(what: str, project: Any) -> list[str] | None:
    from nano_sre.spec.causes import cause_lines

    return cause_lines(what, _own_rules(project))


def _own_rules(project: Any) -> Sequence[Any]:
    from nano_sre.service import own_rules

    return own_rules(project) if project is not None else ()


def _folder(paths: Sequence[Path], env: str | None) -> tuple[Any, Any]:
    """The checks that are meant; None where there are none to look at."""
    if not paths and not Path("checks").is_dir():
        return None, None
    from nano_sre.config.settings import environment
    from nano_sre.service import read_folder

    project, linkage = read_folder(paths_of(paths), environ=environment(), environment=env)
    must_be_an_environment(project, env)
    return linkage, project


def _unknown(what: str, linkage: Any, project: Any) -> Stop:
    from nano_sre.core import registry
    from nano_sre.core.codes import CODES
    from nano_sre.spec.causes import cause_names
    from nano_sre.spec.lookup import words
    from nano_sre.spec.suggest import did_you_mean

    if linkage is not None:
        stop_if_invalid(linkage.diagnostics, project.sources)
    known = [each.id for each in project.loaded] if project is not None else []
    nouns = "check, step, kind, code or key" if known else "step, kind, code or key"
    language = [*(name for family in registry.FOLDERS for name in registry.names(family)), *CODES]
    near = (
        did_you_mean(what, names)[1]
        for names in ([*known, *language], words(), cause_names(_own_rules(project)))
    )
    hint = next(filter(None, near), None)
    return Stop(Exit.NOTHING, f"there is no {nouns} “{what}”", hint=hint)


def _check(what: str, linkage: Any) -> list[str] | None:
    from nano_sre.spec.compile import programs, woken

    found = [c for c in linkage.checks if c.id == what] if linkage is not None else []
    if not found:
        return None
    linked = found[0]
    check, made = linked.check, programs([woken(linked)])
    lines = [f"{check.name} ({check.id}, {check.kind_name}, {check.severity})  {linked.span}"]
    if check.description:
        lines.append(check.description)
    if not check.enabled:
        place = linked.loaded.document.span(("enabled",), key=True)
        lines += ["", f"It is paused (enabled: false, {place}): until that is taken out, nothing runs."]
    verb = "runs" if check.enabled else "would run"
    lines += ["", f"It {verb} on:", *(f"  {p.target}" for p in made)]
    lines += [*circumstance_lines(check), "", "It does this:"]
    if made:
        lines += step_lines(made)
    else:
        lines.append(f"  nothing: {_why_nothing(check)}")
    return lines


def _why_nothing(check: Any) -> str:
    if check.only_in:
        return f"it runs in {' and '.join(check.only_in)} only, and another environment is meant (--env)"
    return "every store is skipped"
