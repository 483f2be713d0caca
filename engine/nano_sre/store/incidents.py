"""Incidents: what a decision changes, written down together with the result that it was made on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nano_sre.core.diagnosis import Diagnosis
from nano_sre.core.incident import MONITOR, AlertState, Notice, Observation
from nano_sre.core.result import SkillResult, TargetResult
from nano_sre.store import runs
from nano_sre.store.alert_models import IncidentEventRow
from nano_sre.store.alert_states import locked_state, observed, owner_of, save_state, states
from nano_sre.store.incident_facts import Beside, error_context, item, lasted, title
from nano_sre.store.models import Check, CheckRun, Incident, LastStatus
from nano_sre.store.outbox import enqueue
from nano_sre.store.plain import clean, dumps, iso, loads, plain

Decision = tuple[AlertState, tuple[Notice, ...]]
BLIND = ("no_data", "data_back")
BLIND_SEVERITY = "P2"
WARNING_SEVERITY = "P3"
NO_VERDICT = "no-verdict"
"""The cause of what the monitor cannot judge: one trouble of its own is one message, however many targets it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One result, or the lack of one, and what was decided."""

    result: TargetResult
    beside: Beside
    before: AlertState
    after: AlertState
    now: datetime
    diagnosis: Diagnosis | None = None


def apply(
    db: Any,
    result: TargetResult,
    *,
    decide: Callable[[AlertState, Observation], Decision],
    now: datetime,
    diagnosis: Diagnosis | None = None,
    beside: Beside | None = None,
) -> tuple[Notice, ...]:
    """Carry out what a result leads to, inside the caller's transaction: the one that records the result.

    Target's state, incident, timeline and outbox change together; `decide` is `incidents.machine.decide` with its
    policy. Gives the notices that were put into the outbox.
    """
    beside = beside or Beside()
    state = locked_state(db, result.target, check_id=result.check_id)
    after, notices = decide(state, observed(db, result, others=beside.others))
    case = _Case(result=result, beside=beside, before=state, after=after, now=now, diagnosis=diagnosis)
    return _carry_out(db, case, notices)


def silent(db: Any, decide: Callable[[AlertState], Decision]) -> list[str]:
    """The targets of which time alone makes something true: for a reader, so that the writer need not look at all.

    `decide` is `incidents.machine.pass_time` with its policy; it is asked about every target that is known.
    """
    return [target for target, state in states(db).items() if decide(state)[0] != state]


def blind(db: Any) -> list[str]:
    """The targets that are known to be without a verdict."""
    return [target for target, state in states(db).items() if state.no_data]


def let_time_pass(
    db: Any,
    decide: Callable[[AlertState], Decision],
    *,
    now: datetime,
    targets: Iterable[str] | None = None,
) -> tuple[Notice, ...]:
    """Write down what becomes true because no result came, inside the caller's transaction.

    Of these targets, which `silent` found (a hundred in one transaction are soon done), or of all. Gives the notices
    that were put into the outbox.
    """
    chosen = sorted(silent(db, decide) if targets is None else targets)
    return tuple(notice for target in chosen for notice in _miss(db, target, decide, now=now))


def _miss(
    db: Any, target: str, decide: Callable[[AlertState], Decision], *, now: datetime
) -> tuple[Notice, ...]:
    check_id = owner_of(db, target)
    state = locked_state(db, target, check_id=check_id)
    after, notices = decide(state)
    result, run_id = last_result(db, target, check_id=check_id)
    case = _Case(result=result, beside=Beside(run_id=run_id), before=state, after=after, now=now)
    return _carry_out(db, case, notices)


def _carry_out(db: Any, case: _Case, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    if case.after == case.before:
        return ()
    save_state(db, case.after, check_id=case.result.check_id)
    if not notices:
        _note_change(db, case)
    return tuple(notice for notice in notices if _tell(db, case, notice))


def _tell(db: Any, case: _Case, notice: Notice) -> bool:
    """The incident that a notice is about, its timeline, and the notice itself; False when it was told before."""
    severity = _severity(case, notice)
    incident = incident_of(db, notice.episode)
    if incident is None:
        incident = _open(db, case, notice, severity=severity)
    _CHANGES[notice.kind](db, case, notice, incident)
    row = Incident.select(Incident.severity, Incident.cause).where(Incident.id == incident)
    severity, cause = next(iter(row.tuples().execute(db)))
    about = item(case.result, notice, case.beside, severity=severity, incident=incident)
    causes = _causes(db, incident)
    return enqueue(
        db,
        notice,
        incident_id=incident,
        check_id=case.result.check_id,
        store_id=case.result.store_id,
        severity=severity,
        cause=cause,
        payload={"item": about, "causes": causes},
    )


def _severity(case: _Case, notice: Notice) -> str:
    if notice.kind in BLIND:
        return max(BLIND_SEVERITY, case.result.severity)
    return WARNING_SEVERITY if case.after.warned else case.result.severity


def _causes(db: Any, incident: int) -> list[Any]:
    details = loads(Incident.select(Incident.details).where(Incident.id == incident).scalar(db))
    diagnosis = details.get("diagnosis") if isinstance(details, dict) else None
    return list(diagnosis.get("causes", ())) if isinstance(diagnosis, dict) else []


# Opening


def incident_of(db: Any, episode: str) -> int | None:
    """The row of an episode's incident."""
    found = Incident.select(Incident.id).where(Incident.episode == episode).scalar(db)
    return None if found is None else int(found)


