"""Baselines: what numbers usually are, per skill and store (and, for ours, per target and metric)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nano_sre.core.result import utc_now
from nano_sre.store.models import Baseline
from nano_sre.store.plain import clean, dumps, iso, loads, plain


def update(db: Any, key: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `values` over what is known, inside the caller's transaction; returns the whole baseline."""
    key = {name: clean(value) for name, value in key.items()}
    now = iso(utc_now())
    merged = {**read(db, key), **plain(values)}
    Baseline.insert(**key, baseline_data=dumps(merged), created_at=now, updated_at=now).on_conflict(
        conflict_target=[Baseline.skill_name, Baseline.store_url, Baseline.target, Baseline.metric],
        preserve=[Baseline.baseline_data, Baseline.updated_at],
    ).execute(db)
    return merged


def read(db: Any, key: Mapping[str, str]) -> dict[str, Any]:
    """The baseline of that key; empty when there is none."""
    query = Baseline.select(Baseline.baseline_data)
    for name, value in key.items():
        query = query.where(getattr(Baseline, name) == value)
    known = loads(query.scalar(db))
    return known if isinstance(known, dict) else {}
