"""From what waits to what is sent, to whom, and when: the stages one after another. Pure."""

from __future__ import annotations

from datetime import datetime

from nano_sre.alerts.desk import Desk, units
from nano_sre.alerts.mute import unmuted
from nano_sre.alerts.recoveries import tell_recoveries
from nano_sre.alerts.reminders import remind
from nano_sre.alerts.rules import Rules
from nano_sre.alerts.troubles import tell_news, tell_troubles
from nano_sre.core.outbox import Plan, World


def plan(world: World, rules: Rules, now: datetime) -> Plan:
    """What to do with what waits. The same world gives the same plan; nothing is remembered in between.

    Recoveries come first, so that a trouble which begins anew gets a thread of its own.
    """
    desk = Desk(world, rules, now)
    waiting = units(world.pending)
    tell_recoveries(desk, waiting)
    waiting = tell_news(desk, waiting)
    tell_troubles(desk, unmuted(desk, waiting))
    remind(desk)
    return desk.made()
