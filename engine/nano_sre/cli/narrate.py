"""What a check, a fragment or a store is, told in plain English for `explain`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

CONSENTS = {
    "accept": "The cookie banner is accepted.",
    "refuse": "The cookie banner is refused.",
    "leave": "The cookie banner is left alone.",
}
UNITS = {"ms": "millisecond", "s": "second", "m": "minute", "h": "hour", "d": "day"}
REFERENCE = re.compile(r"\$\{\s*([a-z]+)\.([A-Za-z0-9_.-]+)\s*\}")
ROOTS = {
    "inputs": "the given {}",
    "env": "the environment variable {}",
    "secret": "the secret {}",
    "vars": "the store's {}",
}
TIMES = {1: "once", 2: "twice"}


def circumstance_lines(check: Any) -> list[str]:
    """When the check runs, how often it is tried, what it waits for and who looks after it."""
    return ["", *_when(check), *_how(check), *_who(check)]


def spoken_time(length: Any) -> str:
    """`15m` → “15 minutes”."""
    found = re.fullmatch(r"([0-9]+)(ms|s|m|h|d)", str(length))
    if not found:
        return str(length)
    return f"{found[1]} {UNITS[found[2]]}{'' if found[1] == '1' else 's'}"


def spoken(text: object) -> str:
    """Text in which references read as words: what is given, kept secret, or set outside."""
    return REFERENCE.sub(lambda m: ROOTS[m[1]].format(m[2]) if m[1] in ROOTS else m[0], str(text))


def _when(check: Any) -> list[str]:
    if check.every is not None:
        return [f"It is due every {spoken_time(check.every).removeprefix('1 ')}."]
    if check.cron is not None:
        return [f"It is due at “{check.cron}” (minute, hour, day, month, weekday) in the store's time zone."]
    return ["It runs when it is asked for: it has no `every` and no `cron`."]


def _how(check: Any) -> list[str]:
    lines = []
    if check.retries:
        times = TIMES.get(check.retries, f"{check.retries} times")
        lines.append(
            f"A failure is tried again {times} before it counts; an attempt may take {spoken_time(check.timeout)}."
        )
    else:
        lines.append(f"A failure counts at once; an attempt may take {spoken_time(check.timeout)}.")
    if getattr(check, "consent", None) in CONSENTS:
        lines.append(CONSENTS[check.consent])
    if check.depends_on:
        verb = "fails" if len(check.depends_on) == 1 else "fail"
        lines.append(f"While {_and(check.depends_on)} {verb}, its alerts are held back.")
    if check.skip is not None:
        lines.append(f"It leaves out {_and(check.skip.stores)}: {check.skip.because}.")
    return lines


def _who(check: Any) -> list[str]:
    lines = [f"{check.owner} looks after it."] if check.owner else []
    return [*lines, f"What to do when it fails: {check.runbook}"] if check.runbook else lines


def _and(words: Iterable[Any]) -> str:
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last


def step_lines(made: Sequence[Any]) -> list[str]:
    """What the programs of a check do: told once where they do the same, else for each group of targets."""
    from nano_sre.spec.compile import explain

    ways: dict[tuple[str, ...], list[Any]] = {}
    for program in made:
        ways.setdefault(tuple(explain(program)), []).append(program)
    lines: list[str] = []
    for sentences, programs in ways.items():
        if len(ways) > 1:
            stores = dict.fromkeys(program.store.name for program in programs)
            lines += [*([""] if lines else []), f"  On {_and(stores)}:"]
        lines += _numbered(sentences, _fragments(programs[0]))
    return lines


def _numbered(sentences: Sequence[str], fragments: Sequence[str]) -> list[str]:
    """The sentences with numbers; one that begins with spaces belongs to the one above it."""
    lines, number, inside = [], 0, ""
    for index, sentence in enumerate(sentences):
        if sentence.startswith(" "):
            lines.append(f"     {sentence.strip()}")
            continue
        fragment = fragments[index] if index < len(fragments) else ""
        if fragment and fragment != inside:
            lines.append(f"     from the fragment in {fragment}:")
        inside = fragment
        number += 1
        lines.append(f"  {number}. {'  ' if fragment else ''}{sentence}")
    return lines


def _fragments(program: Any) -> list[str]:
    """For each step the file it comes from and the `use` that brought it, where a fragment did."""
    calls = getattr(program.parts, "steps", ())
    return [
        f"{call.span.file} (used at {call.used_at})" if call.used_at and call.span else "" for call in calls
    ]


def fragment_lines(fragment: Any, users: Sequence[str]) -> list[str]:
    """A fragment: what it takes, what it does, who uses it. `fragment` is a loaded document."""
    check = fragment.check
    lines = [f"{check.name} ({check.id}, fragment)  {fragment.document.span()}"]
    if check.inputs:
        lines += ["", "It is given:"]
        lines += [f"  {name}: {_input(each)}" for name, each in check.inputs.items()]
    lines += ["", "It does this:", *_numbered([spoken(call.title) for call in check.steps], [])]
    return [*lines, "", f"It is used by {_and(users)}." if users else "No check uses it."]


def _input(given: Any) -> str:
    said = str(given.description or "no description")
    return (
        f"{said} (“{given.default}” when it is not given)"
        if given.default is not None
        else f"{said} (needed)"
    )


def store_lines(store: Any, checks: Sequence[Any]) -> list[str]:
    """A store: where it is, its markets, and what runs on it. `store` is a loaded document."""
    spec = store.check
    lines = [
        f"{spec.name} ({spec.id}, store)  {store.document.span()}",
        "",
        f"Its address is {spoken(spec.url)}.",
    ]
    lines.append(f"Its time zone is {spec.timezone}.")
    for name, market in spec.markets.items():
        lines.append(f"Its market {name}: prices in {market.currency}, written as in {market.locale}.")
    mine = [f"  {each.id}: {each.check.name}" for each in checks if store.id in [s.id for s in each.stores]]
    return [*lines, "", *(["These checks run on it:", *mine] if mine else ["No check runs on it."])]


def vendor_lines(vendor: Any) -> list[str]:
    """A vendor: where its hits go, what they may mean. `vendor` is a loaded document."""
    spec = vendor.check
    hosts = [*spec.hosts, *spec.shared_hosts, *(["any host, by its shape"] if spec.shape else [])]
    lines = [
        f"{spec.name} ({spec.id}, vendor)  {vendor.document.span()}",
        "",
        f"Its hits go to {_and(hosts)}.",
    ]
    lines += ["Every visit keeps them from it.", ""]
    if not spec.event:
        return [*lines, "They are not read."]
    lines += [f"  {word}: {_and(meaning.events)}" for word, meaning in spec.names.items()]
    lines += [f"  {word} has to hold {_and(facts)}" for word, facts in spec.required.items()]
    return lines


def alerter_lines(loaded: Any) -> list[str]:
    """An alerter of the project: what it is given, and where its messages go. `loaded` is a loaded document."""
    described = loaded.check
    lines = [f"{described.about} ({loaded.id}, alerter)  {loaded.document.span()}", ""]
    lines.append(f"Each message is a POST to {described.post.url}")
    if described.fields:
        lines += ["", "In alerters.yaml it is given:"]
    for name, each in described.fields.items():
        needed = "needed" if each.default is None else f"“{each.default}” when it is not given"
        lines.append(f"  {name}: {each.about} ({needed})")
    return lines


def rules_lines(loaded: Any) -> list[str]:
    """A document of rules: which causes it describes, and to which of ours it adds. `loaded` is a loaded document."""
    from nano_sre.spec.rules import built_in_rules

    ours = {rule.cause: rule.title for rule in built_in_rules()}
    lines = [f"Rules of diagnosis ({loaded.id}, rules)  {loaded.document.span()}", ""]
    for rule in loaded.check.rules:
        new = rule.cause not in ours
        about = rule.title if new else f"adds to “{ours[rule.cause]}”"
        lines.append(f"  {rule.cause}: {about}")
    return lines


def other_document(what: str, project: Any, linkage: Any) -> list[str] | None:
    """A fragment, a store or what describes something, of that id; None when there is none, or it has mistakes."""
    for loaded in project.loaded if project is not None else ():
        if loaded.id != what or not loaded.sound:
            continue
        if loaded.kind == "store":
            return store_lines(loaded, linkage.checks)
        if loaded.kind == "fragment":
            return fragment_lines(loaded, _users(loaded, linkage))
        if loaded.kind == "vendor":
            return vendor_lines(loaded)
        if loaded.kind == "alerter":
            return alerter_lines(loaded)
        if loaded.kind == "rules":
            return rules_lines(loaded)
    return None


def _users(fragment: Any, linkage: Any) -> list[str]:
    """The checks in which steps of this fragment stand."""
    file = Path(fragment.document.file)
    steps = {call.span for call in fragment.check.steps}
    return [
        each.id
        for each in linkage.checks
        if any(
            call.used_at and call.span in steps and Path(call.span.file) == file
            for call in (*getattr(each.check, "steps", ()), *getattr(each.check, "always", ()))
        )
    ]
