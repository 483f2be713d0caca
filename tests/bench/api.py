"""Three hundred API requests: the engine's executor against bare httpx with one client and ten at once."""

from __future__ import annotations

import asyncio

import httpx

from bench.demo_shop import shop, sound, store_text
from bench.measure import CannotMeasure, Figure, cpu_of, interleaved, median, milliseconds
from nano_sre.core.program import Program
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from nano_sre.spec.project import load_texts

MOST = 1.3
AT_ONCE = 10
IN_A_CHECK = 10
REQUEST = '  - get: /cart.js\n    expect: {status: 200, json: {"$.item_count": 0}}\n'


def measure(*, quick: bool = False) -> list[Figure]:
    requests = 100 if quick else 300
    with shop() as store:
        checks = programs_at(store.url, requests // IN_A_CHECK)
        taken = interleaved(
            2 if quick else 5,
            ours=lambda: cpu_of(lambda: asyncio.run(ours(checks))),
            bare=lambda: cpu_of(lambda: asyncio.run(bare(store.url, requests))),
        )
    mine, theirs = median(taken["ours"]), median(taken["bare"])
    return [
        Figure(
            what=f"CPU of {requests} API requests",
            ours=milliseconds(mine),
            peer=f"{milliseconds(theirs)} bare httpx",
            ratio=mine / theirs,
            goal=MOST,
        )
    ]


def programs_at(url: str, count: int) -> list[Program]:
    """API checks of ten requests each."""
    texts = {"stores.yaml": store_text(url)}
    for n in range(count):
        head = f"version: 1\nkind: api\nid: bench-{n}\nname: Bench {n}\nrequests:\n"
        texts[f"api-{n}.yaml"] = head + REQUEST * IN_A_CHECK
    return sound(load_texts(texts))


async def ours(programs: list[Program]) -> None:
    report = await run(programs, options=RunOptions(run_id="bench"))
    wrong = [each for each in report.results if each.status != "PASS"]
    if wrong:
        raise CannotMeasure(f"the API checks do not pass: {wrong[0].summary}")


async def bare(url: str, requests: int) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient() as client:

        async def ask() -> None:
            async with gate:
                answer = await client.get(f"{url}/cart.js")
                assert answer.status_code == 200
                assert answer.json()["item_count"] == 0

        await asyncio.gather(*(ask() for _ in range(requests)))
