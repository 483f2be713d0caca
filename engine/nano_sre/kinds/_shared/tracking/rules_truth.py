"""What vendors are told, beside what the store shows: amounts, currencies, products, and who is the odd one out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from nano_sre.core.hits import TrackedItem
from nano_sre.kinds._shared.tracking.case import (
    VALUED,
    Case,
    clip,
    is_close,
    is_text,
    number_of,
    own_sum,
)
from nano_sre.kinds._shared.tracking.faults import Fault, Occurrence, fault
from nano_sre.kinds._shared.tracking.truth import OF_THE_CART, Amount, Line, Told, Truth, is_same

_ADDED = ("shipping", "tax", "epn.shipping", "epn.tax")


def currencies(case: Case, truth: Truth) -> Iterator[Fault]:
    """A currency that is not the one the shopper sees."""
    for about in case.judged:
        said = about.event.currency
        if not said or about.event.canonical is None:
            continue
        wanted = truth.currency(about)
        if wanted.text and said.strip().upper() != wanted.text:
            yield wrong_currency(case, about, wanted)


def wrong_currency(case: Case, about: Occurrence, wanted: Told, **more: object) -> Fault:
    """The fault of a currency that is another one than `wanted`."""
    said = clip(str(about.event.currency), 20)
    return fault(
        "currency_mismatch",
        f"{case.event_name(about)} is in {said} where {wanted.source} is in {wanted.text}",
        [about],
        expected=wanted.text,
        actual=said,
        evidence=_others(case, about, lambda each: (each.event.currency or "").upper() == wanted.text),
        **more,
    )


def amounts(case: Case, truth: Truth) -> Iterator[Fault]:
    """Values that are none of the amounts the store knows; where it knows none, vendors that contradict each other."""
    for about in case.judged:
        value = _value(about)
        if value is None or value == 0:
            continue  # told by another word
        known = truth.amounts(about)
        if known and not _is_one_of(value, known):
            yield wrong_value(case, about, value, known, agree=lambda each, known=known: _agrees(each, known))
    yield from _contradicting(case, truth)


def wrong_value(
    case: Case,
    about: Occurrence,
    value: Decimal,
    known: Sequence[Amount],
    *,
    agree: object = None,
    **more: object,
) -> Fault:
    """The fault of a value beside the amounts that it could rightly be."""
    nearest = min(known, key=lambda each: abs(each.amount - value))
    currency = about.event.currency or ""
    return fault(
        "value_mismatch",
        f"{case.event_name(about)} has the value {plain(value)} where {nearest.source} says {plain(nearest.amount)}",
        [about],
        expected=f"{plain(nearest.amount)} {currency} ({nearest.source})".replace("  ", " "),
        actual=f"{plain(value)} {currency}".strip(),
        difference=_apart(value, nearest.amount),
        evidence=_others(case, about, agree) if callable(agree) else (),
        **more,
    )


def _apart(value: Decimal, right: Decimal) -> str:
    off = value - right
    words = f"{plain(abs(off))} {'more' if off > 0 else 'less'}"
    if right and value == right * 100:
        return f"{words}: a hundred times as much, so it is in cents"
    return words


def _others(case: Case, about: Occurrence, agree: object) -> tuple[str, ...]:
    """Which other vendors are right about the same thing."""
    assert callable(agree)
    right = [
        case.name(each.vendor) for each in case.pair_of(about) if each.vendor != about.vendor and agree(each)
    ]
    return (
        (f"{' and '.join(dict.fromkeys(right))} {'says' if len(set(right)) == 1 else 'say'} it rightly",)
        if right
        else ()
    )


def _contradicting(case: Case, truth: Truth) -> Iterator[Fault]:
    """Vendors that tell one thing differently, where the store itself says nothing."""
    for same in case.paired:
        told = [(each, value) for each in same if (value := _value(each)) is not None]
        if len(told) < 2 or any(truth.amounts(each) for each, _ in told):
            continue
        groups: list[list[tuple[Occurrence, Decimal]]] = []
        for each, value in told:
            net = _without_added(each, value)
            home = next(
                (
                    g
                    for g in groups
                    if any(
                        is_close(value, v) or is_close(net, v) or is_close(value, _without_added(o, v))
                        for o, v in g
                    )
                ),
                None,
            )
            home.append((each, value)) if home is not None else groups.append([(each, value)])
        if len(groups) > 1:
            yield from _odd_ones(case, groups)


def _odd_ones(case: Case, groups: list[list[tuple[Occurrence, Decimal]]]) -> Iterator[Fault]:
    """The smaller groups; of equal ones, those whose own products add up to something else; else all of them."""
    most = max(map(len, groups))
    biggest = [group for group in groups if len(group) == most]
    sound = [group for group in biggest if all(_adds_up(each, value) for each, value in group)]
    right = biggest[0] if len(biggest) == 1 else sound[0] if len(sound) == 1 else None
    said = ", ".join(f"{case.name(each.vendor)} {plain(value)}" for group in groups for each, value in group)
    for group in groups:
        if group is right:
            continue
        for each, value in group:
            yield fault(
                "value_mismatch",
                f"{case.event_name(each)} has the value {plain(value)}, and the vendors contradict each other: {said}",
                [each],
                expected=plain(right[0][1]) if right else "one value at all vendors",
                actual=plain(value),
                difference=_apart(value, right[0][1]) if right else None,
            )


def _adds_up(about: Occurrence, value: Decimal) -> bool:
    own = own_sum(about.event)
    return own is not None and is_close(own, _without_added(about, value))


def _without_added(about: Occurrence, value: Decimal) -> Decimal:
    """A value without the tax and the shipping that the event itself tells of."""
    told = {key: number for key in _ADDED if (number := number_of(about.event.fields.get(key))) is not None}
    return value - sum(told.values(), Decimal(0))


def _value(about: Occurrence) -> Decimal | None:
    if about.what not in VALUED or is_text(about.event):
        return None
    return number_of(about.event.value)


def _agrees(about: Occurrence, known: Sequence[Amount]) -> bool:
    value = _value(about)
    return value is not None and _is_one_of(value, known)


def _is_one_of(value: Decimal, known: Sequence[Amount]) -> bool:
    return any(is_close(value, each.amount) for each in known)


def products(case: Case, truth: Truth) -> Iterator[Fault]:
    """Products that are not those of the page or the cart, that are left out, or of another quantity."""
    for about in case.judged:
        if about.what in VALUED and about.event.items:
            yield from wrong_products(case, about, truth.lines(about))


def wrong_products(case: Case, about: Occurrence, lines: Sequence[Line], **more: object) -> Iterator[Fault]:
    """What is wrong with an event's products, beside those that it is about; nothing when nobody knows those."""
    items = about.event.items
    if not lines or not all(item.ids for item in items):
        return
    where = "in the cart" if about.what in OF_THE_CART else "what the shopper sees"
    strange = [item for item in items if not any(is_same(item, line) for line in lines)]
    if strange:
        told = ", ".join(_named(item) for item in strange[:3])
        yield fault(
            "item_id_mismatch",
            f"{case.event_name(about)} names the product {told}, which is not {where}",
            [about],
            expected=", ".join(_said(line) for line in _once(lines)[:3]),
            actual=told,
            **more,
        )
    elif about.what in OF_THE_CART:
        yield from _incomplete(case, about, lines, more)


