"""`nano-sre pixels decode`: what hits mean to whom they were sent."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, say, tell_diagnostics

if TYPE_CHECKING:
    from nano_sre.core.hits import Hit
    from nano_sre.core.vendor import Vendor
    from nano_sre.kinds._shared.tracking import Vendors

LONGEST_LINE = 32_000_000  # characters: room for a body of 10 MB in base64
OF_A_VISIT = frozenset(
    {"step", "load", "saved", "cart", "shop_event", "banner", "failed", "other_host"}
)  # lines of a recorded visit that are no hits


class Unreadable(ValueError):
    """A line that is no hit, said in a sentence."""


def decode(
    urls: Annotated[
        list[str],
        typer.Argument(
            metavar="URL...",
            help="Addresses of hits; “-” reads them from stdin, a line each: an address, or JSON such as "
            '{"method": "POST", "url": "…", "postData": "…"}.',
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="A line of JSON for each hit, in their order.")
    ] = False,
    vendors: Annotated[
        Path | None,
        typer.Option(
            "--vendors", help="A file or folder with vendors of your own, beside the built-in ones."
        ),
    ] = None,
) -> None:
    """Say what tracking hits tell: to whom, of which events, with which values and products.

    Needs no network. A line that cannot be read is told with its number, the others go on, and the exit code is 3.

    Example: gunzip -c 1-hits.jsonl.gz | nano-sre pixels decode - --json
    """
    known = vendors_of(vendors)
    broken = 0
    for where, line in _lines(urls):
        try:
            hit = hit_of(line)
            if hit is None:
                continue
        except Unreadable as error:
            broken += 1
            say(f"{where}: {error}")
            if as_json:
                nothing: dict[str, Any] = {
                    "vendor": None,
                    "account": None,
                    "events": [],
                    "error": f"{where}: {error}",
                }
                print(json.dumps(nothing, ensure_ascii=False))
            continue
        _tell(hit, known, as_json=as_json)
    if broken:
        sys.stdout.flush()
        say(f"{broken:,} {'hit' if broken == 1 else 'hits'} could not be read.")
        raise SystemExit(Exit.INVALID)


def vendors_of(place: Path | None) -> Vendors:
    """The built-in vendors, and those that a file or folder describes. Stops at a mistake in them."""
    from nano_sre.kinds._shared.tracking import vendors_with

    return vendors_with([vendor for _, vendor in described(place)] if place else ())


def described(place: Path) -> list[tuple[Any, Vendor]]:
    """The vendor documents of a file or folder, each with the vendor. Stops when there is none, or a mistake."""
    from nano_sre.spec.listing import list_files
    from nano_sre.spec.project import Project, load_file

    project = Project()
    files = list_files([str(place)])
    for row, found in zip(files.rows, files.places, strict=True):
        load_file(project, str(row[0]), Path(found).parent)
    mine = project.of_kind("vendor")
    shown = {each.document.file for each in mine} or {str(row[0]) for row in files.rows}
    told = [each for each in project.diagnostics if each.span is None or each.span.file in shown]
    tell_diagnostics(told, project.sources)
    if any(each.severity == "error" for each in told):
        raise SystemExit(Exit.INVALID)
    if not mine:
        what = "is not there" if files.missing else "describes no vendor"
        raise Stop(
            Exit.NOTHING,
            f"“{place}” {what}",
            hint="a vendor is a document with “version: 1” and “kind: vendor”",
        )
    return [(each, each.check) for each in mine]


def _lines(urls: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each hit as it is written, with a word for where."""
    for number, url in enumerate(urls, 1):
        if url != "-":
            yield f"argument {number}", url
            continue
        count = 0
        while raw := sys.stdin.buffer.readline(LONGEST_LINE):
            count += 1
            if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                while (rest := sys.stdin.buffer.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                raw = b"{"  # told like any other line that is cut off
            line = raw.decode("utf-8", "replace").strip("\ufeff \t\r\n")
            if line:
                yield f"line {count}", line


def hit_of(line: str) -> Hit | None:
    """The hit that a line describes; None for a line of a recorded visit that is none. Raises `Unreadable`."""
    from nano_sre.core.hits import Hit

    if line[:1] == "[":
        raise Unreadable("this is a list: write each hit on a line of its own")
    if line[:1] != "{":
        if line[:4].lower() not in ("http", "wss:", "ws:/"):
            raise Unreadable(f"“{line[:60]}” is neither an address nor JSON: an address begins with https://")
        return Hit(number=1, method="GET", url=line)
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        why = (
            f"{error.msg.lower()} at column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else str(error)
        )
        raise Unreadable(f"this is no JSON that can be read: {why}") from None
    if said.get("nano_sre") == "hits" or (len(said) == 1 and said.keys() <= OF_A_VISIT):
        return None
    if isinstance(said.get("hit"), dict):
        said = said["hit"]
    url = said.get("url")
    if url is not None and not isinstance(url, str):
        raise Unreadable("“url” is an address, as a text")
    if not url:
        found = f"it has {', '.join(list(said)[:6])}" if said else "it is empty"
        raise Unreadable(f"“url” is missing: {found}")
    body = _body(said)
    headers = _headers(said.get("headers"))
    method = said.get("method") or ("POST" if body else "GET")
    if not isinstance(method, str):
        raise Unreadable("“method” is a text, such as GET or POST")
    return Hit(
        number=1,
        method=method.upper(),
        url=url,
        body=body,
        length=len(body),
        content_type=headers.get("content-type") or _word(said, "content_type") or _mime(said),
        encoding=headers.get("content-encoding") or _word(said, "encoding"),
    )


def _body(said: Mapping[str, Any]) -> bytes:
    packed = said.get("base64")
    if packed is not None:
        try:
            return b64decode(packed, validate=True)
        except (ValueError, TypeError):
            raise Unreadable("“base64” is no base64") from None
    given = said.get("postData", said.get("body"))
    if isinstance(given, dict):  # as in a HAR file
        given = given.get("text")
    if given is None:
        return b""
    if not isinstance(given, str):
        raise Unreadable("“postData” is what was posted, as a text")
    return given.encode("utf-8", "replace")


def _word(said: Mapping[str, Any], key: str) -> str:
    """Of a recorded visit, which keeps two headers under names of ours."""
    given = said.get(key)
    return given if isinstance(given, str) else ""


def _mime(said: Mapping[str, Any]) -> str:
    given = said.get("postData")
    mime = given.get("mimeType") if isinstance(given, dict) else None
    return mime if isinstance(mime, str) else ""


def _headers(given: Any) -> dict[str, str]:
    """Headers as a mapping, or as a HAR file lists them."""
    if isinstance(given, list):
        given = {each.get("name"): each.get("value") for each in given if isinstance(each, dict)}
    if not isinstance(given, dict):
        return {}
    return {
        name.lower(): value
        for name, value in given.items()
        if isinstance(name, str) and isinstance(value, str)
    }


def _tell(hit: Hit, known: Vendors, *, as_json: bool) -> None:
    decoded = known.decode(hit)
    if as_json:
        from nano_sre.kinds._shared.tracking.told import as_data

        print(json.dumps(as_data(decoded), ensure_ascii=False))
    else:
        from nano_sre.cli.pixels_shown import shown

        print("\n".join(shown(decoded, known)))
