"""The benches can still be run: their parts are imported and the cheapest of them used."""

from __future__ import annotations

import importlib
import time

import pytest

from bench import measure, samples
from bench.demo_shop import sound
from bench.run import BENCHES
from nano_sre.spec.project import load_texts


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_can_be_measured(name: str) -> None:
    assert callable(importlib.import_module(f"bench.{name}").measure)


def test_the_sample_files_are_sound_and_of_a_usual_length() -> None:
    texts = samples.texts(7)
    programs = sound(load_texts(texts))
    assert {program.kind for program in programs} == {"journey", "api"}
    longest = [len(text.splitlines()) for name, text in texts.items() if name != "store.yaml"]
    assert all(40 <= length <= 60 for length in longest)


def test_a_goal_can_be_a_ceiling_or_a_floor() -> None:
    cost = measure.Figure(what="CPU", ours="1 s", peer="1 s", ratio=1.2, goal=1.1)
    rate = measure.Figure(what="rate", ours="1", peer="1", ratio=1.2, goal=1.1, at_least=True)
    free = measure.Figure(what="share", ours="1", peer="1", ratio=1.2)
    assert (cost.verdict, rate.verdict, free.verdict) == ("MISSED", "ok", "-")
    lines = measure.table([("a", cost), ("b", rate)]).splitlines()
    assert len(lines) == 3
    assert "≤ 1.1" in lines[1]
    assert "≥ 1.1" in lines[2]


def test_the_time_of_a_process_tree_grows_with_its_work() -> None:
    root = measure.os.getpid()
    before, ends = measure.tree_cpu(root), time.process_time() + 0.05
    while time.process_time() < ends:
        pass
    assert measure.tree_cpu(root) - before >= 0.03


def test_rounds_take_turns() -> None:
    seen: list[str] = []

    def note(name: str) -> float:
        seen.append(name)
        return 1.0

    taken = measure.interleaved(2, a=lambda: note("a"), b=lambda: note("b"))
    assert seen == ["a", "b", "b", "a"]
    assert taken == {"a": [1.0, 1.0], "b": [1.0, 1.0]}
