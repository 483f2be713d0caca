from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nano_sre.core.result import Artifact, Attempt, utc_now
from nano_sre.store import ArtifactFiles, Store
from nano_sre.store.files import safe_name
from support.results import make_result


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_a_file_is_written_whole_and_under_its_run(data_dir: Path) -> None:
    files = ArtifactFiles(data_dir, clock=lambda: datetime(2026, 1, 31, 23, tzinfo=UTC))
    assert files.write("r1", "checkout.png", b"1") == "runs/2026-01/r1/checkout.png"
    assert files.write("r1", "checkout.png", b"2") == "runs/2026-01/r1/checkout-2.png"
    assert (data_dir / "runs/2026-01/r1/checkout.png").read_bytes() == b"1"
    assert sorted(path.name for path in data_dir.rglob("*.*")) == ["checkout-2.png", "checkout.png"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("/abs/olute.png", "abs-olute.png"),
        (".hidden", "hidden"),
        ("a\0b\n\x1b[31mc.png", "a-b-31mc.png"),
        ("..", "file"),
        ("", "file"),
        ("Größe 154cm / Blue.png", "Größe-154cm-Blue.png"),
        ("x\u202egnp.exe", "x-gnp.exe"),
        ("con:aux|<>*?.png", "con-aux-.png"),
        ("a" * 300 + ".trace.zip", "a" * 90 + ".trace.zip"),
    ],
)
def test_names_that_pages_would_like_to_have(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(st.text(st.characters(), max_size=300))
def test_no_text_makes_a_bad_name(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= 100
    assert not set(name) & set('/\\\0:*?"<>|\n\r\t')
    assert name.isprintable()
    assert name[0] not in ".-"
    assert safe_name(name) == name


@given(st.text(st.characters(), max_size=60))
def test_no_path_leads_out_of_the_runs(text: str) -> None:
    files = ArtifactFiles(Path("/data"))
    for path in (text, f"runs/{text}"):
        located = files.locate(path)
        assert located is None or os.path.normpath(located).startswith("/data/runs")


def test_a_failed_write_leaves_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Exception, match="No space left") as caught:
        ArtifactFiles(data_dir).write("r1", "a.png", b"x")
    assert "free some space" in str(getattr(caught.value, "hint", ""))
    assert not [path for path in data_dir.rglob("*") if path.is_file()]


def test_a_sweep_takes_old_orphans_only(store: Store) -> None:
    kept, orphan, young = (
        store.files.write("r1", name, b"x") for name in ("kept.png", "orphan.png", "young.png")
    )
    folder = (store.files.data_dir / kept).parent
    (folder / ".abc.tmp").write_bytes(b"half")
    for name in ("kept.png", "orphan.png", ".abc.tmp"):
        age(folder / name, hours=2)
    attempt = Attempt(number=1, status="PASS", artifacts=(Artifact(kind="screenshot", path=kept),))
    asyncio.run(store.record(make_result(attempts=(attempt,)), run_id="r1"))
    assert store.sweep() == 2
    assert sorted(path.name for path in folder.iterdir()) == ["kept.png", "young.png"]
    assert store.files.sweep({kept}, timedelta(0)) == 1
    assert young not in [path.name for path in folder.iterdir()]
    assert orphan not in [path.name for path in folder.iterdir()]


def test_old_runs_are_pruned_with_their_files(store: Store) -> None:
    def shot(run_id: str) -> str:
        return store.files.write(run_id, "shot.png", b"x")

    now = utc_now()
    for number in range(7):
        days = 10 if number == 6 else 100 + number
        result = make_result(at=now - timedelta(days=days), screenshots=[shot(f"r{number}")])
        asyncio.run(store.record(result, run_id=f"r{number}"))
    from nano_sre.store import retention

    pruned = retention.prune(store._writer, store.files, batch=2)
    assert (pruned.runs, pruned.files) == (6, 6)
    assert [row.run_id for row in store.history()] == ["r6"]
    assert [path.parent.name for path in store.files.data_dir.rglob("*.png")] == ["r6"]
    assert store.db.execute("SELECT count(*) FROM artifacts").fetchone() == (1,)
    assert [row.run_id for row in store.latest()] == ["r6"]
    assert store.prune().runs == 0
    assert store.prune(days=5).runs == 1
    (row,) = store.latest()
    assert (row.run_id, row.summary) == ("r6", None)
