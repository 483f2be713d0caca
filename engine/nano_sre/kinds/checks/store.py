from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Example, OneOrMany, Slug, Text, Viewport
from nano_sre.core.forms import Name, TimeZone, Url
from nano_sre.core.program import DeviceSpec, Market, Overlay, ShopperData
from nano_sre.core.registry import register
from nano_sre.core.template import Template


@register("check", "store")
class StoreDocument:
    """A store: its address, markets, devices and test shoppers.

    Checks in the same folder or below belong to it unless they say otherwise.
    """

    example: ClassVar[str] = """\
version: 1
kind: store
id: hydrogen
name: Hydrogen Snowboards
url: "${env.STORE_URL}"
markets:
  us: {currency: USD, locale: en-US}
"""

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[Slug, Doc("The store's lasting name; it is part of every target.")]
    name: Annotated[Name, Doc("The name people read.")]
    url: Annotated[Template | Url, Doc("The storefront's address."), Example('"${env.STORE_URL}"')]
    password: Annotated[
        Text | None, Doc("The storefront's password, if it is locked."), Example('"${secret.STORE_PASSWORD}"')
    ] = None
    timezone: Annotated[
        TimeZone,
        Doc("An IANA time zone, for schedules and for the shopper's browser."),
        Example("America/Toronto"),
    ] = TimeZone("UTC")
    tags: Annotated[tuple[str, ...], OneOrMany, Doc("Words to select stores by.")] = ()
    markets: Annotated[
        Mapping[str, Market], Doc("Currency, language and path of each market; the first is the default.")
    ]
    allow_orders: Annotated[bool, Doc("true lets steps place real orders.")] = False
    shoppers: Annotated[Mapping[str, ShopperData], Doc("Test shoppers; `default` fills in the checkout.")] = (
        nothing()
    )
    devices: Annotated[
        Mapping[str, DeviceSpec],
        Doc(
            "Devices of your own, beside `desktop` and `iphone`, which are always there. "
            "A check that names none runs on `desktop`."
        ),
    ] = nothing()
    overlays: Annotated[tuple[Overlay, ...], Doc("Pop-ups that are closed whenever they appear.")] = ()
    vars: Annotated[Mapping[str, Any], Doc("Values of your own, used as `${vars.name}`.")] = nothing()

    def __post_init__(self) -> None:
        if not self.markets:
            raise ValueError("a store needs at least one market under “markets”")

    def device_specs(self) -> Mapping[str, DeviceSpec]:
        """Every device a check may name: the built-in two, then the store's own."""
        return BUILT_IN_DEVICES | dict(self.devices)

    def default_devices(self) -> tuple[str, ...]:
        return ("desktop",)


BUILT_IN_DEVICES: dict[str, DeviceSpec] = {
    "desktop": DeviceSpec(viewport=Viewport("1280x800")),
    "iphone": DeviceSpec(like="iPhone 17 Pro"),
}