def _incomplete(
    case: Case, about: Occurrence, lines: Sequence[Line], more: dict[str, object]
) -> Iterator[Fault]:
    items = about.event.items
    left_out = [line for line in lines if not any(is_same(item, line) for item in items)]
    if left_out:
        told = ", ".join(clip(line.name, 50) for line in left_out[:3])
        yield fault(
            "missing_items",
            f"{case.event_name(about)} leaves out {told}, which is in the cart",
            [about],
            expected=f"{len(lines)} products",
            actual=f"{len(items)}",
            **more,
        )
        return
    for item in items:
        mine = [line for line in lines if is_same(item, line) and line.quantity is not None]
        told_of = sum(
            (number_of(each.quantity) or Decimal(0) for each in items if each.ids == item.ids), Decimal(0)
        )
        there = sum(line.quantity or 0 for line in mine)
        if item.quantity is not None and mine and told_of != there:
            yield fault(
                "quantity_mismatch",
                f"{case.event_name(about)} says {plain(told_of)} of {clip(mine[0].name, 40)}, and the cart has {there}",
                [about],
                expected=str(there),
                actual=plain(told_of),
                **more,
            )
            return


def _once(lines: Sequence[Line]) -> list[Line]:
    return list({line.ids: line for line in lines}.values())


def _named(item: TrackedItem) -> str:
    return f"{clip(item.ids[0], 40)} ({clip(item.name, 40)})" if item.name else clip(item.ids[0], 40)


def _said(line: Line) -> str:
    return (
        f"{clip(line.name, 40)} ({min(line.ids, key=lambda each: (len(each), each))})"
        if line.ids
        else clip(line.name, 40)
    )


def plain(amount: Decimal) -> str:
    """An amount without a sign of any currency, to two digits at least."""
    exponent = amount.as_tuple().exponent
    two = isinstance(exponent, int) and exponent < -1
    return (
        f"{amount:,f}"
        if two
        else f"{amount:,.2f}"
        if amount != amount.to_integral_value()
        else f"{amount:,.0f}"
    )
