"""What `nano-sre validate` does.

Neither typer nor the engine is imported here: they take longer than to see that a folder has not changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nano_sre.cli.common import (
    invalid_code,
    must_be_an_environment,
    paths_of,
    print_json,
    say,
    tell_diagnostics,
)
from nano_sre.spec import memory as records

if TYPE_CHECKING:
    from nano_sre.core.diagnostics import Diagnostic

FLAGS = {
    "--json": "as_json",
    "--github": "github",
    "--sarif": "sarif",
    "--quiet": "quiet",
    "-q": "quiet",
    "--no-cache": "anew",
}


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
    anew: bool = False,
) -> None:
    """Read everything below the paths and tell every mistake. Raises `SystemExit` when there is one.

    What has not changed since the last time is answered from memory, unless it is to be read `anew`.
    """
    told, sources, checks, files = (
        answer(paths_of(paths), anew=anew) if env is None else _answer_in(env, paths_of(paths))
    )
    wrong = any(each.severity == "error" for each in told)
    if as_json:
        from nano_sre.core.render import render_json

        body = {"valid": not wrong, "checks": checks, "diagnostics": render_json(told)}
        print_json("diagnostics", body)
    elif github:
        from nano_sre.cli.common import name_in_repository
        from nano_sre.core.render import render_github

        print(render_github(told, name_of=name_in_repository()))
    elif sarif:
        from nano_sre import __version__
        from nano_sre.core.sarif import render_sarif, repository_root

        print(render_sarif(told, version=__version__, root=repository_root(Path())), end="")
    else:
        tell_diagnostics(told, sources)
    if wrong:
        raise SystemExit(invalid_code(told))
    if not quiet and not as_json:
        say(f"{checks} check{'s' * (checks != 1)} in {files} file{'s' * (files != 1)}: fine.")


def answer(paths: Sequence[Path], *, anew: bool) -> tuple[list[Diagnostic], dict[str, str], int, int]:
    """Diagnostics, the texts they stand in, how many checks and how many files."""
    memory = None if anew else records.recall([str(path) for path in paths])
    if memory is not None and memory.unchanged():
        known = memory.head["answer"]
        return _told(known["told"]), known["sources"], known["checks"], known["files"]
    from nano_sre.config.settings import environment
    from nano_sre.spec.survey import survey

    found = survey(paths, environ=environment(), memory=memory, remember=not anew)
    return found.told, dict(found.sources), found.checks, found.files


def _answer_in(env: str, paths: Sequence[Path]) -> tuple[list[Diagnostic], dict[str, str], int, int]:
    """The same in another environment of the stores, which nobody asks for on every save."""
    from nano_sre.config.settings import environment
    from nano_sre.spec.link import link
    from nano_sre.spec.project import load_project

    project = load_project(paths)
    must_be_an_environment(project, env)
    told = link(project, environ=environment(), environment=env).diagnostics
    return told, project.sources, len(project.checks), len(project.sources)


def _told(kept: list[Any]) -> list[Diagnostic]:
    if not kept:
        return []
    from nano_sre.spec.told import from_data

    return [from_data(each) for each in kept]
