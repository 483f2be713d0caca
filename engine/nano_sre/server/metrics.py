"""`/metrics`: the agent's own state in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from nano_sre.server.desk import Desk, Health

MEDIA_TYPE = CONTENT_TYPE_LATEST


class AgentCollector:
    """Reads the agent's health when it is scraped; keeps nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Any]:
        health = self._desk.health()
        yield from _gauges(health)
        yield _counter("nano_sre_results", "Results since the start, by verdict.", "verdict", health.results)
        deliveries = CounterMetricFamily(
            "nano_sre_deliveries",
            "Tries to send an alert, by alerter and outcome.",
            labels=["alerter", "outcome"],
        )
        for (alerter, outcome), count in sorted(health.deliveries.items()):
            deliveries.add_metric([alerter, outcome], count)
        yield deliveries
        skipped = CounterMetricFamily(
            "nano_sre_ticks_skipped", "Ticks that found their target still running."
        )
        skipped.add_metric([], health.skipped)
        yield skipped
        about = GaugeMetricFamily("nano_sre_info", "Which version this is.", labels=["version"])
        about.add_metric([health.version], 1)
        yield about


def _gauges(health: Health) -> Iterator[Any]:
    told = (
        ("nano_sre_up", "1 while the agent is well.", float(health.well)),
        ("nano_sre_start_time_seconds", "When the agent started.", health.started.timestamp()),
        ("nano_sre_registry_serial", "Which state of the registry runs.", health.serial),
        ("nano_sre_targets", "Targets that are applied and not paused.", health.checks),
        ("nano_sre_running", "Targets that run now.", health.running),
        ("nano_sre_schedule_lag_seconds", "How late the last due target began.", health.lag),
        ("nano_sre_no_data_seconds", "Age of the oldest last verdict.", health.oldest_verdict),
        ("nano_sre_open_incidents", "Incidents that are not over.", health.open_incidents),
        ("nano_sre_outbox_depth", "Notices and messages that are not sent yet.", health.outbox_depth),
        ("nano_sre_outbox_age_seconds", "Age of the oldest of them.", health.outbox_age),
        ("nano_sre_dead_letters", "Messages that could not be delivered at all.", health.dead_letters),
        (
            "nano_sre_dead_events",
            "Events that were put aside: no run of them came to an end.",
            health.dead_events,
        ),
        (
            "nano_sre_last_cycle_time_seconds",
            "When a full cycle ended, outbox included.",
            health.last_cycle.timestamp() if health.last_cycle else None,
        ),
    )
    for name, text, value in told:
        if value is not None:
            yield GaugeMetricFamily(name, text, value=value)


def _counter(name: str, text: str, label: str, counts: Any) -> Any:
    family = CounterMetricFamily(name, text, labels=[label])
    for word, count in sorted(counts.items()):
        family.add_metric([word], count)
    return family


def metrics_text(desk: Desk) -> bytes:
    """The whole answer to a scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(AgentCollector(desk))
    return generate_latest(registry)
