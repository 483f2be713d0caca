from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.agent.making import agent_loop
from nano_sre.config.secrets import SecretTrouble
from nano_sre.core.template import parse
from nano_sre.runtime.options import free_cores
from nano_sre.store import Store
from support.demo import settings_in
from support.results import make_report, make_result
from support.telling import NOON, Hands


def test_an_agent_knows_when_everything_ran_last(tmp_path: Path, kept: Store) -> None:
    import asyncio

    asyncio.run(kept.record_run(make_report(make_result())))
    loop = agent_loop(settings_in(tmp_path), kept, say=print)
    assert loop.expected.seen == {"main/checkout@desktop/us": make_result().result.timestamp}
    assert loop.concurrency == free_cores()


def test_its_parts_share_one_clock(tmp_path: Path, kept: Store) -> None:
    clock = Hands()
    loop = agent_loop(settings_in(tmp_path), kept, say=print, pace=clock)  # type: ignore[arg-type]
    assert loop.pulse.started == NOON
    assert loop.pace is loop.sources.clock is clock


def test_texts_of_triggers_are_filled_in_when_they_are_used(tmp_path: Path, kept: Store) -> None:
    settings = settings_in(tmp_path, {"QUEUE": "orders", "TOKEN": "very-secret"})
    reveal = agent_loop(settings, kept, say=print).sources.reveal
    assert reveal(parse("https://x/${env.QUEUE}")) == "https://x/orders"
    assert reveal(parse("${secret.TOKEN}")) == "very-secret"
    assert reveal("plain") == "plain"  # type: ignore[arg-type]
    with pytest.raises(SecretTrouble):
        reveal(parse("${secret.NOBODY_SET_THIS}"))
