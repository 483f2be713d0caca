"""A selection dealt out to several machines: together they run all of it, none runs anything twice."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from nano_sre.core.program import Program


def shard_of(programs: Sequence[Program], which: int, count: int) -> list[Program]:
    """Shard `which` (from 1) of `count`, in the given order.

    Whoever shares a visit stays together. A visit goes where its targets' names put it, unless that shard is
    full: sizes differ by one visit at most, and a new check moves few others.
    """
    visits: dict[str, list[Program]] = defaultdict(list)
    for program in programs:
        visits[program.visit_key or program.target].append(program)
    names = {min(p.target for p in members): members for members in visits.values()}
    mine = {
        p.target
        for name, place in _places(sorted(names), count).items()
        if place == which
        for p in names[name]
    }
    return [p for p in programs if p.target in mine]


def _places(names: Sequence[str], count: int) -> dict[str, int]:
    """Each name's shard: the one it likes best that has room. Rendezvous hashing with bounded loads."""
    room = dict.fromkeys(range(1, count + 1), len(names) // count)
    spare = len(names) % count  # so many shards take one more
    places = {}
    for name in sorted(names, key=lambda n: _likes(n, 0)):
        for shard in sorted(room, key=lambda s: _likes(name, s)):
            if room[shard] > 0 or (room[shard] == 0 and spare > 0):
                spare -= room[shard] == 0
                room[shard] -= 1
                places[name] = shard
                break
    return places


def _likes(name: str, shard: int) -> str:
    return hashlib.sha256(f"{shard}:{name}".encode()).hexdigest()
