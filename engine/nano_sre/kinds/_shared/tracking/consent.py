"""What a hit says of consent, by Google's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from nano_sre.core.hits import Granted
from nano_sre.core.vendor import STORAGES, Consent
from nano_sre.kinds._shared.tracking.look import Look, as_text, finder, reader

NOTHING: Mapping[str, Granted] = MappingProxyType({})
_GCS: Mapping[str, Granted] = {"1": "granted", "0": "denied"}
_GCD: Mapping[str, Granted] = {
    **dict.fromkeys("trnv", "granted"),
    **dict.fromkeys("pqmu", "denied"),
}
_SAID: Mapping[str, Granted] = {
    **dict.fromkeys(("g", "granted", "1", "true", "yes", "allowed"), "granted"),
    **dict.fromkeys(("d", "denied", "0", "false", "no", "refused"), "denied"),
}


def from_gcs(code: str) -> dict[str, Granted]:
    """`G1`, then a sign for ads and one for analytics; `-` is not set."""
    if not code.startswith("G1"):
        return {}
    return {name: _GCS[sign] for name, sign in zip(STORAGES, code[2:4], strict=False) if sign in _GCS}


def from_gcd(code: str) -> dict[str, Granted]:
    """`13r3r3r2r5l1`: after two signs, each second one is a letter for a storage; `l` is not set."""
    return {name: _GCD[sign] for name, sign in zip(STORAGES, code[2:9:2], strict=False) if sign in _GCD}


def consent_reader(said: Consent | None) -> Callable[[Look], Mapping[str, Granted]]:
    """What finds the consent in a hit. What `gcd` says counts more than `gcs`, being of all four."""
    if said is None:
        return lambda _: NOTHING
    gcs = None if said.gcs is None else finder(said.gcs)
    gcd = None if said.gcd is None else finder(said.gcd)
    known: dict[tuple[str, str], Mapping[str, Granted]] = {}  # a shop has a handful of them

    def codes(look: Look) -> Mapping[str, Granted]:
        key = (as_text(gcs(look)) or "" if gcs else "", as_text(gcd(look)) or "" if gcd else "")
        found = known.get(key)
        if found is None:
            found = MappingProxyType({**from_gcs(key[0][:20]), **from_gcd(key[1][:40])})
            if len(known) < 500:
                known[key] = found
        return found

    single = [(name, read) for name in STORAGES if (read := reader(getattr(said, name))) is not None]
    if not single:
        return codes

    def every(look: Look) -> Mapping[str, Granted]:
        found = dict(codes(look))
        for name, read in single:
            word = (read(look) or "").lower()
            if word in _SAID:
                found[name] = _SAID[word]
        return found

    return every
