"""Each folder of pixels/ is a fault of tracking: `wrong.jsonl` is a recorded visit with it, `fine.jsonl` one without.

`check.yaml` is the check that both are judged by; `wrong.txt` and `fine.txt` are what people are told.
NANO_SRE_UPDATE_GOLDEN=1 writes the recordings anew from `support.pixel_scenes`, and then what comes of them.
"""

from __future__ import annotations

import pytest

from nano_sre.core.result import WatchReport
from nano_sre.kinds._shared.tracking.faults import KINDS
from nano_sre.kinds._shared.tracking.recording import written
from support.golden import UPDATE, agrees
from support.pixel_folders import FOLDER, judged
from support.pixel_scenes import SCENES, check_of

WORDS = tuple(KINDS)


def told(report: WatchReport) -> str:
    lines = [report.summary, *([f"inconclusive: {report.inconclusive}"] if report.inconclusive else [])]
    for each in report.findings:
        lines += [
            "",
            f"{each.code} {'warning' if each.warn else 'failure'} at {each.span}",
            f"  {each.summary}",
        ]
        said = {
            "expected": each.expected,
            "actual": each.actual,
            "difference": each.difference,
            "hint": each.hint,
        }
        lines += [f"  {name}: {text}" for name, text in said.items() if text]
        lines += [f"  - {text}" for text in each.evidence]
    lines += [
        "",
        *(
            f"{h.vendor} {h.event}: {h.times}, {h.expected or 'nothing expected'}, {h.state}"
            for h in report.heard
        ),
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("word", WORDS)
def test_folder(word: str) -> None:
    folder = FOLDER / word
    if UPDATE:
        folder.mkdir(parents=True, exist_ok=True)
        scene = SCENES[word]
        (folder / "check.yaml").write_text(check_of(scene), encoding="utf-8")
        for which, made in (("wrong", scene.wrong), ("fine", scene.fine)):
            lines = "\n".join(written(made().recording()))
            (folder / f"{which}.jsonl").write_text(f"{lines}\n", encoding="utf-8")
    wrong, fine = judged(folder, "wrong"), judged(folder, "fine")
    agrees(folder / "wrong.txt", told(wrong))
    agrees(folder / "fine.txt", told(fine))
    assert {each.code for each in wrong.findings} == {KINDS[word].code}, "the fault, and no other"
    assert fine.findings == ()
    assert wrong.inconclusive is None
    assert fine.inconclusive is None


def test_every_fault_has_a_folder_and_a_scene() -> None:
    assert {each.name for each in FOLDER.iterdir()} == set(WORDS) == set(SCENES)
