"""`nano-sre pixels`: watch, replay, decode, test."""

from __future__ import annotations

import typer

from nano_sre.cli.pixels_decode import decode
from nano_sre.cli.pixels_examples import examples
from nano_sre.cli.pixels_replay import replay
from nano_sre.cli.pixels_watch import watch


def add_to(app: typer.Typer, verb: str) -> None:
    app.add_typer(_group(), name=verb)


def app(_verb: str) -> typer.Typer:
    return _group()


def _group() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)
    made.callback()(pixels)
    made.command("decode")(decode)
    made.command("test")(examples)
    made.command("replay")(replay)
    made.command("watch")(watch)
    return made


def pixels() -> None:
    """See what tracking pixels send, read it as their vendors do, and try the files that describe vendors.

    Example: nano-sre pixels watch https://my-store.example
    """
