"""`nano-sre init URL`: look at a store as a visitor, and write checks that fit it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nano_sre.cli.common import Exit, Stop, say
from nano_sre.cli.mended import create_file

if TYPE_CHECKING:
    from nano_sre.config.settings import Settings
    from nano_sre.core.first_look import FirstLook

ANSWERS_ANYTHING = re.compile(r"^https?://[^\s/]+")


def write_first_checks(url: str, folder: Path, *, schema: str) -> Iterator[str]:
    """Look at the store, try the checks, write them below `folder`/checks; a line about each file.

    Stops with 2 for what is no address, 7 when there is no store to be seen, and before a file would be overwritten.
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.scouting import first_checks
    from nano_sre.spec.fmt import formatted
    from nano_sre.spec.listing import below

    checks = folder / "checks"
    if checks.is_dir() and below(str(checks)):
        raise Stop(
            Exit.USAGE,
            f"{checks} has checks already, and none of them is overwritten",
            hint="--folder NEW writes them somewhere else",
        )
    settings = get_settings()
    seen = _seen(_address(url), settings)
    _tell(seen)
    from nano_sre.cli.run import listening

    say("Trying the checks that fit it:")
    with listening(quiet=True) as listener:
        made = first_checks(seen, settings=settings, listener=listener)
    for name, text in made.files.items():
        place = checks / name
        create_file(place, formatted(text, str(place), schema=f"../{schema}").text)
        yield f"{place}: written"
    yield from _asleep(made.paused)


def _address(url: str) -> str:
    from nano_sre.core.forms import Url

    if ANSWERS_ANYTHING.match(url):
        return url.rstrip("/")
    better = Url.mended(url)
    raise Stop(
        Exit.USAGE,
        f"“{url}” is not the address of a store",
        hint=f"nano-sre init {better}" if better else "write it as https://my-store.example",
    )


def _seen(url: str, settings: Settings) -> FirstLook:
    from nano_sre.core.ports import Abort
    from nano_sre.scouting import LOCKED_SHOP, look_at

    say(f"Looking at {url} as a visitor …")
    try:
        return look_at(url, settings=settings)
    except Abort as abort:
        finding = abort.finding
        locked = finding is not None and finding.code == "R508"
        hint = f"set {LOCKED_SHOP} to the storefront's password, or write it into a file named .env"
        raise Stop(
            Exit.MONITOR,
            finding.summary if finding else str(abort.inconclusive),
            hint=hint if locked else (finding.hint if finding else None),
        ) from None


def _tell(seen: FirstLook) -> None:
    theme = f", with the theme “{seen.theme}”" if seen.theme else ""
    say(f"  {seen.name}{theme}: {seen.products} products, {seen.collections} collections")
    for each in seen.missed:
        say(f"  ! {each}")


def _asleep(paused: Mapping[str, str]) -> Iterator[str]:
    for check, why in paused.items():
        yield f"! {check} is written, but paused: when it was tried, it did not pass. {why}"
