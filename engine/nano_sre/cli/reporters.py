"""`--reporter`: the files that a run leaves for people and for CI, and what it tells GitHub."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, say

REPORTERS = ("html", "junit", "json", "sarif", "github")

Reporters = Annotated[
    list[str] | None,
    typer.Option(
        "--reporter", help="html=FILE, junit=FILE, json=FILE, sarif=FILE or github; repeat for several."
    ),
]


def reporters_of(given: Sequence[str] | None) -> list[tuple[str, str | None]]:
    """`["html=report.html", "github"]` → pairs. Stops on a name that does not exist."""
    found = []
    for each in given or []:
        name, _, file = each.partition("=")
        if name not in REPORTERS:
            from nano_sre.spec.suggest import did_you_mean

            raise Stop(
                Exit.USAGE,
                f"there is no reporter “{name}”",
                hint=did_you_mean(name, REPORTERS)[1] or f"there are {', '.join(REPORTERS)}",
            )
        if not file and name != "github":
            raise Stop(Exit.USAGE, f"say where the {name} report goes", hint=f"--reporter {name}=FILE")
        found.append((name, file or None))
    return found


def must_be_writable(*places: Path | str | None) -> None:
    """Stops before a long run when a file or folder that it writes at its end could not be written."""
    for place in places:
        if place is None:
            continue
        there = next(each for each in (Path(place), *Path(place).absolute().parents) if each.exists())
        fine = there.is_dir() or there == Path(place)
        if not fine or not os.access(there, os.W_OK):
            why = "this user may not write there" if fine else f"{there} is a file"
            raise Stop(
                Exit.MONITOR,
                f"cannot write {place}: {why}",
                hint="--artifacts FOLDER says where screenshots go, --reporter html=FILE where a report goes",
            )


def found_problems(report: Any) -> list[Any]:
    """Every failure and warning as a diagnostic, so that CI can show it at its line of YAML."""
    from nano_sre.core.diagnostics import Diagnostic

    return [
        Diagnostic(
            code=finding.code,
            message=f"{result.target}: {finding.summary}",
            span=finding.span or result.span,
            severity="warning" if finding.warn or result.status == "WARN" else "error",
            hint=finding.hint,
        )
        for result in report.results
        for finding in result.findings
    ]


def _way_to_files(report: Any, file: str) -> str:
    """The relative address that leads from a report to the files of its run."""
    from urllib.parse import quote

    if report.artifacts_dir is None:
        return ""
    try:
        # abspath and not resolve: a browser follows names, too, and knows nothing of symbolic links.
        way = os.path.relpath(report.artifacts_dir, os.path.dirname(os.path.abspath(file)))  # noqa: PTH100, PTH120
    except ValueError:  # another drive
        return Path(report.artifacts_dir).as_uri() + "/"
    return quote(Path(way).as_posix()) + "/"


def write_report(report: Any, name: str, *, file: str | None, read: Callable[[str], bytes | None]) -> None:
    """One report of `reporters_of`; `read` gives the files of the run. Stops when it cannot be written."""
    if name == "github":
        from nano_sre.cli.common import name_in_repository
        from nano_sre.core.render import render_github

        print(render_github(found_problems(report), name_of=name_in_repository()))
        return
    assert file is not None
    if name == "html":
        from nano_sre.report.html import render_html

        text = render_html(report, read=read, prefix=_way_to_files(report, file))
    elif name == "junit":
        from nano_sre.report.junit import render_junit

        text = render_junit(report)
    elif name == "sarif":
        from nano_sre.core.sarif import repository_root
        from nano_sre.report.sarif import render_run_sarif

        text = render_run_sarif(report, root=repository_root(Path()))
    else:
        import json

        from nano_sre.report.json_report import report_document

        text = json.dumps(report_document(report), ensure_ascii=False, indent=2)
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(Exit.MONITOR, f"cannot write {file}: {error.strerror}") from error
    say(f"{name} report: {file}")
