"""`nano-sre baseline`: what is usual, and what people decide about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nano_sre.cli.common import Exit, Stop, print_json

if TYPE_CHECKING:
    from nano_sre.core.usual import Usual
    from nano_sre.store.baselines import BaselineChange, BaselineRow

SPEED, HOSTS = ".slower_than_usual", ".requests"
TRIES = 3  # a run may write at the same moment

Targets = Annotated[
    list[str],
    typer.Argument(
        help="Targets such as hydrogen/page-quality@desktop/us, ids of checks, or globs of either."
    ),
]
Page = Annotated[str | None, typer.Option(help="Only pages like this, such as '/products/*'.")]
Metric = Annotated[str | None, typer.Option(help="Only this one: LCP, INP or TTFB.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def add_to(app: typer.Typer, verb: str) -> None:
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=HELP)
    for command in (show, accept, reset):
        group.command(command.__name__)(command)
    app.add_typer(group, name=verb)


def app(verb: str) -> typer.Typer:  # noqa: ARG001 - the signature of every verb
    made = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help=HELP)
    for command in (show, accept, reset):
        made.command(command.__name__)(command)
    return made


HELP = """Show what is usual for each page, accept what became slower, or learn anew.

Example: nano-sre baseline show
"""


def show(
    targets: Annotated[
        list[str] | None, typer.Argument(help="Targets, ids of checks, or globs of either; all by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what was learned: how fast pages usually are, and the third parties that are known.

    Example: nano-sre baseline show page-quality
    """
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    with open_store(get_settings()) as store:
        rows = _chosen(store.baselines(), targets or [])
    if as_json:
        return print_json("baselines", {"baselines": [_document(row) for row in rows]})
    if not rows:
        print(
            "Nothing was learned yet. “slower_than_usual: warn” in a page check learns from each “nano-sre run”."
        )
    for target in dict.fromkeys(row.target for row in rows):
        _print_target(target, [row for row in rows if row.target == target])
    return None


def accept(
    targets: Targets,
    because: Annotated[str, typer.Option(help="Why it is to stay like this; kept with your name.")],
    page: Page = None,
    metric: Metric = None,
    as_json: AsJson = False,
) -> None:
    """Take what became slower as usual from now on. What is as usual, or only suspicious so far, stays as it is.

    Example: nano-sre baseline accept page-quality --because "the new video stays"
    """
    from nano_sre.applying import who
    from nano_sre.config.settings import get_settings
    from nano_sre.core.result import utc_now
    from nano_sre.core.usual import accepted
    from nano_sre.core.visible import clean
    from nano_sre.store.baselines import BaselineChange

    if not because.strip():
        raise Stop(Exit.USAGE, "“--because” says nothing", hint='for example --because "the new video stays"')
    person, now = who(get_settings()), utc_now()
    words = f"{person} on {now:%Y-%m-%d}: {because.strip()}"

    def wanted(rows: Iterable[BaselineRow]) -> list[BaselineChange]:
        slow = [row for row in _speeds(rows, page, metric) if _usual(row).state in ("jump", "trend")]
        return [
            BaselineChange(row=row, values=accepted(_usual(row), now, words=words).as_json()) for row in slow
        ]

    before = _decided(targets, wanted, who=person, action="baseline accept", because=because.strip())
    if as_json:
        return print_json("baselines", {"accepted": [_document(row) for row in before]})
    for row in before:
        usual = _usual(row)
        name = f"{clean(row.target)}  {clean(row.metric)}"
        print(f"{name}: {_ms(usual.now)} is usual from now on; it was {_ms(usual.before)}")
    if not before:
        print("Nothing to accept: nothing of that is slower than usual.")
    return None


