"""Baselines that rounds learn and people decide about: who comes late does not overwrite."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from nano_sre.store import Store
from nano_sre.store.baselines import BaselineChange, BaselineRow

URL = "https://shop.example"
SKILL = "page.slower_than_usual"
TARGET = "shop/quality@desktop/us"


def rows(store: Store) -> dict[str, BaselineRow]:
    return {row.metric: row for row in store.baselines(skill_name=SKILL, store_url=URL, target=TARGET)}


def keep(store: Store, values: dict[str, dict[str, Any]], known: dict[str, BaselineRow]) -> None:
    texts = {about: row.text for about, row in known.items()}
    asyncio.run(store.keep_baselines(SKILL, URL, values, target=TARGET, known=texts))


def test_a_round_keeps_what_it_learned_by_what_it_is_about(store: Store) -> None:
    keep(store, {"LCP /": {"runs": 1}, "TTFB /": {"runs": 1}}, {})
    keep(store, {"LCP /": {"runs": 2, "more": [1.5]}}, rows(store))
    found = rows(store)
    assert {about: dict(row.data) for about, row in found.items()} == {
        "LCP /": {"runs": 2, "more": [1.5]},
        "TTFB /": {"runs": 1},
    }
    assert store.baseline(SKILL, URL, target=TARGET, metric="TTFB /") == {"runs": 1}
    assert store.baselines(target="shop/other@desktop/us") == []
    assert len(store.baselines()) == 2


def test_of_two_rounds_at_once_the_late_one_is_not_written(store: Store) -> None:
    keep(store, {"LCP /": {"runs": 1}}, {})
    keep(store, {"LCP /": {"runs": 9}}, {})
    assert rows(store)["LCP /"].data == {"runs": 1}
    known = rows(store)
    keep(store, {"LCP /": {"runs": 2}}, known)
    keep(store, {"LCP /": {"runs": 7}}, known)
    assert rows(store)["LCP /"].data == {"runs": 2}


def test_what_a_person_decides_during_a_round_stands(store: Store) -> None:
    keep(store, {"LCP /": {"runs": 1}, "TTFB /": {"runs": 1}}, {})
    known = rows(store)
    changes = [
        BaselineChange(row=known["LCP /"], values={"accepted": "eve"}),
        BaselineChange(row=known["TTFB /"]),
    ]
    done = store.decide_baselines(changes, who="eve", action="baseline accept", because="new video")
    keep(store, {"LCP /": {"runs": 2}, "TTFB /": {"runs": 2}}, known)
    assert [row.metric for row in done] == ["LCP /", "TTFB /"]
    assert {about: row.data for about, row in rows(store).items()} == {
        "LCP /": {"runs": 1, "accepted": "eve"}
    }
    who, action, details = store.db.execute("SELECT who, action, details FROM audit").fetchone() or ()
    assert (who, action, json.loads(details)["because"]) == ("eve", "baseline accept", "new video")


def test_a_decision_about_what_a_round_has_just_changed_is_not_carried_out(store: Store) -> None:
    keep(store, {"LCP /": {"runs": 1}}, {})
    old = rows(store)
    keep(store, {"LCP /": {"runs": 2}}, old)
    for change in (BaselineChange(row=old["LCP /"]), BaselineChange(row=old["LCP /"], values={"runs": 0})):
        assert store.decide_baselines([change], who="eve", action="baseline reset") == []
    assert rows(store)["LCP /"].data == {"runs": 2}
    assert store.db.execute("SELECT count(*) FROM audit").fetchone() == (0,)
