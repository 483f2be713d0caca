"""`nano-sre fmt`: check files in the one form."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from nano_sre.cli.common import Exit, Stop, paths_of, say, schema_file, tell_diagnostics
from nano_sre.cli.mended import NotWritten, diff_lines, replace_file


def add_to(app: typer.Typer, verb: str) -> None:
    app.command(verb)(fmt)


def app(verb: str) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    add_to(made, verb)
    return made


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders or files; checks/ by default. “-” reads stdin and writes stdout."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Change nothing: show the differences, and exit with 5 if there are any."
        ),
    ] = False,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Write today's words for those that older releases used.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing when all is well.")] = False,
) -> None:
    """Put files in one form: order of keys, two spaces, quotes only where needed. Comments stay.

    What is missing and can be known is written: `version: 1`, and an `id` made from the name. A file with mistakes
    is left as it is, and they are told.

    Example: nano-sre fmt checks/ --check
    """
    work = _Work(check=check, upgrade=upgrade)
    if paths == [Path("-")]:
        code = work.stdin()
    else:
        code = work.all(_files(paths_of(paths or []), beside=not paths))
        if not quiet or code:
            work.summary()
    if code:
        raise SystemExit(code)


def _files(paths: Sequence[Path], *, beside: bool) -> list[Path]:
    """The files of the paths; with `beside`, those of the project that lie beside them, too."""
    from nano_sre.spec.arrangements import find
    from nano_sre.spec.listing import arrangement, below, is_check, list_files

    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise Stop(Exit.NOTHING, f"there is no file or folder “{path}”", hint="check the path")
        for file in (Path(shown) for shown, _, _ in below(str(path))):
            if is_check(file.name) or arrangement(file.name):
                found.setdefault(file.resolve(), file)
    if beside:
        for shown, place in find(paths, list_files([str(path) for path in paths])).files.values():
            found.setdefault(place, Path(shown))
    return list(found.values())


def schema_for(file: Path) -> str | None:
    """The way from a file to the nearest schema of its kind above it, as editors want it."""
    from nano_sre.spec.listing import arrangement

    folder, schema = file.resolve().parent, schema_file(arrangement(file.name) or "check")
    for above in (folder, *folder.parents):
        if (above / schema).is_file():
            return Path(os.path.relpath(above / schema, folder)).as_posix()
        if (above / ".git").exists():
            break
    return None


@dataclass(slots=True)
class _Work:
    """One call of `fmt`: what became of each file."""

    check: bool
    upgrade: bool
    changed: list[Path] = field(default_factory=list)
    failed: list[Path] = field(default_factory=list)
    seen: int = 0

    def stdin(self) -> int:
        from nano_sre.spec.fmt import formatted
        from nano_sre.spec.load import decode

        source, told = decode(sys.stdin.buffer.read(), shown="stdin")
        done = None if told else formatted(source, "stdin", upgrade=self.upgrade)
        if done is None or done.errors:
            tell_diagnostics(told if done is None else done.errors, {"stdin": source})
            return Exit.INVALID
        tell_diagnostics(done.warnings, {"stdin": source})
        if self.check:
            print("\n".join(diff_lines(source, done.text, file="stdin")))
            return Exit.CHANGES if done.text != source else Exit.FINE
        sys.stdout.write(done.text)
        return Exit.FINE

    def all(self, files: Sequence[Path]) -> int:
        from nano_sre.spec.fmt import ids_in
        from nano_sre.spec.load import decode

        texts: dict[Path, tuple[bytes, str]] = {}
        for file in files:
            try:
                raw = file.read_bytes()
            except OSError as error:
                self._leave(file, f"cannot read {file}: {error.strerror}")
                continue
            source, told = decode(raw, shown=str(file))
            if told:
                tell_diagnostics(told, {})
                self.failed.append(file)
            else:
                texts[file] = raw, source
        ids = [each for file, (_, source) in texts.items() for each in ids_in(source, str(file))]
        for file, (raw, source) in texts.items():
            self._one(file, raw, source, ids)
        self.seen = len(files)
        return Exit.INVALID if self.failed else Exit.CHANGES if self.check and self.changed else Exit.FINE

    def _one(self, file: Path, raw: bytes, source: str, ids: list[str]) -> None:
        from nano_sre.spec.fmt import formatted, ids_in
        from nano_sre.spec.project import load_text

        shown = str(file)
        done = formatted(source, shown, upgrade=self.upgrade, schema=schema_for(file), taken=ids)
        if done.errors or done.warnings:  # frames show passwords as dots, as everywhere
            frames = load_text(source, shown).sources
            tell_diagnostics([*done.errors, *done.warnings], frames)
        if done.errors:
            self.failed.append(file)
            return
        after = done.text.encode()
        if after == raw:
            return
        ids += [each for each in ids_in(done.text, shown) if each not in ids]
        if self.check:
            print("\n".join(diff_lines(raw.decode("utf-8-sig"), done.text, file=shown)))
        else:
            try:
                replace_file(file, before=raw, after=after)
            except NotWritten as trouble:
                self._leave(file, str(trouble))
                return
        self.changed.append(file)

    def _leave(self, file: Path, why: str) -> None:
        say(f"nano-sre: {why}")
        self.failed.append(file)

    def summary(self) -> None:
        would = "would be " if self.check else ""
        if not self.check:
            for file in self.changed:
                say(f"{file}: written anew")
        rest = self.seen - len(self.changed) - len(self.failed)
        parts = [
            f"{count} {'file' if count == 1 else 'files'} {words}"
            for count, words in (
                (len(self.changed), f"{would}changed"),
                (len(self.failed), "left alone"),
                (rest, "fine as they are" if rest != 1 else "fine as it is"),
            )
            if count
        ]
        say(f"{', '.join(parts) or 'no check files here'}.")
