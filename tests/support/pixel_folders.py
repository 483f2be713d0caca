"""The golden folders of tracking: each holds a check, a recorded visit with a fault, and one without."""

from __future__ import annotations

from pathlib import Path

from nano_sre.core.result import WatchReport
from nano_sre.kinds._shared.tracking import vendors_for
from nano_sre.kinds._shared.tracking.recording import read
from nano_sre.kinds._shared.tracking.replay import replayed
from nano_sre.spec.compile import programs
from nano_sre.spec.link import link
from nano_sre.spec.project import load_texts
from support.golden import GOLDEN

FOLDER = GOLDEN / "pixels"


def judged(folder: Path, which: str) -> WatchReport:
    """The verdict of a folder's check on one of its recordings."""
    linkage = link(load_texts({"check.yaml": (folder / "check.yaml").read_text("utf-8")}), environ={})
    assert [d for d in linkage.diagnostics if d.severity == "error"] == []
    recording = read((folder / f"{which}.jsonl").read_text("utf-8").splitlines())
    found = [p for p in programs(linkage.checks) if p.check_id == "tracked"]
    (program,) = [p for p in found if p.store.market_id == recording.seen.store.market_id]
    assert program.watch is not None
    (call,) = program.watch.calls
    return replayed(call.watcher.plan, recording.seen, vendors=vendors_for(program.store), span=call.span)