def reset(
    targets: Targets,
    page: Page = None,
    metric: Metric = None,
    third_parties: Annotated[
        bool, typer.Option("--third-parties", help="The known third parties, in place of the speeds.")
    ] = False,
    because: Annotated[str | None, typer.Option(help="Why; kept with your name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forget what was learned: the next runs learn it anew, without a verdict until they have.

    Example: nano-sre baseline reset 'hydrogen/*' --page '/products/*' --because "new theme"
    """
    from nano_sre.applying import who
    from nano_sre.config.settings import get_settings
    from nano_sre.core.visible import clean
    from nano_sre.store.baselines import BaselineChange

    def wanted(rows: Iterable[BaselineRow]) -> list[BaselineChange]:
        hosts = [row for row in rows if row.skill_name.endswith(HOSTS)]
        gone = hosts if third_parties else _speeds(rows, page, metric)
        return [BaselineChange(row=row) for row in gone]

    done = _decided(targets, wanted, who=who(get_settings()), action="baseline reset", because=because)
    if as_json:
        return print_json("baselines", {"forgotten": [_document(row) for row in done]})
    for row in done:
        print(f"{clean(row.target)}  {clean(row.metric or 'third parties')}: forgotten")
    if not done:
        what = "no third parties" if third_parties else "no speed"
        raise Stop(Exit.NOTHING, f"{what} of that was learned", hint="nano-sre baseline show lists what was")
    return None


def _decided(
    targets: Sequence[str],
    wanted: Callable[[list[BaselineRow]], list[BaselineChange]],
    *,
    who: str,
    action: str,
    because: str | None,
) -> list[BaselineRow]:
    """Carry out decisions; one whose baseline a run has just changed is made again. The rows as they were."""
    from nano_sre.config.settings import get_settings
    from nano_sre.service import open_store

    done: list[BaselineRow] = []
    with open_store(get_settings()) as store:
        for _ in range(TRIES):
            settled = [row.key for row in done]
            changes = [c for c in wanted(_chosen(store.baselines(), targets)) if c.row.key not in settled]
            if not changes:
                return done
            done += store.decide_baselines(changes, who=who, action=action, because=because)
            if len(done) == len(settled) + len(changes):
                return done
    raise Stop(Exit.MONITOR, "runs kept changing these baselines", hint="say it again in a moment")


def _chosen(rows: Sequence[BaselineRow], wishes: Sequence[str]) -> list[BaselineRow]:
    """The rows that the wishes name. Stops with 9 at one that names nothing."""
    for wish in wishes:
        if not any(_named(row, wish) for row in rows):
            from nano_sre.spec.suggest import did_you_mean

            known = {name for row in rows for name in (row.target, _check_of(row)) if name}
            hint = did_you_mean(wish, known)[1] or "nano-sre baseline show lists what was learned"
            raise Stop(Exit.NOTHING, f"nothing was learned of “{wish}”", hint=hint)
    return [row for row in rows if not wishes or any(_named(row, wish) for wish in wishes)]


def _named(row: BaselineRow, wish: str) -> bool:
    return any(fnmatchcase(name, wish) for name in (row.target, _check_of(row)) if name)


def _check_of(row: BaselineRow) -> str:
    """The id of the check; a skill without a target goes by its own name."""
    return row.target.partition("/")[2].partition("@")[0] or row.skill_name


def _speeds(rows: Iterable[BaselineRow], page: str | None, metric: str | None) -> list[BaselineRow]:
    found = []
    for row in rows:
        name, _, path = row.metric.partition(" ")
        fits = fnmatchcase(path, page or "*") and name.casefold() == (metric or name).casefold()
        if row.skill_name.endswith(SPEED) and fits:
            found.append(row)
    return found


def _usual(row: BaselineRow) -> Usual:
    from nano_sre.core.usual import recalled

    return recalled(row.data)


def _print_target(target: str, rows: Sequence[BaselineRow]) -> None:
    from nano_sre.core.visible import clean, shorten

    print(clean(target or "(no target)"))
    addresses = {row.store_url for row in rows}
    table: list[tuple[str, ...]] = [("", "", "usual", "spread", "last", "")]
    lines = []
    for row in rows:
        where = f" ({row.store_url})" if len(addresses) > 1 else ""
        if row.skill_name.endswith(SPEED):
            table.append(tuple(map(clean, _cells(row, where))))
        elif row.skill_name.endswith(HOSTS):
            hosts = row.data.get("third_parties") or []
            lines.append(f"third parties{where}: {', '.join(map(str, hosts)) or 'none'}")
        else:
            said = ", ".join(f"{name} {value}" for name, value in row.data.items())
            lines.append(f"{row.skill_name}{where}: {shorten(said, 200)}")
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table if len(table) > 1 else ():
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        print(f"  {line.rstrip()}")
    for line in lines:
        print(f"  {clean(line)}")


def _cells(row: BaselineRow, where: str) -> tuple[str, ...]:
    usual = _usual(row)
    name, _, path = row.metric.partition(" ")
    spread = f"± {usual.spread * 100:.0f} %"
    return (path + where, name, _ms(usual.centre), spread, _ms(usual.last), _in_words(usual))


def _in_words(usual: Usual) -> str:
    from nano_sre.core.usual import WARM_UP

    if usual.state == "learning":
        return f"learning: {len(usual.window)} of {WARM_UP} runs"
    more = f"{usual.slower * 100:.0f} %"
    words = {
        "jump": f"✗ {more} slower since {_when(usual.begun)} ({usual.streak} visits)",
        "trend": f"✗ slower little by little: {more} more than {_ms(usual.before)}, since {_when(usual.begun)}",
        "suspicious": f"? perhaps slower since {_when(usual.begun)}; nothing is learned meanwhile",
        "fine": "as usual",
    }[usual.state]
    return f"{words}; accepted by {usual.accepted}" if usual.accepted else words


def _ms(number: float) -> str:
    return f"{number:.0f} ms" if number < 1000 else f"{number / 1000:.2f} s"


def _when(text: str) -> str:
    from datetime import datetime

    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return "some time ago"


def _document(row: BaselineRow) -> dict[str, Any]:
    made: dict[str, Any] = {
        "target": row.target,
        "skill": row.skill_name,
        "store_url": row.store_url,
        "updated_at": row.updated_at.isoformat(),
    }
    if not row.skill_name.endswith(SPEED):
        return {**made, "data": dict(row.data)}
    usual = _usual(row)
    metric, _, page = row.metric.partition(" ")
    return {
        **made,
        "page": page,
        "metric": metric,
        "state": usual.state,
        "usual_ms": usual.centre,
        "spread": round(usual.spread, 3),
        "last_ms": usual.last,
        "last_at": usual.last_at,
        "slower": round(usual.slower, 3) if usual.state in ("jump", "trend") else 0,
        "since": usual.begun or None,
        "runs": usual.runs,
        "accepted": usual.accepted or None,
    }
