"""Names of episodes: they sort by the time at which they began, and are the same however often they are made."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that people mistake for another


def episode_name(target: str, began: datetime, *, blind: bool = False) -> str:
    """26 letters in the form of a ULID: milliseconds since 1970, then what target, moment and sort hash to.

    `blind` is the monitor's own trouble with the target, which may begin in the same moment.
    """
    moment = began.astimezone(UTC)
    said = f"{'blind' if blind else 'failing'} {moment.isoformat()} {target}"
    random = int.from_bytes(sha256(said.encode("utf-8", "replace")).digest()[:10], "big")
    number = (int(moment.timestamp() * 1000) << 80) | random
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(125, -1, -5))
