"""What is told about incidents, and to whom: wiring of the store, the state machine, diagnosis and the channels."""

from __future__ import annotations

from nano_sre.alerting.arranged import rules_of, sender
from nano_sre.alerting.diagnosing import diagnosing
from nano_sre.alerting.once import run_once
from nano_sre.alerting.road import Alerting, Turn

__all__ = ["Alerting", "Turn", "diagnosing", "rules_of", "run_once", "sender"]
