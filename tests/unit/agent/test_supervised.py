from __future__ import annotations

import asyncio
from datetime import timedelta

from nano_sre.agent.pulse import Pulse
from nano_sre.agent.supervised import WELL, supervised
from support.hours import IdlePace
from support.telling import NOON


class Part:
    """Something that fails a few times, and then works."""

    def __init__(self, pace: IdlePace, *failures: Exception, ends: bool = False) -> None:
        self.pace, self.failures, self.ends = pace, list(failures), ends
        self.begun: list[timedelta] = []
        self.works = asyncio.Event()

    async def begin(self) -> None:
        self.begun.append(self.pace.passed)
        if self.failures:
            raise self.failures.pop(0)
        self.works.set()
        if not self.ends:
            await asyncio.Event().wait()


def watch(*failures: Exception, ends: bool = False) -> tuple[Part, Pulse, list[str]]:
    said: list[str] = []

    async def whole() -> tuple[Part, Pulse]:
        pace = IdlePace(NOON)
        pulse = Pulse(started=NOON, say=said.append)
        part = Part(pace, *failures, ends=ends)
        task = asyncio.create_task(supervised("Telling", part.begin, pulse=pulse, pace=pace))
        async with asyncio.timeout(30):
            while not part.works.is_set():
                await asyncio.sleep(0)
                pace.move_on()
            began = pace.passed
            while not ends and pace.passed < began + timedelta(seconds=WELL):
                await asyncio.sleep(0)
                pace.move_on()
            for _ in range(3):
                await asyncio.sleep(0)
        assert task.done() == ends
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return part, pulse

    part, pulse = asyncio.run(whole())
    return part, pulse, said


def test_what_raises_begins_again_after_ever_longer_pauses() -> None:
    part, _, _ = watch(*(OSError("gone") for _ in range(5)))
    waits = [after - before for before, after in zip(part.begun, part.begun[1:], strict=False)]
    assert waits == [timedelta(seconds=pause) for pause in (1, 5, 15, 60, 60)]


def test_a_trouble_is_said_once_and_is_over_when_it_works() -> None:
    _, pulse, said = watch(OSError("gone"), OSError("gone"))
    sentence = "Telling stopped and begins again: OSError: gone"
    assert said == [sentence, f"Over: {sentence}"]
    assert pulse.troubles == {}


def test_a_part_may_end() -> None:
    part, pulse, said = watch(ends=True)
    assert (len(part.begun), pulse.troubles, said) == (1, {}, [])


def test_of_a_group_the_first_trouble_is_told() -> None:
    _, _, said = watch(ExceptionGroup("several", [ValueError("no such folder")]))
    assert said[0] == "Telling stopped and begins again: ValueError: no such folder"
