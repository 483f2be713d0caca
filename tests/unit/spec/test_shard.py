from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.program import Program
from nano_sre.spec.compile import programs
from nano_sre.spec.shard import shard_of
from support.projects import journey, one

(BUY,) = programs([one(journey())])


def made(*names: str, visits: tuple[str, ...] = ()) -> list[Program]:
    keys = dict(zip(names, visits, strict=False))
    return [replace(BUY, target=f"summit/{n}@desktop/us", check_id=n, visit_key=keys.get(n)) for n in names]


names = st.lists(st.text("abcdefgh-", min_size=1, max_size=8), unique=True, max_size=40)


@given(names, st.integers(1, 9))
def test_together_the_shards_are_everything_and_nothing_is_in_two(given_names: list[str], count: int) -> None:
    everything = made(*given_names)
    shards = [shard_of(everything, which, count) for which in range(1, count + 1)]
    assert sorted(p.target for shard in shards for p in shard) == sorted(p.target for p in everything)
    sizes = [len(shard) for shard in shards]
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1), st.randoms())
def test_the_order_of_the_files_decides_nothing(given_names: list[str], dice: object) -> None:
    shuffled = list(given_names)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {p.target for p in shard_of(made(*given_names), 2, 3)} == {
        p.target for p in shard_of(made(*shuffled), 2, 3)
    }


def test_a_new_check_moves_few_others() -> None:
    before = {f"c{n}" for n in range(100)}
    now = [*before, "new"]
    moved = sum(
        len(
            {p.check_id for p in shard_of(made(*before), w, 5)}
            - {p.check_id for p in shard_of(made(*now), w, 5)}
        )
        for w in range(1, 6)
    )
    assert moved < 10


def test_who_shares_a_visit_stays_together() -> None:
    everything = made("a", "b", "c", "d", visits=("k", "k", "k", "k"))
    sizes = sorted(len(shard_of(everything, which, 2)) for which in (1, 2))
    assert sizes == [0, 4]
