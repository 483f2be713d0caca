"""`nano-sre pixels test`: the examples of vendor files, tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, print_json
from nano_sre.cli.pixels_decode import described

if TYPE_CHECKING:
    from nano_sre.core.vendor import Vendor
    from nano_sre.kinds._shared.tracking.trials import Trial


def examples(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Files or folders of vendors, or the words for built-in ones, such as ga4.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show what is read of every example.")] = False,
) -> None:
    """Read the examples of vendor files, and say which come out otherwise than they say.

    Exit 0: all come out as they say. 1: one does not. 3: a file has mistakes. 9: there is no vendor, or no example.

    Example: nano-sre pixels test vendors/own_pixel.yaml
    """
    from nano_sre.kinds._shared.tracking.trials import trials

    tried = [(place, vendor, trials(vendor)) for name in files for place, vendor in _vendors(name)]
    count = sum(len(found) for _, _, found in tried)
    wrong = sum(bool(trial.differences) for _, _, found in tried for trial in found)
    if as_json:
        vendors = [_document(vendor, found, place) for place, vendor, found in tried]
        print_json("pixel-examples", {"examples": count, "wrong": wrong, "vendors": vendors})
    else:
        for place, vendor, found in tried:
            print("\n".join(_lines(vendor, found, place, verbose=verbose)))
        tail = (
            "all come out as they say"
            if not wrong
            else f"{wrong} {'comes' if wrong == 1 else 'come'} out otherwise"
        )
        print(f"{count} {'example' if count == 1 else 'examples'}, {tail}.")
    if not count:
        raise Stop(
            Exit.NOTHING,
            "there is no example to try",
            hint="write some under “examples:”: a url, and its events",
        )
    if wrong:
        raise SystemExit(Exit.FAILED)


def _vendors(name: str) -> list[tuple[Any, Vendor]]:
    """The vendors of a file, each with its document; a built-in one has none."""
    from nano_sre.core import registry

    if not Path(name).exists() and registry.known("vendor", name):
        return [(None, registry.kind("vendor", name).cls.described)]
    return described(Path(name))


def _lines(vendor: Vendor, found: list[Trial], place: Any, *, verbose: bool) -> Iterator[str]:
    from nano_sre.cli.pixels_shown import shown
    from nano_sre.core.visible import clean
    from nano_sre.kinds._shared.tracking import Vendors

    known = Vendors([vendor])
    yield f"{clean(vendor.name)} ({vendor.id})"
    for trial in found:
        yield f"  {'✗' if trial.differences else '✓'} {clean(trial.example.about)}"
        for each in trial.differences:
            where = "" if place is None else f"  ({place.document.span(each.path)})"
            yield f"      {clean(each.message)}{where}"
        if verbose or trial.differences:
            yield from (f"      | {line}" for line in shown(trial.decoded, known))


def _document(vendor: Vendor, found: list[Trial], place: Any) -> dict[str, Any]:
    from nano_sre.kinds._shared.tracking.told import as_data

    return {
        "vendor": str(vendor.id),
        "examples": [
            {
                "about": trial.example.about,
                "ok": not trial.differences,
                "differences": [
                    {
                        "path": "/".join(map(str, each.path)),
                        "message": each.message,
                        "place": None if place is None else str(place.document.span(each.path)),
                    }
                    for each in trial.differences
                ],
                "decoded": as_data(trial.decoded),
            }
            for trial in found
        ],
    }
