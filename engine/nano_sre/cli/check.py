"""`nano-sre validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import invalid_code, paths_of, print_json, say, tell_diagnostics
from nano_sre.core.diagnostics import has_errors


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(validate)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def validate(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders or files; checks/ by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    github: Annotated[
        bool, typer.Option("--github", help="Annotations for GitHub Actions on stdout.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing when all is well.")] = False,
) -> None:
    """Read every file and tell every mistake at once. Needs no network, no database and no secret.

    Example: nano-sre validate checks/
    """
    from nano_sre.config.settings import environment
    from nano_sre.service import read_folder

    project, linkage = read_folder(paths_of(paths or []), environ=environment())
    told = linkage.diagnostics
    if as_json:
        from nano_sre.core.render import render_json

        print_json(
            "diagnostics",
            {"valid": not has_errors(told), "checks": len(project.checks), "diagnostics": render_json(told)},
        )
    elif github:
        from nano_sre.core.render import render_github

        print(render_github(told))
    else:
        tell_diagnostics(told, project.sources)
    if has_errors(told):
        raise SystemExit(invalid_code(told))
    if not quiet and not as_json:
        files = len(project.sources)
        checks = len(project.checks)
        say(f"{checks} check{'s' * (checks != 1)} in {files} file{'s' * (files != 1)}: fine.")
