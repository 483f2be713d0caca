"""Whether the product can be bought: what the page, its structured data and the catalogue each claim."""

from __future__ import annotations

from typing import Any, Literal

from nano_sre.core.ports import Browser, failed
from nano_sre.kinds._shared import languages
from nano_sre.kinds._shared.theme import ask, catalogue

Claim = Literal["in stock", "sold out"]
BUYABLE = {"InStock", "InStoreOnly", "OnlineOnly", "LimitedAvailability", "PreOrder", "PreSale", "BackOrder"}


async def claims(io: Browser) -> dict[str, Claim]:
    """Each source's claim about the variant that is chosen on the page; sources that say nothing are left out."""
    facts = await ask(io, "product")
    found: dict[str, Claim | None] = {
        "the page's add-to-cart control": _control(facts["submit"]),
        "the page's structured data": _structured(facts),
    }
    if facts["handle"]:
        found["the catalogue (/products/….js)"] = await _catalogue(io, facts)
    return {source: claim for source, claim in found.items() if claim is not None}


def must_agree(found: dict[str, Claim], *, product: str) -> Claim | None:
    """The one claim of all sources. Raises `Abort` (R518) when they differ; None when nobody claims anything."""
    if len(set(found.values())) > 1:
        said = "; ".join(f"{source}: {claim}" for source, claim in found.items())
        raise failed(
            "R518",
            f"It is not clear whether {product} can be bought: the store contradicts itself.",
            expected="page, structured data and catalogue agree",
            actual=said,
            hint="A page that is behind the stock (a stale cache, an inventory app) sells what is not there, or "
            "hides what is.",
            evidence=tuple(f"{source}: {claim}" for source, claim in found.items()),
        )
    return next(iter(found.values()), None)


def _claim(buyable: bool) -> Claim:
    return "in stock" if buyable else "sold out"


def _control(submit: dict[str, Any] | None) -> Claim | None:
    if submit is None or not submit["visible"]:
        return None
    return _claim(not submit["disabled"] and not languages.says(submit["name"], languages.SOLD_OUT))


def _structured(facts: dict[str, Any]) -> Claim | None:
    offers = [
        offer for product in facts["structured"] for offer in product["offers"] if offer["availability"]
    ]
    variant = facts["variant"] or facts["url_variant"]
    mine = [offer for offer in offers if offer["variant"] == variant]
    # One offer for the whole product speaks for each variant; several without a variant speak for none.
    chosen = mine or (offers if len(offers) == 1 and offers[0]["variant"] is None else [])
    return _claim(chosen[0]["availability"] in BUYABLE) if chosen else None


async def _catalogue(io: Browser, facts: dict[str, Any]) -> Claim | None:
    product = await catalogue(io, facts["handle"])
    if product is None:
        return None
    variant = product.variant(facts["variant"] or facts["url_variant"])
    if variant is not None:
        return _claim(variant.available)
    return _claim(any(each.available for each in product.variants))
