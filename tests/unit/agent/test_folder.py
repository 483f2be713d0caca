from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nano_sre.agent.folder import Folder
from nano_sre.agent.pulse import Pulse
from nano_sre.store import Store
from nano_sre.store.errors import LockHeld
from support.cli import STORE, api_check
from support.demo import settings_in
from support.telling import NOON

PATIENCE = 60


class Place:
    """A folder of checks, and what is said of it."""

    def __init__(self, tmp_path: Path, store: Store, **more: Any) -> None:
        self.files = tmp_path / "checks"
        self.files.mkdir()
        self.said: list[str] = []
        self.store = store
        self.pulse = Pulse(started=NOON, say=self.said.append)
        self.applied = 0
        self.folder = Folder(
            paths=[self.files],
            settings=settings_in(tmp_path, {"SHOP_URL": "https://shop.example.com"}),
            store=store,
            pulse=self.pulse,
            applied=self._count,
            say=self.said.append,
            **more,
        )
        self.write("store.yaml", STORE)
        for number in range(4):
            self.write(f"check-{number}.yaml", api_check(f"check-{number}"))

    def _count(self) -> None:
        self.applied += 1
        self.thread = threading.current_thread()

    def write(self, name: str, text: str) -> None:
        (self.files / name).write_text(text, encoding="utf-8")

    @property
    def active(self) -> list[str]:
        return sorted(each.check_id for each in self.store.registry().checks if each.kind == "api")


@pytest.fixture
def place(tmp_path: Path, kept: Store) -> Place:
    return Place(tmp_path, kept)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


def test_a_folder_is_applied_once(place: Place) -> None:
    assert place.folder.apply()
    assert place.folder.apply()
    assert place.said == ["Applied 5 changes; the registry is at 1."]


def test_an_invalid_folder_leaves_what_was_applied(place: Place) -> None:
    place.folder.apply()
    place.write("check-1.yaml", "version: 1\nkind: api\n  id: x\n")
    assert not place.folder.apply()
    assert not place.folder.apply()
    assert len(place.active) == 4
    assert [text.partition("\n")[0][:5] for text in place.said[1:]] == ["error", "The f"]  # each once
    assert place.pulse.troubles["folder"].startswith(
        "The folder is invalid, what was applied before runs on: "
    )
    place.write("check-1.yaml", api_check("check-1"))
    assert place.folder.apply()
    assert place.pulse.troubles == {}


def test_where_nothing_was_applied_nothing_runs_on(place: Place) -> None:
    place.write("check-1.yaml", "kind: nothing\n")
    assert not place.folder.apply()
    assert place.pulse.troubles == {}


def test_what_leaves_the_folder_stays_unless_asked(place: Place) -> None:
    place.folder.apply()
    (place.files / "check-1.yaml").unlink()
    place.folder.apply()
    place.folder.apply()
    assert place.said[1:] == [
        "The file of check-1 went away; it stays registered. nano-sre apply --prune archives it."
    ]
    assert "check-1" in place.active


def test_with_prune_it_is_archived_but_never_most_of_them(tmp_path: Path, kept: Store) -> None:
    place = Place(tmp_path, kept, prune=True)
    place.folder.apply()
    (place.files / "check-1.yaml").unlink()
    place.folder.apply()
    assert place.active == ["check-0", "check-2", "check-3"]
    for number in (0, 2):
        (place.files / f"check-{number}.yaml").unlink()
    place.folder.apply()
    assert place.active == ["check-0", "check-2", "check-3"]
    assert place.said[-1].startswith("The file of check-0, check-2 went away; it stays registered.")


def test_an_apply_of_somebody_else_is_waited_for_and_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nano_sre.agent.folder.PATIENCE", 0.01)
    with place.store.apply_lock("ada"), pytest.raises(LockHeld):
        place.folder.apply()
    assert place.folder.apply()


def test_saves_are_applied_and_told_in_the_loop(place: Place) -> None:
    async def scene() -> None:
        watching = asyncio.create_task(place.folder.watch())
        await until(lambda: place.applied == 1)  # what was saved before anybody listened
        place.write("more.yaml", api_check("more"))
        await until(lambda: place.applied >= 2)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(scene())
    assert "more" in place.active
    assert place.thread is threading.main_thread()
