"""What an agent knew, against what its receivers heard: nothing here asks the part of the engine that decides.

The truth is the runs in the database, held against the shop's own journal. A trouble is named by its check and the
millisecond of the first failing run, which is what the first ten letters of the engine's name for it say.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean, median
from typing import Any

from nano_sre.store import Store
from nano_sre.store.alert_models import DeliveryRow
from nano_sre.store.plain import from_iso
from support.flipping import Answer, Shop

Trouble = tuple[str, int]
"""A check, and when it began to fail in milliseconds since 1970."""

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BEGINS, ENDS = {"fired", "was_down"}, {"resolved", "was_down"}
DYING = timedelta(seconds=1)  # a request that is on its way when its sender dies is taken all the same
DEAF = timedelta(seconds=2)  # the longest that an agent may live without hearing an answer that is there
SLACK = timedelta(seconds=5)  # between an answer of the shop and the end of the run that asked


@dataclass
class Heard:
    """What one receiver took of one trouble."""

    begins: int = 0
    ends: int = 0
    out_of_order: bool = False
    afterwards: bool = False  # told of it only when it was over


@dataclass
class Judgement:
    """How it went.

    `duplicates` are by receiver: messages that the webhook took twice, and troubles that PagerDuty paged twice.
    `unmarked` are those of the webhook that did not even have the same key. Each message that the webhook took twice
    has a cause: the answer to the first was `lost` on its way, which nobody can help; or the agent was killed meanwhile,
    `cut` says how many milliseconds after it was taken; else it is `unexplained`, which is a mistake of ours. `windows`
    are the milliseconds from the webhook's yes to the agent's receipt.
    """

    expected: int = 0
    runs: int = 0
    untrue: list[str] = field(default_factory=list)
    never_began: list[str] = field(default_factory=list)
    never_ended: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    duplicates: Counter[str] = field(default_factory=Counter)
    unmarked: list[str] = field(default_factory=list)
    lost_answers: int = 0
    cut: list[float] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    windows: list[float] = field(default_factory=list)
    afterwards: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    inconclusive: int = 0

    @property
    def lost(self) -> int:
        return len(self.never_began) + len(self.never_ended)

    @property
    def holds(self) -> bool:
        """Whether all is as promised. What the webhook hears twice it can tell by the key: how often is measured."""
        wrong = self.lost or self.untrue or self.invented or self.disorder or self.unexplained
        return bool(self.expected) and not (wrong or self.unmarked or self.duplicates["pagerduty"])

    def lines(self) -> list[str]:
        """What there is to say, the worst first."""
        worst = ("untrue", "never_began", "never_ended", "invented", "disorder", "unmarked", "unexplained")
        said = [f"{name.replace('_', ' ')}: {each}" for name in worst for each in getattr(self, name)[:5]]
        refused = sum(count for what, count in self.requests.items() if what != "taken")
        repeats = [
            f"{name}: {self.duplicates[name]} told twice ({self.duplicates[name] / max(1, self.expected):.2%}), "
            f"{len(self.unmarked) if name == 'webhook' else 0} after its key, "
            f"{self.afterwards[name]} told when it was over"
            for name in ("webhook", "pagerduty")
        ]
        wrong = f"lost firing {len(self.never_began)}, lost recovery {len(self.never_ended)}"
        return [
            *said,
            f"{self.runs} runs recorded, {self.inconclusive} without a verdict, {len(self.untrue)} untrue",
            f"{self.expected} messages each was to get; {self.requests.total()} requests, {refused} refused: "
            + ", ".join(
                f"{count} {what}" for what, count in sorted(self.requests.items()) if what != "taken"
            ),
            f"{wrong}, invented {len(self.invented)}, out of order {len(self.disorder)}",
            *repeats,
            *self._why_twice(),
        ]

    def _why_twice(self) -> list[str]:
        said = []
        if self.duplicates["webhook"]:
            after = ", ".join(f"{each:.1f} ms" for each in sorted(self.cut))
            said = [
                f"of what was told twice: {self.lost_answers} answers lost, {len(self.unexplained)} unexplained, "
                f"{len(self.cut)} killed meanwhile" + (f" (after {after})" if after else "")
            ]
        if self.windows:
            ms = sorted(self.windows)
            ninth, last = ms[int(len(ms) * 0.9)], ms[-1]
            said.append(
                f"from yes to receipt: mean {mean(ms):.1f} ms, median {median(ms):.1f}, one in ten {ninth:.1f}, worst {last:.1f}"
            )
        return said

    def __add__(self, other: Judgement) -> Judgement:
        """Both together."""
        return Judgement(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def compared(store: Store, shop: Shop, heard: Path, *, kills: Sequence[datetime]) -> Judgement:
    """Hold what was recorded against the shop's journal, and what was heard against what was recorded.

    `kills` are when agents were killed.
    """
    judged = Judgement()
    rows = sorted(store.history(limit=10_000_000), key=lambda row: row.id)
    judged.runs = len(rows)
    judged.inconclusive = sum(row.inconclusive is not None for row in rows)
    judged.untrue = _untrue(rows, shop.answers())
    troubles = _troubles(rows)
    judged.expected = sum(2 if over else 1 for over in troubles.values())
    ledger = [json.loads(line) for line in heard.read_text("utf-8").splitlines()] if heard.exists() else []
    judged.requests.update(each["failed"] or "taken" for each in ledger)
    taken: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in ledger:
        if each["failed"] is None:
            taken[each["service"]].append(each["body"])
    _compare("webhook", troubles, _webhook(taken["webhook"], judged), judged)
    _explain(
        [each for each in ledger if each["service"] == "webhook" and each["failed"] is None], kills, judged
    )
    judged.windows = _windows(ledger, store)
    late = store.read(_told_when_over)
    _compare("pagerduty", troubles, _pagerduty(taken["pagerduty"], late, judged), judged)
    return judged


def _told_when_over(db: Any) -> set[str]:
    """The threads that were over before anybody could hear of them: PagerDuty gets no more than their end."""
    rows = DeliveryRow.select(DeliveryRow.thread).where(DeliveryRow.kind == "was_down")
    return {thread for (thread,) in rows.tuples().execute(db)}


# What the agent knew


def _untrue(rows: list[Any], answers: list[Answer]) -> list[str]:
    """Runs that say what the shop never answered, or what it did at another time. Each answer is one run's."""
    said: dict[tuple[str, bool], list[Answer]] = defaultdict(list)
    for each in answers:
        said[each.check, each.broken > 0].append(each)
    found = []
    for row in rows:
        if row.inconclusive is not None:
            continue
        mine = said[row.check_id, row.status == "FAIL"]
        first = bisect_left(mine, row.timestamp - SLACK, key=lambda each: each.at)
        last = bisect_right(mine, row.timestamp + SLACK, key=lambda each: each.at)
        numbers = {int(n) for n in re.findall(r"\d+", row.summary)}
        fits = [i for i in range(first, last) if not mine[i].broken or mine[i].broken in numbers]
        if fits:
            del mine[min(fits, key=lambda i: abs(mine[i].at - row.timestamp))]
        else:
            found.append(f"{row.target} {row.status} at {row.timestamp.isoformat()}: {row.summary}")
    return found


