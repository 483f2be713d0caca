"""What shop steps need of the stores that a check runs on: leave to order, an account to log in with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nano_sre.core.diagnostics import Diagnostic, Related
from nano_sre.core.program import StepCall, every
from nano_sre.spec.load import Path_
from nano_sre.spec.project import Loaded


def judge_shopping(check: Any, stores: Sequence[Loaded]) -> Iterator[Diagnostic]:
    """Steps that a store of the check does not allow or cannot serve, each at its place in the YAML."""
    for call in every((*getattr(check, "steps", ()), *getattr(check, "always", ()))):
        if getattr(call.step, "places_orders", False):
            yield from _orders(call, stores)
        if call.verb == "log_in":
            for store in stores:
                yield from _log_in(call, store)


def _orders(call: StepCall, stores: Sequence[Loaded]) -> Iterator[Diagnostic]:
    forbidding = [store for store in stores if store.document.data.get("allow_orders") is not True]
    if forbidding:
        yield Diagnostic(
            code="E409",
            message=f"{_the_stores(forbidding)} not allow orders, and “{call.verb}” places them",
            span=call.span,
            hint="write “allow_orders: true” into the store document, if its payments are in test mode",
            related=(*_used_at(call), *(_place(store, ("allow_orders",)) for store in forbidding)),
        )
    delivering = [store for store in stores if store.document.data.get("tracking") == "deliver"]
    if delivering:
        yield Diagnostic(
            code="E410",
            message=f"“{call.verb}” would report its orders to the analytics of "
            f"{' and '.join(f'“{store.id}”' for store in delivering)} as sales",
            span=call.span,
            hint="take “tracking: deliver” out of the store document: orders and delivered tracking never go together",
            related=(*_used_at(call), *(_place(store, ("tracking",)) for store in delivering)),
        )


def _the_stores(stores: Sequence[Loaded]) -> str:
    names = " and ".join(f"“{store.id}”" for store in stores)
    return f"the store {names} does" if len(stores) == 1 else f"the stores {names} do"


def _used_at(call: StepCall) -> tuple[Related, ...]:
    return (Related(message="used here", span=call.used_at),) if call.used_at is not None else ()


def _place(store: Loaded, path: Path_) -> Related:
    if path[0] in store.document.data:
        return Related(
            message=f"the store “{store.id}” says it here", span=store.document.span(path, key=True)
        )
    return Related(message=f"the store “{store.id}”", span=store.document.span())


def _log_in(call: StepCall, store: Loaded) -> Iterator[Diagnostic]:
    name = str(call.step.shopper)
    written = store.document.data.get("shoppers")
    shoppers = written if isinstance(written, dict) else {}
    if name not in shoppers and name != "default":
        return  # told with the references, with the right word
    known = shoppers.get(name)
    shopper = known if isinstance(known, dict) else {}
    if shopper.get("password") is not None:
        return
    if shopper.get("code_from") == "inbox":
        message = f"the shopper “{name}” of the store “{store.id}” logs in with a code sent by e-mail"
        hint = "reading an inbox is not supported yet: use a store whose accounts have passwords, and give `password`"
        where = _place_of(store, name, "code_from")
    else:
        message = f"the store “{store.id}” has no password for the shopper “{name}”"
        hint = f'write “shoppers: {{{name}: {{email: …, password: "${{secret.SHOPPER_PASSWORD}}"}}}}”'
        where = _place_of(store, name) if shopper else _place(store, ("shoppers",))
    related = (*_used_at(call), where)
    yield Diagnostic(code="E411", message=message, span=call.span, hint=hint, related=related)


def _place_of(store: Loaded, *path: str) -> Related:
    return Related(
        message=f"the shopper of “{store.id}”", span=store.document.span(("shoppers", *path), key=True)
    )
