from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from nano_sre.core.check import nothing
from nano_sre.core.fields import AsWritten, Doc, Example, OneOrMany, Slug, Text, Viewport, record
from nano_sre.core.forms import Name, TimeZone, Tracking, Url
from nano_sre.core.program import PRODUCTION, AdminAccess, DeviceSpec, Market, Overlay, ShopperData, Variant
from nano_sre.core.registry import register
from nano_sre.core.template import Template

Vars: TypeAlias = Annotated[Mapping[str, Any], AsWritten]
Tags: TypeAlias = Annotated[tuple[str, ...], OneOrMany]


@record()
class Environment:
    """Another place where the store runs, such as staging. Each key replaces the store's key of that name, whole."""

    name: Annotated[Name | None, Doc("The name people read there.")] = None
    url: Annotated[Template | Url | None, Doc("The storefront's address there.")] = None
    password: Annotated[Text | None, Doc("The storefront's password there.")] = None
    timezone: Annotated[TimeZone | None, Doc("The time zone there.")] = None
    tags: Annotated[Tags | None, Doc("The tags there.")] = None
    markets: Annotated[Mapping[str, Market] | None, Doc("All markets there.")] = None
    crawler: Annotated[Text | None, Doc("The Web Bot Auth headers there.")] = None
    admin: Annotated[AdminAccess | None, Doc("The Admin API there.")] = None
    theme: Annotated[int | None, Doc("The theme that is previewed there, by its number.")] = None
    tracking: Annotated[Tracking | None, Doc("What becomes of tracking hits there.")] = None
    allow_orders: Annotated[bool | None, Doc("Whether steps may place real orders there.")] = None
    shoppers: Annotated[Mapping[str, ShopperData] | None, Doc("All test shoppers there.")] = None
    devices: Annotated[Mapping[str, DeviceSpec] | None, Doc("All devices there.")] = None
    overlays: Annotated[tuple[Overlay, ...] | None, Doc("All pop-ups there.")] = None
    variants: Annotated[Mapping[str, Variant] | None, Doc("All variants there.")] = None
    vars: Annotated[Vars | None, Doc("All values of your own there.")] = None

    def __post_init__(self) -> None:
        if self.markets is not None and not self.markets:
            raise ValueError("a store needs at least one market under “markets”")


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
    crawler: Annotated[
        Text | None,
        Doc(
            "Web Bot Auth headers, a line each as the admin shows them under “Crawler access”. They are sent to this "
            "store's own address only."
        ),
        Example('"${secret.WEB_BOT_AUTH}"'),
    ] = None
    admin: Annotated[AdminAccess | None, Doc("How the Admin API is reached, for checks that ask it.")] = None
    tracking: Annotated[
        Tracking,
        Doc(
            "What becomes of tracking hits. `swallow`: they are recorded and never reach the vendors that are known. "
            "`mark`: they do, said to be a test's, where a vendor can be told so (Google Analytics: "
            "`traffic_type=internal`, which its filter for internal traffic must be set to drop); all others are "
            "swallowed. `deliver`: they reach the vendors like any shopper's, for a store nobody counts."
        ),
    ] = Tracking("swallow")
    theme: Annotated[
        int | None, Doc("The number of a theme that browsers preview, in place of the published one.")
    ] = None
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
    variants: Annotated[
        Mapping[str, Variant],
        Doc("Sides of an experiment, for checks that say `variants`."),
        Example("{a: {cookies: {ab: A}}, b: {cookies: {ab: B}}}"),
    ] = nothing()
    vars: Annotated[Mapping[str, Any], AsWritten, Doc("Values of your own, used as `${vars.name}`.")] = (
        nothing()
    )
    environments: Annotated[
        Mapping[str, Environment],
        Doc(
            "Other places where the store runs, for `--env`. What one says replaces that whole key of the store; "
            "without `--env` the store is as it stands, which is called `production`."
        ),
        Example('{staging: {url: "https://staging.example.com"}}'),
    ] = nothing()
    environment: Annotated[Slug | None, Doc("The environment that is meant where no `--env` is said.")] = None

    def __post_init__(self) -> None:
        if not self.markets:
            raise ValueError("a store needs at least one market under “markets”")

    def placed(self, environment: str) -> StoreDocument:
        """The store as it stands in one of its environments; `production` is the store as it is written."""
        if environment == PRODUCTION:
            return replace(self, environment=None)
        said = self.environments[environment]
        given = {f.name: value for f in fields(said) if (value := getattr(said, f.name)) is not None}
        return replace(self, **given, environment=Slug(environment))

    def device_specs(self) -> Mapping[str, DeviceSpec]:
        """Every device a check may name: the built-in two, then the store's own."""
        return BUILT_IN_DEVICES | dict(self.devices)

    def default_devices(self) -> tuple[str, ...]:
        return ("desktop",)


BUILT_IN_DEVICES: dict[str, DeviceSpec] = {
    "desktop": DeviceSpec(viewport=Viewport("1280x800")),
    "iphone": DeviceSpec(like="iPhone 17 Pro"),
}
