"""`init URL`: look at a store, write its first checks, and try them before anybody gets them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nano_sre.config.settings import Settings
from nano_sre.core.events import Listener, nobody
from nano_sre.core.first_look import FirstLook
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.service import RunRequest, Selection, run, select
from nano_sre.spec.link import link
from nano_sre.spec.project import load_texts
from nano_sre.spec.starter import paused, starter_folder

LOCKED_SHOP = "STORE_PASSWORD"
"""The variable that a locked storefront's password is read from, then and in the checks that are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstChecks:
    """The files (name → text), what they rest on, and how each of them did when it was tried."""

    seen: FirstLook
    files: Mapping[str, str]
    report: RunReport
    paused: Mapping[str, str]  # id → why: a check that did not pass is written, but asleep


def look_at(url: str, *, settings: Settings) -> FirstLook:
    """What a visitor sees. Raises `Abort` when there is no store to be seen."""
    from nano_sre.runtime.scout import look

    return asyncio.run(look(url, password=settings.environ.get(LOCKED_SHOP)))


def first_checks(seen: FirstLook, *, settings: Settings, listener: Listener = nobody) -> FirstChecks:
    """The starter files for a store, each tried once: what does not pass is paused, with the reason beside it."""
    from nano_sre.runtime.evidence import FolderArtifacts

    files = starter_folder(seen, today=datetime.now(UTC).date())
    linkage = link(load_texts(files), environ=settings.environ)
    with TemporaryDirectory() as folder:
        report = run(
            RunRequest(
                programs=select(linkage, Selection()),
                settings=settings,
                artifacts=FolderArtifacts(Path(folder)),
                listener=listener,
            )
        )
    asleep = {
        each.check_id: _why(each) for each in report.results if each.status == "FAIL" or each.inconclusive
    }
    texts = {name: _asleep(text, asleep) for name, text in files.items()}
    return FirstChecks(seen=seen, files=texts, report=report, paused=asleep)


def _asleep(text: str, asleep: Mapping[str, str]) -> str:
    for check, why in asleep.items():
        if f"\nid: {check}\n" in text:
            return paused(text, why=why)
    return text


def _why(result: TargetResult) -> str:
    """Without the position in the file: what is written above the check moves it."""
    said = result.inconclusive or result.result.summary
    return re.sub(r" ?\([\w./-]+\.yaml:\d+:\d+\)", "", said)
