"""What the store remembers that may explain a failure: how the neighbours stand, and when it worked last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nano_sre.core.result import TargetResult
from nano_sre.store.models import Check, CheckRun, LastStatus
from nano_sre.store.plain import iso
from nano_sre.store.runs import run_row

MOST_STANDING = 200


def standing(db: Any, store_id: str) -> list[TargetResult]:
    """The latest result of each target of a store, by target; archived checks are left out."""
    archived = Check.select(Check.check_id).where((Check.space == "check") & (Check.state == "archived"))
    rows = (
        CheckRun.select()
        .join(LastStatus, on=LastStatus.check_run_id == CheckRun.id)
        .where(LastStatus.target.startswith(f"{store_id}/"), LastStatus.check_id.not_in(archived))
        .order_by(LastStatus.target)
        .limit(MOST_STANDING)
        .dicts()
        .execute(db)
    )
    return [run_row(row).to_result() for row in rows]


def last_pass(db: Any, target: str, *, check_id: str, before: datetime | None = None) -> TargetResult | None:
    """The newest result of a target that passed, or only warned, before a time; None when it never did."""
    earlier = [] if before is None else [CheckRun.timestamp < iso(before)]
    rows = (
        CheckRun.select()
        .where(
            (CheckRun.check_id == check_id)  # its index has the order
            & (CheckRun.target == target)
            & CheckRun.inconclusive.is_null()
            & CheckRun.status.in_(("PASS", "WARN")),
            *earlier,
        )
        .order_by(CheckRun.timestamp.desc(), CheckRun.id.desc())
        .limit(1)
        .dicts()
        .execute(db)
    )
    return next((run_row(row).to_result() for row in rows), None)
