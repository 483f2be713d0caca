"""The outbox: what became true is written down together with the result that showed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nano_sre.core.incident import Notice
from nano_sre.store.alert_models import OutboxRow
from nano_sre.store.plain import clean, dumps, iso, plain


def enqueue(
    db: Any,
    notice: Notice,
    *,
    incident_id: int | None,
    check_id: str,
    store_id: str,
    severity: str,
    cause: str | None,
    payload: Mapping[str, Any],
) -> bool:
    """Write a notice down inside the caller's transaction; False when it was there already.

    `payload` is what a message will say of it: `item` (an `AlertItem`) and `causes`, or nothing of them.
    """
    row = {
        "notice_key": notice.key,
        "kind": notice.kind,
        "target": clean(notice.target),
        "check_id": clean(check_id),
        "store_id": clean(store_id),
        "episode": notice.episode,
        "number": notice.number,
        "incident_id": incident_id,
        "severity": severity,
        "cause": cause,
        "created_at": iso(notice.at),
        "state": "waiting",
        "payload": dumps(plain({**payload, "notice": notice})),
    }
    query = OutboxRow.insert(row).on_conflict(action="nothing", conflict_target=[OutboxRow.notice_key])
    return next(iter(query.returning(OutboxRow.id).tuples().execute(db)), None) is not None
