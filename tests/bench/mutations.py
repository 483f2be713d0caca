"""Every edit of the mutation proof: starter checks, a file that refers to everything, every example. No timing."""

from __future__ import annotations

from bench.measure import Figure, say
from support.mutations import Tallies, Tally, guessed, judged_alone, prove_all, summary
from support.samples import examples, referring, starters


def measure(*, quick: bool = False) -> list[Figure]:
    tallies: Tallies = {}
    every = 10 if quick else 1
    prove_all(starters(), tallies, every=every)
    prove_all(referring(), tallies, every=every)
    alone = list(judged_alone(examples()))
    for files in alone:
        prove_all(files, tallies, every=every, of=["example.yaml"])
    say(summary(tallies, f"Starter checks, a referring file and {len(alone)} of {len(examples())} examples"))
    for tally in tallies.values():
        for line in (*tally.accepted, *tally.elsewhere):
            say(f"  not told, or elsewhere: {line}")
    tried, right = guessed(tallies)
    every_edit = sum(tally.tried for tally in tallies.values())
    return [
        _share("mistakes rejected before running", _sum(tallies, "rejected"), every_edit, goal=1.0),
        _share("told at the exact place", _sum(tallies, "exact"), every_edit, goal=1.0),
        _share("right word first", right, tried, goal=0.95),
    ]


def _sum(tallies: Tallies, name: str) -> int:
    return sum(int(getattr(tally, name)) for tally in tallies.values() if isinstance(tally, Tally))


def _share(what: str, part: int, whole: int, *, goal: float) -> Figure:
    return Figure(
        what=what, ours=str(part), peer=f"{whole} edits", ratio=part / whole, goal=goal, at_least=True
    )
