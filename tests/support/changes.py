"""Plans for tests, and the applying of them."""

from __future__ import annotations

from typing import Any

from nano_sre.store import ApplyOutcome, RegistryChange, Store


def make_change(
    check_id: str = "checkout", *, version: int = 1, action: Any = "create", **more: Any
) -> RegistryChange:
    fields: dict[str, Any] = {
        "action": action,
        "check_id": check_id,
        "kind": "journey",
        "name": check_id.capitalize(),
        "content_hash": f"v{version}",
        "canonical": {"id": check_id, "version": version, "vars": {"größe": "ß\0"}},
        "positions": {"/steps/0": ["checks/a.yaml", 3, 5]},
        "source_text": f"id: {check_id}\n# {version}\n",
        "source_file": f"checks/{check_id}.yaml",
    }
    return RegistryChange(**{**fields, **more})


def apply(store: Store, *changes: RegistryChange, expected_serial: int | None = None) -> ApplyOutcome:
    return store.commit_apply(
        changes,
        expected_serial=store.registry().serial if expected_serial is None else expected_serial,
        who="ada@laptop",
        git_commit="abc123",
        git_dirty=False,
        tool_version="0.1.0",
    )
