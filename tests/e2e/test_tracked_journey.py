from __future__ import annotations

import asyncio

from nano_sre.kinds._shared.tracking.decode import vendors_for
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.values import Environment
from nano_sre.service import Selection
from support.demo import shops, starter_programs
from support.hits import Tracked, track


def test_a_journeys_hits_are_seen_where_they_happened() -> None:
    """Every hit of the demo store's own pixels ends in the sink, in order, beside the step that caused it."""
    with shops() as both:
        programs = starter_programs(both.environ, Selection(ids=("buy-a-snowboard",)))
        program = next(each for each in programs if each.target == "ridge/buy-a-snowboard@desktop/us")

        async def visit() -> Tracked:
            async with BrowserHost() as host:
                environment = Environment(store=program.store, outside=both.environ)
                return await track(program, host=host, environment=environment)

        seen = asyncio.run(visit())
    assert seen.attempt.status == "PASS", seen.attempt
    assert [each.number for each in seen.hits] == list(range(1, len(seen.hits) + 1))
    events = {}
    for each in seen.at("google-analytics.com/g/collect"):
        for event in vendors_for(program.store).decode(each).events:
            events.setdefault(event.name, seen.attempt.steps[each.step].verb)
        assert (each.fate, each.status) == ("swallowed", 204)
    assert events["view_item"] == "open_product"
    assert events["add_to_cart"] == "add_to_cart"
    assert events["begin_checkout"] in {"start_checkout", "fill_contact"}  # the page sends it when it is idle
    assert len(seen.at("www.facebook.com/tr/")) >= 3
    assert all(0 <= each.at_ms <= seen.attempt.duration_ms for each in seen.hits)
    assert seen.visit is not None
    assert [each.title for each in seen.visit.steps] == [each.title for each in seen.attempt.steps]
