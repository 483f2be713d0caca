"""`agent checks/`: apply the folder when the agent starts, and again whenever it changes. The last good state stays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nano_sre.agent.pulse import Pulse
from nano_sre.agent.saves import listen, places
from nano_sre.applying import commit_plan, holder, plan_folder
from nano_sre.config.settings import Settings
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.render import render_text
from nano_sre.service import read_folder
from nano_sre.spec.link import Linkage
from nano_sre.store.errors import LockHeld, StalePlan
from nano_sre.store.store import Store

TRIES = 3  # when somebody else applies at the same moment
PATIENCE = 1.0  # seconds between them


@dataclass(slots=True, kw_only=True)
class Folder:
    """A folder of checks that the agent keeps applied. `prune` archives what left it.

    `applied` is called in the event loop whenever it was applied again.
    """

    paths: Sequence[Path]
    settings: Settings
    store: Store
    pulse: Pulse
    environment: str | None = None
    prune: bool = False
    applied: Callable[[], None] = lambda: None
    say: Callable[[str], None] = lambda _text: None
    last: str = field(default="", init=False)  # what was said about it last

    def apply(self) -> bool:
        """Apply it as it stands; False when it is invalid, and what runs stays as it is. Blocks.

        Raises `StoreError` when the database cannot be used, `LockHeld` when somebody else does not end applying.
        """
        project, linkage = read_folder(
            self.paths, environ=self.settings.environ, environment=self.environment
        )
        wrong = [each for each in linkage.diagnostics if each.severity == "error"]
        if wrong:
            self._refused(wrong, project.sources)
            return False
        for attempt in range(TRIES):
            try:
                with self.store.apply_lock(holder(self.settings)):
                    self._commit(linkage)
                break
            except (LockHeld, StalePlan):
                if attempt == TRIES - 1:
                    raise
                time.sleep(PATIENCE)
        self.pulse.trouble("folder", None)
        return True

    def _commit(self, linkage: Linkage) -> None:
        plan = plan_folder(linkage, self.store.registry(archived=True))
        gone = plan.of("archive")
        prune = self.prune and not plan.is_mass_prune
        outcome = commit_plan(self.store, plan, settings=self.settings, paths=self.paths, prune=prune)
        changed = [each for each in plan.effective if prune or each.action != "archive"]
        if changed:
            self.say(
                f"Applied {len(changed)} change{'s' * (len(changed) != 1)}; the registry is at {outcome.serial}."
            )
        if gone and not prune:
            names = ", ".join(each.check_id for each in gone[:5])
            self._tell(
                f"The file of {names} went away; it stays registered. nano-sre apply --prune archives it."
            )

    def _refused(self, wrong: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        self._tell(render_text(list(wrong), sources=sources, color=False))
        if not self.store.serial():
            return  # nothing was applied before, so nothing runs on
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        self.pulse.trouble(
            "folder",
            f"The folder is invalid, what was applied before runs on: {wrong[0].span}: {wrong[0].message}{more}",
        )

    def _tell(self, text: str) -> None:
        if text != self.last:
            self.last = text
            self.say(text)

    async def watch(self) -> None:
        """Apply again after every save, for as long as the task lives; and once at its beginning, for a save that
        nobody listened to. Raises what `apply` raises.
        """
        saves: asyncio.Queue[set[Path]] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for folders, deep in places(self.paths):
                group.create_task(listen(folders, saves, deep=deep))
            await asyncio.sleep(0)  # now they listen
            while True:
                if await asyncio.to_thread(self.apply):
                    self.applied()
                await saves.get()
                while not saves.empty():
                    saves.get_nowait()
