"""Evidence for a diagnosis, from a result and what the store remembers of it and of its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from nano_sre.core.diagnosis import Evidence, Neighbour
from nano_sre.core.result import TargetResult
from nano_sre.diagnosis.seen import LONGEST_PAGE, telling

MOST_NEIGHBOURS = 200


def evidence_of(
    result: TargetResult,
    *,
    now: datetime,
    standing: Iterable[TargetResult] = (),
    passed: TargetResult | None = None,
    read: Callable[[str], bytes | None] = lambda _path: None,
) -> Evidence:
    """All there is to know about a result.

    `standing` is how the targets of the same store stand now, `passed` the last result of this target that passed,
    `read` gives the bytes of an artefact by its path (None for what is not there).
    """
    others = [each for each in standing if each.target != result.target and each.store_id == result.store_id]
    return Evidence(
        result=result,
        now=now,
        neighbours=tuple(neighbour(each) for each in others[:MOST_NEIGHBOURS]),
        last_pass=passed.result.timestamp if passed else None,
        before=_facts(passed) if passed else None,
        since_then=_changes(result, passed) if passed else None,
        page=_page(result, read),
    )


def neighbour(result: TargetResult) -> Neighbour:
    """How a target stands, in the few words that matter to another one."""
    finding = next(iter(telling(result.findings)), None)
    steps = result.attempts[-1].steps if result.attempts else ()
    return Neighbour(
        target=result.target,
        check_id=result.check_id,
        kind=result.kind,
        status=result.status,
        inconclusive=result.inconclusive,
        summary=finding.summary if finding else result.result.summary,
        failing_verb=next((step.verb for step in steps if step.state == "failed"), None),
        code=finding.code if finding else None,
    )


def _facts(result: TargetResult) -> Mapping[str, str]:
    """What is known of the store as a result met it."""
    last = result.attempts[-1] if result.attempts else None
    known = {
        "theme": last.theme if last else None,
        "check": None if result.revision is None else str(result.revision),
        "store": result.store_url,
    }
    return {name: value for name, value in known.items() if value}


def _changes(result: TargetResult, passed: TargetResult) -> Mapping[str, str]:
    before, after = _facts(passed), _facts(result)
    words = {
        "theme": "the theme was {0} when it passed, and is {1} now",
        "check": "the check was revision {0} when it passed, and is {1} now",
        "store": "the store's address was {0} when it passed, and is {1} now",
    }
    return {
        name: words[name].format(before[name], after[name])
        for name in words
        if name in before and name in after and before[name] != after[name]
    }


def _page(result: TargetResult, read: Callable[[str], bytes | None]) -> str:
    """The page as it was when the check failed; nothing where no such file was kept."""
    artifacts = (each for attempt in reversed(result.attempts) for each in attempt.artifacts)
    path = next((each.path for each in artifacts if each.kind == "snapshot"), None)
    data = read(path) if path else None
    return data[: LONGEST_PAGE * 4].decode("utf-8", errors="replace")[:LONGEST_PAGE] if data else ""
