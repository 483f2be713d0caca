"""`nano-sre init`: the first files of a folder of checks, and what editors need to help with them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import Exit, Stop, say, schema_file
from nano_sre.cli.mended import NotWritten, create_file, replace_file

SCHEMA = schema_file()
PATTERNS = {
    SCHEMA: ["checks/**/*.yaml", "checks/**/*.yml"],
    schema_file("alerters"): ["alerters.yaml"],
    schema_file("triggers"): ["triggers.yaml"],
}
EXTENSION = "redhat.vscode-yaml"
COPIED = (".yaml", ".yml", ".py")
BESIDE = ("alerters.yaml", "triggers.yaml")  # they speak of the whole folder
COMMENT = r"(?:\s|//[^\n]*|/\*.*?\*/)*"


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(init)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def init(
    url: Annotated[
        str | None,
        typer.Argument(help="The store's address: checks are written from what a visitor sees of it."),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--folder", help="Where; this folder by default. It is made when it is not there.")
    ] = Path(),
    starter: Annotated[
        bool, typer.Option("--starter/--no-starter", help="Copy the starter checks when there are none yet.")
    ] = True,
) -> None:
    """Write first checks, the schema of the language, and the settings with which editors use it.

    With the address of a store, the checks fit that store and are tried before they are written; without, the starter
    checks are copied. No file is overwritten; settings that are there are kept and added to. Called again, it renews
    the schema.

    Example: nano-sre init https://my-store.example
    """
    from nano_sre.cli.first_checks import write_first_checks

    try:
        if url:
            written = [
                *write_first_checks(url, folder, schema=SCHEMA),
                *beside(folder),
                *editor_files(folder),
            ]
        else:
            written = [*editor_files(folder), *(starter_files(folder) if starter else ())]
    except NotWritten as trouble:
        raise Stop(Exit.MONITOR, str(trouble)) from trouble
    for line in written:
        say(line)
    inside = "" if folder == Path() else f"cd {folder} && "
    say("")
    say("What to do next:")
    if url:
        say("  1. read checks/: every file says what it is for")
        say(f"  2. {inside}nano-sre test checks/")
        say(f"  3. {inside}nano-sre apply checks/")
    else:
        say("  1. put your store's name and address into checks/stores.yaml")
        say(f"  2. {inside}nano-sre validate checks/")
        say(f"  3. {inside}nano-sre test checks/")


def starter_files(folder: Path) -> Iterator[str]:
    """Copies the starter checks, each told in a line; none where the folder has checks of its own."""
    from nano_sre.cli.demo import starter_folder
    from nano_sre.spec.fmt import formatted
    from nano_sre.spec.listing import below

    checks = folder / "checks"
    if checks.is_dir() and below(str(checks)):
        yield f"{checks}: has checks already, so no starter checks were added"
        return
    source = starter_folder()
    if not source.is_dir():
        raise Stop(
            Exit.MONITOR,
            "the starter checks are missing from this installation",
            hint="install nano-sre anew",
        )
    for file in sorted(p for p in source.rglob("*") if p.suffix in COPIED):
        place = checks / file.relative_to(source)
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            up = "../" * len(place.relative_to(folder).parent.parts)
            text = formatted(text, str(place), schema=f"{up}{SCHEMA}").text
        yield _created(place, text)
    yield from beside(folder)


def beside(folder: Path) -> Iterator[str]:
    """Copies alerters.yaml and triggers.yaml, each told in a line."""
    from nano_sre.cli.demo import starter_folder
    from nano_sre.spec.fmt import formatted

    for file in (starter_folder().parent / name for name in BESIDE):
        if file.is_file():
            text, schema = file.read_text(encoding="utf-8"), schema_file(file.stem)
            yield _created(folder / file.name, formatted(text, file.name, schema=schema).text)


def _created(place: Path, text: str) -> str:
    return f"{place}: {'written' if create_file(place, text) else 'is there already, and stays'}"


def editor_files(folder: Path) -> Iterator[str]:
    """Writes the schemas, plug-ins included, and the settings of VS Code; a line about each."""
    from nano_sre.spec.schemagen import SCHEMAS, make_schema, to_text

    for name in SCHEMAS:
        schema = folder / schema_file(name)
        text = to_text(make_schema(name))
        if create_file(schema, text):
            yield f"{schema}: written"
        elif (before := schema.read_bytes()) != text.encode():
            replace_file(schema, before=before, after=text.encode())
            yield f"{schema}: renewed"
    yield from _settings(folder / ".vscode" / "settings.json", _with_schemas, {"yaml.schemas": PATTERNS})
    recommended = {"recommendations": [EXTENSION]}
    yield from _settings(folder / ".vscode" / "extensions.json", _with_extension, recommended)


def _settings(file: Path, added: Callable[[str], str | None], whole: object) -> Iterator[str]:
    if create_file(file, json.dumps(whole, indent=2) + "\n"):
        yield f"{file}: written"
        return
    try:
        before = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield f"{file}: cannot be read ({error}), and stays as it is"
        return
    after = added(before)
    if after is None:
        yield f"{file}: cannot be added to; these settings help: {json.dumps(whole)}"
    elif after != before:
        replace_file(file, before=before.encode(), after=after.encode())
        yield f"{file}: our setting was added, the others stay"


def _with_schemas(text: str) -> str | None:
    """The settings with our schemas in them; None when that cannot be done without a guess."""
    entries = {file: f"{json.dumps(file)}: {json.dumps(patterns)}" for file, patterns in PATTERNS.items()}
    missing = [entry for file, entry in entries.items() if f'"{file}"' not in text]
    if not missing:
        return text
    if '"yaml.schemas"' not in text:
        whole = f'"yaml.schemas": {{{", ".join(missing)}}}'
        return _put_first(text, rf"\A\ufeff?{COMMENT}\{{", "}", whole)
    made: str | None = text
    for entry in reversed(missing):
        made = None if made is None else _put_first(made, r'"yaml\.schemas"\s*:\s*\{', "}", entry)
    return made


def _with_extension(text: str) -> str | None:
    if f'"{EXTENSION}"' in text:
        return text
    if '"recommendations"' in text:
        return _put_first(text, r'"recommendations"\s*:\s*\[', "]", json.dumps(EXTENSION))
    return _put_first(text, rf"\A\ufeff?{COMMENT}\{{", "}", f'"recommendations": [{json.dumps(EXTENSION)}]')


def _put_first(text: str, opening: str, closing: str, entry: str) -> str | None:
    """The text with one entry more right behind an opening bracket. Comments are allowed in these files: text it is."""
    found = re.search(opening, text, re.DOTALL)
    if not found:
        return None
    rest = text[found.end() :]
    empty = re.match(rf"{COMMENT}{re.escape(closing)}", rest, re.DOTALL)
    line = text[: found.end()].rpartition("\n")[2]
    indent = line[: len(line) - len(line.lstrip())] + "  "
    if not empty:
        return f"{text[: found.end()]}\n{indent}{entry},{rest}"
    return f"{text[: found.end()]}\n{indent}{entry}\n{indent[:-2]}{rest.lstrip()}"
