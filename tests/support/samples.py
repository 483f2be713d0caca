"""Files that the proofs of the language work on: the starter checks, one that refers to everything, every example."""

from __future__ import annotations

from pathlib import Path

from nano_sre.core import registry

STARTERS = Path(__file__).resolve().parents[2] / "checks"
STORE = """\
version: 1
kind: store
id: summit
name: Summit
url: https://shop.example
markets: {us: {currency: USD, locale: en-US}, de: {currency: EUR, locale: de-DE}}
tags: [fashion]
shoppers: {wholesale: {email: b2b@example.com}}
devices: {tablet: {viewport: 800x1200}}
vars: {board: complete-snowboard}
"""
REFERRING = """\
version: 1
kind: journey
id: buy
name: Buy
stores: {tags: [fashion]}
markets: [us, de]
devices: [tablet, iphone]
depends_on: [look-first]
steps:
  - use: {fragment: look-around, with: {handle: "${vars.board}"}}
  - save: {money: product_price, as: price}
  - fill_contact: {shopper: wholesale}
  - see: {text: "${price}", when: {market: de}}
  - see: {text: "${shopper.email | lower} ${store.name} ${heading}", when: {device: tablet}}
---
version: 1
kind: journey
id: look-first
name: Look
stores: [summit]
skip: {stores: [], because: nothing}
steps:
  - use: look-around
---
version: 1
kind: fragment
id: look-around
name: Look around
inputs: {handle: somewhere}
steps:
  - open_product: "${inputs.handle}"
  - save: {text: {heading: Board}, as: heading}
"""
# What the examples of the reference name: each is judged in a folder that holds it.
SURROUNDINGS = """\
version: 1
kind: fragment
id: look-at-product
name: Look
inputs: {handle: {}}
steps:
  - open_product: "${inputs.handle}"
"""
JOURNEY = "version: 1\nkind: journey\nid: example\nname: Example\nsteps:\n"


def _promise(step: str) -> str:
    """One more step where the example itself checks nothing: such a journey would be refused."""
    return "" if registry.kind("step", step).cls.asserts else "  - expect: {url: {contains: /}}\n"


def starters() -> dict[str, str]:
    """The starter checks by their path."""
    return {
        str(f.relative_to(STARTERS.parent)): f.read_text("utf-8") for f in sorted(STARTERS.glob("*.yaml"))
    }


def referring() -> dict[str, str]:
    """A store and checks that name everything which can be named."""
    return {"store.yaml": STORE, "checks.yaml": REFERRING}


def examples() -> dict[str, dict[str, str]]:
    """The example of every kind, each as a folder with `example.yaml` in it; steps stand in a journey."""
    texts = {
        f"step {name}": f"{JOURNEY}  {registry.kind('step', name).cls.example}\n{_promise(name)}"
        for name in registry.names("step")
    }
    texts |= {f"kind {name}": registry.kind("check", name).cls.example for name in registry.names("check")}
    around = {"store.yaml": STORE, "surroundings.yaml": SURROUNDINGS}
    return {
        title: {"example.yaml": text, **({} if title in ("kind store", "kind fragment") else around)}
        for title, text in texts.items()
    }