def _troubles(rows: list[Any]) -> dict[Trouble, bool]:
    """Every trouble that the runs show, and whether it ended. A run that is not newer than the last changes nothing."""
    found: dict[Trouble, bool] = {}
    failing: dict[str, Trouble] = {}
    judged: dict[str, datetime] = {}
    for row in rows:
        if row.inconclusive is not None or row.timestamp <= judged.get(row.target, row.timestamp - SLACK):
            continue
        judged[row.target] = row.timestamp
        if row.status == "FAIL" and row.target not in failing:
            failing[row.target] = row.check_id, _milliseconds(row.timestamp)
            found[failing[row.target]] = False
        elif row.status == "PASS" and row.target in failing:
            found[failing.pop(row.target)] = True
    return found


def _milliseconds(when: datetime) -> int:
    return int(when.timestamp() * 1000)


# What was heard


def _moment(episode: str) -> int:
    """The milliseconds in the name of a trouble."""
    number = 0
    for letter in episode[:10]:
        number = number * 32 + LETTERS.index(letter)
    return number


def _webhook(bodies: list[dict[str, Any]], judged: Judgement) -> dict[Trouble, Heard]:
    """Each message says what it is about. The same key again is a duplicate; the same said under another is worse."""
    known: dict[Trouble, Heard] = defaultdict(Heard)
    keys = {body["key"]: body for body in bodies}
    judged.duplicates["webhook"] = len(bodies) - len(keys)
    for body in keys.values():
        for item in body["items"]:
            one = known[item["check_id"], _moment(item["episode"])]
            one.begins += body["kind"] in BEGINS
            one.ends += body["kind"] in ENDS
            one.afterwards |= body["kind"] == "was_down"
            one.out_of_order |= not one.begins
    judged.unmarked = [
        f"the webhook heard of {check} at {moment} under several keys"
        for (check, moment), one in known.items()
        if one.begins > 1 or one.ends > 1
    ]
    return known