def _open(db: Any, case: _Case, notice: Notice, *, severity: str) -> int:
    result, blind = case.result, notice.kind in BLIND
    cause = case.diagnosis.cause if case.diagnosis and not blind else None
    about = item(result, notice, case.beside, severity=severity, incident=None)
    details: dict[str, Any] = {"item": about}
    if blind:
        details["no_verdict"] = True
    elif case.diagnosis is not None:
        details["diagnosis"] = case.diagnosis
    row = Incident.insert(
        created_at=iso(notice.at),
        store_url=clean(result.store_url),
        skill_name=clean(result.kind),
        severity=severity,
        title=clean(f"{result.name}: there is no verdict any more" if blind else title(result)),
        details=dumps(plain(details)),
        status="open",
        error_context=dumps(error_context(db, result, case.beside)),
        check_id=result.check_id,
        target=result.target,
        episode=notice.episode,
        state="firing",
        cause=NO_VERDICT if blind else cause.id if cause else None,
        run_id=case.beside.run_id,
    ).returning(Incident.id)
    incident = int(next(iter(row.tuples().execute(db)))[0])
    if notice.since is not None and not blind:
        add_event(db, incident, at=notice.since, what="failed", text="The first failure.")
    return incident


# What a notice changes


def _fired(db: Any, case: _Case, notice: Notice, incident: int) -> None:
    summary = case.result.result.summary
    if notice.number > 1:
        Incident.update(severity=case.result.severity, title=clean(title(case.result)), state="firing").where(
            Incident.id == incident
        ).execute(db)
        return add_event(db, incident, at=notice.at, what="fired", text=f"It got worse: {summary}")
    often = f"It failed {notice.failures} times in a row" if notice.failures > 1 else "It failed"
    return add_event(db, incident, at=notice.at, what="fired", text=f"{often}: {summary}")


def _flapping(db: Any, _case: _Case, notice: Notice, incident: int) -> None:
    Incident.update(flapping=True, state="firing").where(Incident.id == incident).execute(db)
    text = "It keeps changing between failing and passing; nothing more is told until it is stable."
    add_event(db, incident, at=notice.at, what="flapping", text=text)


def _calm(db: Any, _case: _Case, notice: Notice, incident: int) -> None:
    Incident.update(flapping=False, state="firing").where(Incident.id == incident).execute(db)
    if notice.until is None:
        return add_event(db, incident, at=notice.at, what="calm", text="It is stable now, and still fails.")
    add_event(db, incident, at=notice.at, what="calm", text="It is stable now.")
    return _resolved(db, _case, notice, incident)


def _resolved(db: Any, _case: _Case, notice: Notice, incident: int) -> None:
    said = f"It passes again{lasted(notice.since, notice.until or notice.at)}."
    close(db, incident, at=notice.at, why=said)


