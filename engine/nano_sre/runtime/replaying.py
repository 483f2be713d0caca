"""Recorded visits judged again: programs chosen for a recording, and the report of what they say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from nano_sre.core.fields import Slug
from nano_sre.core.program import JourneyParts, Program, StoreFacts, WatchCall, WatchParts
from nano_sre.core.result import Attempt, RunReport, utc_now
from nano_sre.kinds._shared.tracking import Vendors, vendors_for
from nano_sre.kinds._shared.tracking.listening import TrackingWatcher
from nano_sre.kinds._shared.tracking.recording import Recording
from nano_sre.kinds._shared.tracking.replay import replayed
from nano_sre.kinds._shared.tracking.seen import Seen
from nano_sre.kinds._shared.tracking.wanted import Plan
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.verdict import Tries, target_result
from nano_sre.runtime.watch_round import unfinished, why_unwatched


def programs_of(recording: Recording, programs: Sequence[Program], checks: Sequence[str]) -> list[Program]:
    """Of these checks, the targets that the recorded visit was made for."""
    store = recording.seen.store
    return [
        each
        for each in programs
        if each.check_id in checks
        and each.kind == "pixels"
        and (each.store.id, each.store.market_id) == (store.id, store.market_id)
        and recording.device in ("", each.device_id)
    ]


def usual_program(seen: Seen) -> Program:
    """A check for a visit that has none: the vendors that were heard of, and the usual faults."""
    store = seen.store
    facts = StoreFacts(
        id=Slug(store.id),
        name=store.host or store.id,
        url=f"https://{store.host}",
        market_id=store.market_id,
        market=store.market,
    )
    vendors = vendors_for(facts)
    names = dict.fromkeys(vendor for hit in seen.hits if (vendor := vendors.decode(hit).vendor) is not None)
    plan = Plan(vendors=dict.fromkeys(names, ()))
    call = WatchCall(word="pixels", watcher=TrackingWatcher(plan=plan))
    return Program(
        target=f"{store.id}/recording",
        check_id="recording",
        kind="pixels",
        name="What was recorded",
        severity="P2",
        parts=JourneyParts(steps=()),
        store=facts,
        watch=WatchParts(calls=(call,)),
    )


def replay(
    programs: Sequence[Program], seen: Seen, *, sources: Mapping[str, str], version: str = ""
) -> RunReport:
    """What each program says of the visit, as a run would report it."""
    started = utc_now()
    options = RunOptions(run_id=f"replay-{uuid4().hex[:8]}", tool_version=version)
    results = tuple(
        target_result(
            each,
            Tries(attempts=(_attempt(each, seen, vendors_for(each.store)),), store_url=str(each.store.url)),
            shared=None,
            options=options,
        )
        for each in programs
    )
    return RunReport(
        run_id=options.run_id,
        started=started,
        finished=utc_now(),
        results=results,
        tool_version=version,
        sources=sources,
    )


def _attempt(program: Program, seen: Seen, vendors: Vendors) -> Attempt:
    assert program.watch is not None
    (call,) = program.watch.calls
    report = replayed(call.watcher.plan, seen, vendors=vendors, span=call.span)
    stopped = next((step for step in seen.steps if step.state == "failed"), None)
    made = Attempt(
        number=1,
        status=report.status,
        steps=seen.steps,
        inconclusive=report.inconclusive if report.status != "FAIL" else None,
        duration_ms=max((step.started_ms + step.duration_ms for step in seen.steps), default=0),
        watched=(report,),
        note="Judged from a recording; nothing was visited.",
    )
    if stopped is None:
        return made
    why = why_unwatched(program, stopped)
    return replace(made, status="WARN", inconclusive=why, watched=(unfinished(report),))


def vendors_of(program: Program | None) -> Vendors:
    """The vendors that a program knows; the built-in ones without one."""
    return vendors_for(None if program is None else program.store)
