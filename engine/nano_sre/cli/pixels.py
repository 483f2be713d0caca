"""`nano-sre pixels`: watch."""

from __future__ import annotations

import typer

from nano_sre.cli.pixels_watch import watch


def add_to(app: typer.Typer, verb: str) -> None:
    app.add_typer(_group(), name=verb)


def app(_verb: str) -> typer.Typer:
    return _group()


def _group() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
    made.callback()(pixels)
    made.command("watch")(watch)
    return made


def pixels() -> None:
    """See what the tracking pixels of a store send.

    Example: nano-sre pixels watch https://my-store.example
    """
