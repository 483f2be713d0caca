"""Two checks with the same steps: they must cost one visit, and nearly the CPU of one."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

from bench.demo_shop import Shop, shop, sound, store_text
from bench.measure import CannotMeasure, Figure, median, milliseconds
from nano_sre.core.program import Program
from nano_sre.runtime import browsers
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from nano_sre.spec.project import load_texts

STEPS = """\
steps:
  - open_product: complete-snowboard
  - save: {money: product_price, as: price}
  - add_to_cart
  - open_cart
  - expect: {money: cart_subtotal, equals: "${price}"}
"""


@dataclass(frozen=True, slots=True)
class Cost:
    visits: int
    pages: int
    cpu: float


def measure(*, quick: bool = False) -> list[Figure]:
    if browsers.find_browser() is None:
        raise CannotMeasure("no Chromium is installed here; `nano-sre doctor` says how to get one")
    together: list[Cost] = []
    apart: list[Cost] = []
    with shop() as store:
        for _ in range(1 if quick else 4):
            together.append(cost(store, checks(store.url, same=True)))
            apart.append(cost(store, checks(store.url, same=False)))
    one, two = together[-1], apart[-1]
    cpu, cpu_apart = median([each.cpu for each in together]), median([each.cpu for each in apart])
    return [
        Figure(
            what="visits for two alike checks", ours=str(one.visits), peer=f"{two.visits} if they differ",
            ratio=one.visits / two.visits, goal=0.5,
        ),
        Figure(
            what="pages asked of the store", ours=str(one.pages), peer=f"{two.pages} if they differ",
            ratio=one.pages / two.pages, goal=0.5,
        ),
        Figure(
            what="CPU, start of the browser included", ours=milliseconds(cpu),
            peer=f"{milliseconds(cpu_apart)} if they differ", ratio=cpu / cpu_apart, goal=0.9,
        ),
    ]  # fmt: skip


def checks(url: str, *, same: bool) -> list[Program]:
    """Two checks with the same steps under different ids; `same=False` gives one of them another consent."""
    texts = {"stores.yaml": store_text(url)}
    for n, consent in enumerate(("accept", "accept" if same else "refuse")):
        head = f"version: 1\nkind: journey\nid: look-{n}\nname: Look {n}\nconsent: {consent}\n"
        texts[f"look-{n}.yaml"] = head + STEPS
    return sound(load_texts(texts))


def cost(store: Shop, programs: list[Program]) -> Cost:
    """What one run of the programs cost: visits, pages, CPU seconds of everything but the store."""
    pages, own = store.pages(), time.process_time()
    below = _reaped()
    report = asyncio.run(run(programs, options=RunOptions(run_id="bench", concurrency=1)))
    wrong = [each for each in report.results if each.status != "PASS"]
    if wrong:
        raise CannotMeasure(f"the checks do not pass: {wrong[0].summary}")
    spent = time.process_time() - own + _reaped() - below
    return Cost(visits=report.visits, pages=store.pages() - pages, cpu=spent)


def _reaped() -> float:
    """CPU seconds of ended children: driver and browser are gone when a run returns."""
    times = os.times()
    return times.children_user + times.children_system
