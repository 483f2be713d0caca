"""`nano-sre schema`, and the generated pages beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import Exit, Stop, say


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(schema)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def schema(
    write: Annotated[
        bool, typer.Option("--write", help="Write the committed files of this checkout anew.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 5 when a committed file is not up to date.")
    ] = False,
    docs: Annotated[bool, typer.Option("--docs", help="The generated reference too.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; stdout by default.")] = None,
    of: Annotated[
        str, typer.Option("--of", help="Which: check, or alerters or triggers for the file of that name.")
    ] = "check",
) -> None:
    """Print the JSON Schema of the language, plug-ins included, for editors and other tools.

    Example: nano-sre schema --output .nano-sre/schema.json
    """
    from nano_sre.spec.schemagen import SCHEMAS, make_schema, to_text

    if of not in SCHEMAS:
        raise Stop(Exit.USAGE, f"there is no schema of “{of}”", hint=f"there are {', '.join(SCHEMAS)}")
    if write or check:
        return _committed(write=write, docs=docs or check)
    text = to_text(make_schema(of))
    if output is None:
        print(text, end="")
        return None
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text, encoding="utf-8")
    say(f"schema: {output}")
    return None


def _committed(*, write: bool, docs: bool) -> None:
    stale = []
    for file, text in _files(docs=docs).items():
        if file.exists() and file.read_bytes() == text.encode():
            continue
        if write:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
            say(f"wrote {file}")
        else:
            stale.append(file)
    if stale:
        raise Stop(
            Exit.CHANGES,
            f"not up to date: {', '.join(str(f) for f in stale)}",
            hint="make schema docs writes them anew",
        )


def _files(*, docs: bool) -> dict[Path, str]:
    """Every generated file of the checkout and what it must hold."""
    from nano_sre.spec.rules import rules_schema
    from nano_sre.spec.schemagen import SCHEMAS, make_schema, shipped_file, to_text

    files = {shipped_file(name): to_text(make_schema(name)) for name in SCHEMAS}
    files[shipped_file("rules")] = to_text(rules_schema())
    if docs:
        from nano_sre.cli.reference import cli_page
        from nano_sre.spec.causes import causes_page
        from nano_sre.spec.reference import checks_page, errors_page
        from nano_sre.spec.reference_files import file_page
        from nano_sre.spec.schemagen import FILES
        from nano_sre.spec.vendors_page import vendors_page

        pages = shipped_file().parent.parent / "docs"
        files |= {
            pages / "checks.md": checks_page(),
            pages / "errors.md": errors_page(),
            pages / "causes.md": causes_page(),
            pages / "vendors.md": vendors_page(),
            pages / "cli.md": cli_page(),
            **{pages / f"{name}.md": file_page(name) for name in FILES},
        }
    return files
