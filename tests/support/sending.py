"""Alerters at work: the real channels, sent to the receivers of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nano_sre.alerts.channels import channels
from nano_sre.config.settings import Settings
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.template import parse

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0


def secret(name: str) -> Any:
    """`${secret.NAME}` as it is read from YAML."""
    return parse(f"${{secret.{name}}}")


def send(
    alerter: Any,
    *alerts: Alert,
    environ: Mapping[str, str] | None = None,
    ref: Mapping[str, str] | None = None,
    said: list[str] | None = None,
    templates: Path | None = None,
    timezone: str = "Europe/Berlin",
    seconds: float = 5.0,
    files: Mapping[str, bytes] | None = None,
    pictures: bool = True,
) -> list[Sent]:
    """Send alerts of one thread, one after the other; each gets the `ref` that the one before left.

    `files` are those of the runs, by path.
    """
    settings = Settings(
        database_url="sqlite:///unused", data_dir=Path(), project_dir=Path(), environ=environ or {}
    )

    async def work() -> list[Sent]:
        known, done = dict(ref or {}), []
        lines = said if said is not None else []
        async with channels(
            settings,
            timezone=timezone,
            templates=templates,
            say=lines.append,
            clock=FixedClock(),
            seconds=seconds,
            read=(files or {}).get,
        ) as opened:
            for alert in alerts:
                done.append(await opened.send(alerter, alert, ref=known, pictures=pictures))
                known |= done[-1].ref or {}
        return done

    return asyncio.run(work())