def _explain(taken: list[dict[str, Any]], kills: Sequence[datetime], judged: Judgement) -> None:
    """Why the webhook took messages twice."""
    before: dict[str, dict[str, Any]] = {}
    for each in taken:
        key = each["body"]["key"]
        first, before[key] = before.get(key), each
        if first is None:
            continue
        at, again = (datetime.fromisoformat(one["at"]) for one in (first, each))
        killed = [kill for kill in kills if at - DYING <= kill <= min(again, at + DEAF)]
        if first["lost"]:
            judged.lost_answers += 1
        elif killed:
            judged.cut.append((killed[0] - at).total_seconds() * 1000)
        else:
            judged.unexplained.append(f"{key}, at {at.isoformat()} and at {again.isoformat()}")


def _windows(ledger: list[dict[str, Any]], store: Store) -> list[float]:
    """How long it took the agent to hear what the webhook took, in milliseconds."""
    heard = {
        each["body"]["key"]: datetime.fromisoformat(each["at"])
        for each in ledger
        if each["service"] == "webhook" and each["failed"] is None
    }
    query = DeliveryRow.select(DeliveryRow.key, DeliveryRow.done_at).where(
        DeliveryRow.alerter == "desk", DeliveryRow.state == "sent"
    )
    rows = store.read(lambda db: list(query.tuples().execute(db)))
    return [(from_iso(done) - heard[key]).total_seconds() * 1000 for key, done in rows if key in heard]


def _pagerduty(bodies: list[dict[str, Any]], late: set[str], judged: Judgement) -> dict[Trouble, Heard]:
    """As the service does: a key that is open is not paged again, and one that is not cannot be resolved."""
    known: dict[Trouble, Heard] = defaultdict(Heard)
    paging: set[str] = set()
    for body in bodies:
        key = body["dedup_key"]
        group, _, episode = key.rpartition("/")
        one = known[group, _moment(episode)]
        if body["event_action"] == "trigger":
            one.out_of_order |= bool(one.ends)
            one.begins += key not in paging
            paging.add(key)
        else:
            one.afterwards |= not one.begins and key in late
            one.ends += 1
            paging.discard(key)
    judged.duplicates["pagerduty"] = sum(max(0, one.begins - 1) for one in known.values())
    judged.never_ended += [f"PagerDuty still pages {key}" for key in sorted(paging)]
    return known


def _compare(
    name: str, troubles: dict[Trouble, bool], known: dict[Trouble, Heard], judged: Judgement
) -> None:
    judged.afterwards[name] = sum(one.afterwards for one in known.values())
    for trouble, over in troubles.items():
        one = known.get(trouble, Heard())
        said = f"{name} of {trouble[0]} at {trouble[1]}"
        if not (one.begins or one.afterwards):
            judged.never_began.append(said)
        if over and not one.ends:
            judged.never_ended.append(said)
        if one.out_of_order:
            judged.disorder.append(said)
    judged.invented += [f"{name} of {each[0]} at {each[1]}" for each in known if each not in troubles]
