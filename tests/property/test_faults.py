"""The fast validator and the reference implementation find the same faults in the same places."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nano_sre.core import registry
from nano_sre.spec.validate import fast_faults, reference_faults

STEPS = [yaml.safe_load(registry.kind("step", name).cls.example)[0] for name in registry.names("step")]
DOCUMENTS = [yaml.safe_load(registry.kind("check", name).cls.example) for name in registry.names("check")]
DOCUMENTS.append({"version": 1, "kind": "journey", "id": "all", "name": "All", "steps": STEPS})
ODD = st.sampled_from(
    [None, True, 0, 1.5, -1, "", "P0", "15m", "x y", [], {}, [None], {"x-own": 1}, {"text": 1}, ["a"]]
).map(copy.deepcopy)  # drawn values are mutated, too
WORDS = st.sampled_from(
    [
        "see",
        "press",
        "timeout",
        "x-own",
        "tags",
        "equals",
        "steps",
        "get",
        "expect",
        "kind",
        "a/b",
        "~0",
        "0",
        "07",
    ]
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, ...]] = [path]
    if isinstance(data, dict):
        inner += [p for key, value in data.items() for p in places(value, (*path, key))]
    elif isinstance(data, list):
        inner += [p for index, value in enumerate(data) for p in places(value, (*path, index))]
    return inner


def mutate(data: Any, draw: Any) -> Any:
    path = draw(st.sampled_from([p for p in places(data) if p and p != ("kind",)]))
    owner = data
    for part in path[:-1]:
        owner = owner[part]
    action = draw(st.sampled_from(["replace", "remove", "rename", "add"]))
    if action == "replace" or isinstance(owner, list):
        owner[path[-1]] = draw(ODD)
    elif action == "remove":
        del owner[path[-1]]
    elif action == "rename":
        owner[draw(WORDS)] = owner.pop(path[-1])
    else:
        owner[draw(WORDS)] = draw(ODD)
    return data


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(DOCUMENTS), st.integers(1, 4), st.data())
def test_both_find_the_same(document: dict[str, Any], times: int, data: st.DataObject) -> None:
    kind = document["kind"]
    broken = copy.deepcopy(document)
    for _ in range(times):
        broken = mutate(broken, data.draw)
    found, expected = set(fast_faults(kind, broken)), set(reference_faults(kind, broken))
    assert found == expected


def test_sound_documents_have_no_faults() -> None:
    for document in DOCUMENTS:
        assert fast_faults(document["kind"], document) == reference_faults(document["kind"], document) == []
