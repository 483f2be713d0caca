"""`nano-sre validate`, as typer sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import ENVIRONMENT_HELP


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
    env: Annotated[str | None, typer.Option("--env", help=ENVIRONMENT_HELP)] = None,
    sarif: Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0 on stdout, for code hosts.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing when all is well.")] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Read everything anew, and remember nothing of it.")
    ] = False,
) -> None:
    """Read every file and tell every mistake at once. Needs no network, no database and no secret.

    Example: nano-sre validate checks/
    """
    from nano_sre.cli.validate import validate as carry_out

    carry_out(paths or [], as_json=as_json, github=github, sarif=sarif, quiet=quiet, env=env, anew=no_cache)
