"""What `nano-sre validate` does. No typer in here: on a plain call it would take longer than the files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nano_sre.cli.common import (
    invalid_code,
    must_be_an_environment,
    paths_of,
    print_json,
    say,
    tell_diagnostics,
)
from nano_sre.config.settings import environment
from nano_sre.core.diagnostics import has_errors
from nano_sre.spec.link import link
from nano_sre.spec.project import load_project

FLAGS = {"--json": "as_json", "--github": "github", "--sarif": "sarif", "--quiet": "quiet", "-q": "quiet"}


def plain_call(words: Sequence[str]) -> dict[str, Any] | None:
    """The arguments of a call of paths and whole flags; None when typer has to look: help, or a mistake."""
    paths = [Path(word) for word in words if word not in FLAGS]
    if any(str(path).startswith("-") for path in paths):
        return None
    return {"paths": paths, **{FLAGS[word]: True for word in words if word in FLAGS}}


def validate(
    paths: Sequence[Path],
    *,
    as_json: bool = False,
    github: bool = False,
    sarif: bool = False,
    quiet: bool = False,
    env: str | None = None,
) -> None:
    """Read everything below the paths and tell every mistake. Raises `SystemExit` when there is one."""
    project = load_project(paths_of(paths))
    if env is not None:
        must_be_an_environment(project, env)
    told = link(project, environ=environment(), environment=env).diagnostics
    if as_json:
        from nano_sre.core.render import render_json

        print_json(
            "diagnostics",
            {"valid": not has_errors(told), "checks": len(project.checks), "diagnostics": render_json(told)},
        )
    elif github:
        from nano_sre.cli.common import name_in_repository
        from nano_sre.core.render import render_github

        print(render_github(told, name_of=name_in_repository()))
    elif sarif:
        from nano_sre import __version__
        from nano_sre.core.sarif import render_sarif, repository_root

        print(render_sarif(told, version=__version__, root=repository_root(Path())), end="")
    else:
        tell_diagnostics(told, project.sources)
    if has_errors(told):
        raise SystemExit(invalid_code(told))
    if not quiet and not as_json:
        files = len(project.sources)
        checks = len(project.checks)
        say(f"{checks} check{'s' * (checks != 1)} in {files} file{'s' * (files != 1)}: fine.")