def _no_data(db: Any, case: _Case, notice: Notice, incident: int) -> None:
    why = case.result.inconclusive
    since = f" since {notice.since:%Y-%m-%d %H:%M} UTC" if notice.since else ""
    text = f"There has been no verdict{since}" + (f": {why}" if why else ": no result came.")
    add_event(db, incident, at=notice.at, what="no_data", text=text)


def _data_back(db: Any, _case: _Case, notice: Notice, incident: int) -> None:
    said = f"There is a verdict again{lasted(notice.since, notice.until or notice.at)}."
    close(db, incident, at=notice.at, why=said)


_CHANGES: Mapping[str, Callable[[Any, _Case, Notice, int], None]] = {
    "fired": _fired,
    "resolved": _resolved,
    "flapping": _flapping,
    "calm": _calm,
    "no_data": _no_data,
    "data_back": _data_back,
}


def _note_change(db: Any, case: _Case) -> None:
    """What nobody is told of and the timeline knows all the same: it began to recover, or failed again."""
    was, now = case.before.phase, case.after.phase
    incident = incident_of(db, case.after.episode) if case.after.episode else None
    if incident is None:
        return
    if case.diagnosis is not None and now == "firing":
        _learn_cause(db, incident, case)
    if was == now or case.after.flapping:
        return
    Incident.update(state=now).where(Incident.id == incident).execute(db)
    if now == "recovering":
        add_event(db, incident, at=case.now, what="passed", text="It passed; that has to last.")
    else:
        add_event(db, incident, at=case.now, what="failed", text=f"Again: {case.result.result.summary}")


def _learn_cause(db: Any, incident: int, case: _Case) -> None:
    """A cause that is found later counts when none was known; a known one is not exchanged under people's eyes."""
    cause = case.diagnosis.cause if case.diagnosis else None
    row = Incident.select(Incident.cause, Incident.details).where(Incident.id == incident)
    known, text = next(iter(row.tuples().execute(db)))
    if cause is None or known is not None:
        return
    details = loads(text)
    details = details if isinstance(details, dict) else {"details": details}
    Incident.update(cause=cause.id, details=dumps({**details, "diagnosis": plain(case.diagnosis)})).where(
        Incident.id == incident
    ).execute(db)
    add_event(db, incident, at=case.now, what="note", text=f"The likely cause: {cause.title}")


# What everything about incidents is made of


def add_event(
    db: Any,
    incident: int,
    *,
    at: datetime,
    what: str,
    text: str,
    who: str = MONITOR,
    details: Mapping[str, Any] | None = None,
) -> None:
    """A line of an incident's timeline."""
    IncidentEventRow.insert(
        incident_id=incident,
        at=iso(at),
        what=what,
        text=clean(text),
        who=clean(who),
        details=dumps(plain(details or {})),
    ).execute(db)


def close(db: Any, incident: int, *, at: datetime, why: str, who: str = MONITOR) -> None:
    """Resolve an incident: the owner's `status`, our `state`, the reason and the timeline."""
    details = loads(Incident.select(Incident.details).where(Incident.id == incident).scalar(db))
    details = details if isinstance(details, dict) else {"details": details}
    Incident.update(
        status="resolved",
        state="resolved",
        flapping=False,
        resolved_at=iso(at),
        details=dumps({**details, "resolution": clean(why)}),
    ).where(Incident.id == incident).execute(db)
    add_event(db, incident, at=at, what="resolved", text=why, who=who)


def last_result(db: Any, target: str, *, check_id: str) -> tuple[TargetResult, str | None]:
    """What is known of a target without a new result: its last one, or else its name; and that run's id."""
    rows = (
        CheckRun.select()
        .join(LastStatus, on=LastStatus.check_run_id == CheckRun.id)
        .where(LastStatus.target == target)
    )
    found = next(iter(rows.dicts().execute(db)), None)
    if found is not None:
        row = runs.run_row(found)
        return row.to_result(), row.run_id
    known = Check.select(Check.kind, Check.name).where(Check.space == "check", Check.check_id == check_id)
    kind, name = next(iter(known.tuples().execute(db)), ("", check_id))
    made = TargetResult(
        result=SkillResult(kind, "WARN", "It has not run yet."),
        target=target,
        check_id=check_id,
        kind=kind,
        name=name,
        store_id=target.partition("/")[0],
        store_url="",
    )
    return made, None
