from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from nano_sre.core.registry import register
from nano_sre.core.vendor import Vendor
from nano_sre.kinds._shared.tracking.trials import trials


@register("check", "vendor")
class VendorDocument(Vendor):
    """A tracking vendor: which requests are its hits, and how they are read.

    Well-known vendors are built in; this describes another one, or an endpoint of the shop's own, for the checks of
    this folder. The visits of all of them keep its hits from the vendor.
    """

    example: ClassVar[str] = """\
version: 1
kind: vendor
id: own_pixel
name: Our own pixel
hosts: [pixel.example.com]
account: query.shop
event: body.event
value: body.total
currency: body.currency
order_id: body.order
names: {added: add_to_cart, ordered: purchase}
required: {purchase: [value, currency, order_id]}
examples:
  - about: Something is put into the cart
    url: https://pixel.example.com/e?shop=7
    body: event=added&total=20&currency=EUR
    events:
      - {name: added, canonical: add_to_cart, account: "7", value: "20", currency: EUR}
"""

    def differences(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Where its examples come out otherwise than they say: the YAML path, and a sentence."""
        for trial in trials(self):
            for each in trial.differences:
                yield each.path, each.message
