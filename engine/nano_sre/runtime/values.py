"""Values that wait for run time: where `${…}` is looked up, and which of them are secrets."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any

from nano_sre.config.secrets import Secrets, SecretTrouble
from nano_sre.core.diagnostics import Span
from nano_sre.core.filters import FILTERS
from nano_sre.core.forms import Email
from nano_sre.core.ports import Abort, cannot_work
from nano_sre.core.program import SHOPPER_VALUES, ShopperData, StoreFacts
from nano_sre.core.redact import Redactor
from nano_sre.core.template import Ref, Template, lookup_in, refs_in
from nano_sre.kinds._shared.readings import shown


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


@dataclass(slots=True, kw_only=True)
class Environment:
    """What one attempt knows: its store, what its steps saved, and where secrets come from.

    `outside` is looked into after the process environment: what the project's `.env` file holds. Every secret
    that is used is told to the `redactor` before anyone sees it.
    """

    store: StoreFacts
    outside: Mapping[str, str] = field(default_factory=dict)
    redactor: Redactor = field(default_factory=Redactor)
    secrets: Secrets | None = None
    saved: dict[str, Any] = field(default_factory=dict)
    saved_at: dict[str, Span] = field(default_factory=dict)

    def value(self, given: Any) -> Any:
        """Resolve a `Template`; anything else comes back as it is. Raises `Abort` when a name has no value."""
        return given.resolve(self._lookup) if isinstance(given, Template) else given

    def text(self, given: Any) -> str:
        return str(self.value(given))

    def keep(self, name: str, value: Any, *, span: Span | None = None) -> None:
        """Save a value; `span` is the step that does."""
        self.saved[name] = value
        self.saved_at.pop(name, None)
        if span is not None:
            self.saved_at[name] = span

    def origins_of(self, used: Any) -> tuple[str, ...]:
        """Where the saved values that a step uses came from, a line of evidence for each."""
        names = dict.fromkeys(ref.name for ref in refs_in(used) if ref.name in self.saved_at)
        locale = self.store.market.locale
        return tuple(
            f"{shown(self.saved[name], locale)} (saved as {name} at {self.saved_at[name]})" for name in names
        )

    def shopper(self, name: str = "default") -> ShopperData:
        """The store's test shopper of that name, every value resolved."""
        found = self.store.shoppers.get(name)
        if found is None:
            known = ", ".join(self.store.shoppers) or "none"
            raise cannot_work(f"The store document has no shopper “{name}”; it has: {known}.")
        return ShopperData(
            email=Email(self.text(found.email)),
            first_name=found.first_name,
            last_name=found.last_name,
            address=found.address,
            password=found.password,  # a reference until a step fills it in
        )

    @property
    def url(self) -> str:
        """The store's address without a slash at its end."""
        return self.text(self.store.url).rstrip("/")

    def _lookup(self, ref: Ref) -> Any:
        value = self._named(ref)
        if ref.filters and ref.is_secret:
            raise cannot_work(f"A secret is used whole: {ref} has a filter, which would change it.")
        for name in ref.filters:
            try:
                value = FILTERS[name](value)
            except ArithmeticError:
                raise cannot_work(f"{ref} cannot be worked out: {value!r} is not a number.") from None
        return value

    def _named(self, ref: Ref) -> Any:
        if ref.root in {"secret", "env"} and ref.rest:
            return self._outside(ref)
        if ref.name in self.saved:
            return self.saved[ref.name]
        try:
            return lookup_in(self._values(ref.root), ref.name)
        except KeyError:
            raise self._unknown(ref) from None

    def _values(self, root: str) -> Mapping[str, Any]:
        if root == "vars":
            return {"vars": {name: self.value(value) for name, value in self.store.vars.items()}}
        if root == "store":
            return {"store": self._store_values()}
        if root == "shopper":
            known = self.shopper()
            return {"shopper": {name: _plain(getattr(known, name)) for name in SHOPPER_VALUES}}
        return {"visit": self.saved, **self.saved}

    def _store_values(self) -> dict[str, Any]:
        store = self.store
        market = {"id": store.market_id, **asdict(store.market)}
        return {
            "url": self.url,
            "id": store.id,
            "name": store.name,
            "timezone": store.timezone,
            "currency": store.market.currency,
            "locale": store.market.locale,
            "country": store.market.country,
            "market": market,
        }

    def _outside(self, ref: Ref) -> str:
        if ref.is_secret:
            return self._secret(ref)
        value = os.environ.get(ref.rest) or self.outside.get(ref.rest, "")
        if not value:
            raise cannot_work(
                f"The environment variable {ref.rest} is not set, and the check uses {ref}. "
                f"Set {ref.rest}, or write it into the project's .env file."
            )
        return value

    def _secret(self, ref: Ref) -> str:
        try:
            value = self.vault.value(ref.rest)
        except SecretTrouble as trouble:
            raise cannot_work(f"{trouble} The check uses {ref}.") from None
        self.redactor.add(value)
        return value

    @property
    def vault(self) -> Secrets:
        """Where secrets are looked up; one for a whole run, so that a command is asked once."""
        if self.secrets is None:
            self.secrets = Secrets(
                {**self.outside, **{name: given for name, given in os.environ.items() if given}}
            )
        return self.secrets

    async def fetch_secrets(self, used: Any) -> None:
        """Have slow secrets at hand before a visit begins: nothing else may wait for a command in the middle of it.

        Raises `Abort` when one cannot be had.
        """
        names = {ref.rest for ref in refs_in((self.store, used)) if ref.is_secret}
        for name in self.vault.are_slow(names):
            try:
                await asyncio.to_thread(self.vault.value, name)
            except SecretTrouble as trouble:
                raise cannot_work(f"{trouble} The check uses ${{secret.{name}}}.") from None

    def _unknown(self, ref: Ref) -> Abort:
        known = ", ".join(sorted(self.saved)) or "nothing"
        return cannot_work(f"{ref} has no value at this point. Saved so far: {known}.")
