"""Paths of a store's pages, as steps take them."""

from __future__ import annotations

from nano_sre.core.fields import Text, Unfit


def must_begin_with_a_slash(path: Text | None, key: str = "path") -> None:
    """Refuse what is neither a path nor an address. Raises `Unfit` for the value of `key`."""
    said = "/" if path is None else str(path)
    if not said.startswith(("/", "${", "http://", "https://")):
        raise Unfit(
            f"“{said[:60]}” is not a path: it does not begin with a slash",
            key,
            suggestion=f"/{said}" if said.strip() else "/",
        )
