"""Linked checks → programs, one per target: store/id@device/market/variant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from nano_sre.core.check import WatchingCheck
from nano_sre.core.filters import FILTERS
from nano_sre.core.program import PRODUCTION, JourneyParts, Program, SkillCall, StoreFacts
from nano_sre.core.template import Ref, Template, lookup_in
from nano_sre.spec.link import Linked
from nano_sre.spec.loops import unrolled
from nano_sre.spec.project import Loaded
from nano_sre.spec.shapes import shape_of
from nano_sre.spec.watching import explain_watch, watched_parts


def programs(linked: Iterable[Linked], *, revisions: dict[str, int] | None = None) -> list[Program]:
    """Every target of every enabled check, in the order they are written."""
    return [
        program
        for check in linked
        if check.check.enabled
        for store in check.stores
        if not check.check.only_in or (store.check.environment or PRODUCTION) in check.check.only_in
        for program in _targets(check, store, (revisions or {}).get(check.id))
    ]


def woken(linked: Linked) -> Linked:
    """The same check as if it were not paused."""
    return linked if linked.check.enabled else replace(linked, check=replace(linked.check, enabled=True))


def with_vars(value: Any, vars_: Mapping[str, Any]) -> Any:
    """`value` with every plain `${vars.name}` in it replaced; other references stay for run time."""
    if isinstance(value, Template):
        return _template_with_vars(value, vars_)
    if isinstance(value, (tuple, list)):
        return type(value)(with_vars(each, vars_) for each in value)
    if isinstance(value, dict):
        return {k: with_vars(v, vars_) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        held = {f.name: getattr(value, f.name) for f in fields(value)}
        changed = {
            name: new
            for name, old in held.items()
            if (new := with_vars(old, vars_)) is not old and new != old
        }
        return replace(value, **changed) if changed else value
    return value


def _template_with_vars(template: Template, vars_: Mapping[str, Any]) -> Any:
    parts: list[Any] = []
    for part in template.parts:
        known = isinstance(part, Ref) and part.root == "vars"
        parts.append(_looked_up(part, vars_) if known else part)
    if len(parts) == 1 and not isinstance(parts[0], Ref):
        return parts[0]
    made = tuple(p if isinstance(p, Ref) else str(p) for p in parts)
    return Template(made) if any(isinstance(p, Ref) for p in made) else "".join(map(str, made))


def _looked_up(ref: Any, vars_: Mapping[str, Any]) -> Any:
    try:
        value = lookup_in(vars_, ref.rest)
        if not ref.filters:
            return value
        if isinstance(value, Template):
            return ref  # what it refers to is known when it is used
        for name in ref.filters:
            value = FILTERS[name](value)
    except (KeyError, ArithmeticError):
        return ref  # told by the references; a run would say it again
    return value if isinstance(value, str) else str(value)


def _targets(linked: Linked, store: Loaded, revision: int | None) -> Iterator[Program]:
    check = linked.check
    way = linked.journey.check if linked.journey else check  # whose devices and markets those are by default
    markets = check.markets or way.markets or (next(iter(store.check.markets)),)
    opens_browser = check.session == "browser"
    devices: tuple[str | None, ...] = (
        (check.devices or way.devices or store.check.default_devices()) if opens_browser else (None,)
    )
    variants: tuple[str | None, ...] = (
        (getattr(check, "variants", ()) or getattr(way, "variants", ()) or (None,))
        if opens_browser
        else (None,)
    )
    check = with_vars(check, store.check.vars)
    watch = None
    if isinstance(check, WatchingCheck):
        parts, watch = watched_parts(linked, check, with_vars(way, store.check.vars))
    else:
        parts = check.compile(linked.at)
    parts = _whole(parts)
    asks_admin = getattr(parts, "asks_admin", False)  # who does not need the token does not know of it
    for device in devices:
        for market in markets:
            for variant in variants:
                facts = replace(store_facts(store.check, market, variant=variant), vendors=linked.vendors)
                facts = facts if asks_admin else replace(facts, admin=None)
                made = _program(linked, store, parts, device=device, facts=facts, revision=revision)
                yield made if watch is None else replace(made, watch=watch, **_as_the_journey(linked))


def _as_the_journey(linked: Linked) -> dict[str, Any]:
    """A visit is made as long and as often as its journey says, whoever watches."""
    journey = linked.journey.check if linked.journey else linked.check
    return {"timeout": journey.timeout, "retries": journey.retries}


def _whole(parts: Any) -> Any:
    """A journey with its loops written out; its clean-up says of itself that it is that."""
    if not isinstance(parts, JourneyParts):
        return parts
    always = tuple(
        replace(call, lead=f"Clean-up, {call.lead}" if call.lead else "Clean-up")
        for call in unrolled(parts.always)
    )
    return replace(parts, steps=unrolled(parts.steps), always=always)


def target_name(store: StoreFacts, check: str, *, device: str | None) -> str:
    """`store/id@device/market`, `/variant` where there is one, `:staging` where it is not production."""
    place = "/".join(filter(None, (device, store.market_id, store.variant_id)))
    return f"{store.id}/{check}@{place}" + (f":{store.environment}" if store.environment else "")


def _program(
    linked: Linked, store: Loaded, parts: Any, *, device: str | None, facts: StoreFacts, revision: int | None
) -> Program:
    check = linked.check
    spec = store.check.device_specs()[device] if device else None
    return Program(
        target=target_name(facts, check.id, device=device),
        check_id=check.id,
        kind=check.kind_name,
        name=check.name,
        severity=check.severity,
        parts=parts,
        store=facts,
        device_id=device,
        device=spec,
        retries=check.retries,
        timeout=check.timeout,
        runbook=check.runbook,
        owner=check.owner,
        tags=check.tags,
        depends_on=check.depends_on,
        must_fail=check.must_fail,
        revision=revision,
        span=linked.span,
        visit_key=_visit_key(parts, facts, spec),
    )


def store_facts(store: Any, market: str, *, variant: str | None = None) -> StoreFacts:
    """What programs need to know of a store document, for one of its markets and perhaps one of its variants."""
    return StoreFacts(
        id=store.id,
        name=store.name,
        url=store.url,
        market_id=market,
        market=store.markets[market],
        password=store.password,
        timezone=store.timezone,
        vars=store.vars,
        shoppers=store.shoppers,
        overlays=store.overlays,
        allow_orders=store.allow_orders,
        tracking=store.tracking,
        environment=store.environment,
        variant_id=variant,
        variant=store.variants[variant] if variant else None,
        crawler=store.crawler,
        admin=store.admin,
        theme=store.theme,
    )


def _visit_key(parts: Any, facts: StoreFacts, device: Any) -> str | None:
    """Equal for programs that would do the same in the browser; names, places, timeouts and retries aside."""
    if not isinstance(parts, JourneyParts):
        return None
    written = {
        "store": [facts.id, str(facts.url), facts.market_id, str(facts.market), facts.environment],
        "shows": [str(facts.variant), facts.theme, str(facts.crawler)],
        "device": str(device),
        "consent": parts.consent,
        "tracking": [facts.tracking, *sorted(parts.first_party)],
        "overlays": [str(o) for o in facts.overlays] if parts.overlays else [],
        "steps": [_acts(call) for call in parts.steps],
        "always": [_acts(call) for call in parts.always],
    }
    return hashlib.sha256(json.dumps(written, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _acts(call: Any) -> Any:
    modifiers = shape_of(type(call.modifiers)).unbind(call.modifiers)
    kept = {k: v for k, v in modifiers.items() if k not in ("name", "timeout")}
    return {call.verb: shape_of(type(call.step)).unbind(call.step), "modifiers": kept}


def explain(program: Program) -> list[str]:
    """What a program does, in plain English, a line each."""
    parts = program.parts
    if isinstance(parts, JourneyParts):
        lines = [_sentence(call) for call in parts.steps] + [
            f"{_sentence(c)} (whatever happened)" for c in parts.always
        ]
        return lines if program.watch is None else explain_watch(program.watch, lines)
    if isinstance(parts, SkillCall):
        return [f"Run the Python skill {parts.skill}"]
    return list(parts.titles())


def _sentence(call: Any) -> str:
    modifiers = call.modifiers
    said = str(call.title)
    if modifiers.within is not None:
        where = modifiers.within
        said += f", only inside {where.region or where.frame or where.css}"
    if modifiers.when is not None:
        conditions = {"see": "the page shows", "device": "the device is", "market": "the market is"}
        said += "".join(
            f", only when {words} {getattr(modifiers.when, key)}"
            for key, words in conditions.items()
            if getattr(modifiers.when, key) is not None
        )
    details = getattr(call.step, "details", None)
    if details is not None and (expected := details()):
        said += f" ({'; '.join(expected)})"
    if modifiers.optional:
        said += " (may be missing)"
    if modifiers.timeout is not None:
        said += f" (in {modifiers.timeout} at most)"
    flagged = getattr(call.step, "flagged", None)
    return f"{said} [{flagged}]" if flagged else said
