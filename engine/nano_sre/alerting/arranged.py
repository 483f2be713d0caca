"""What `alerters.yaml` says, as the rules that planning follows and as somebody who sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nano_sre.alerts.dispatch import Send
from nano_sre.alerts.links import Links
from nano_sre.alerts.rules import Rules
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.outbox import Delivery
from nano_sre.core.policy import AlertersFile
from nano_sre.core.template import Template
from nano_sre.core.visible import web_address

if TYPE_CHECKING:
    from nano_sre.alerts.channels import Channels
    from nano_sre.spec.link import Linked

TRIES_WITH_PICTURE = 3
"""A picture that does not get through is left behind: the words matter more."""


def rules_of(
    file: AlertersFile, checks: Iterable[Linked] = (), *, environ: Mapping[str, str] | None = None
) -> Rules:
    """The rules of an `alerters.yaml`. A check also depends on the journey that it watches."""
    first = next((each.name for each in file.alerters if each.chosen.word == "stdout"), None)
    return Rules(
        routes=file.routes,
        policy=file.policy,
        maintenance=file.maintenance,
        hours=file.hours,
        timezone=file.timezone or "UTC",
        fallback=file.fallback or first,
        link=_link(file.link, environ or {}),
        depends_on={each.id: _parents(each) for each in checks if _parents(each)},
    )


def _parents(linked: Linked) -> tuple[str, ...]:
    watched = (linked.journey.id,) if linked.journey else ()
    return (*linked.check.depends_on, *watched)


def _link(link: Template | str | None, environ: Mapping[str, str]) -> str | None:
    """An address with a variable that is not set is no address."""
    if not isinstance(link, Template):
        return link
    return str(link.resolve(lambda ref: environ.get(ref.rest, ""))) or None


def links_of(rules: Rules, environ: Mapping[str, str]) -> Links | None:
    """What makes signed links: only where there is a page that people reach, and a token that guards it."""
    address, token = web_address(rules.link), environ.get("NANO_SRE_TOKEN")
    return Links(address, token) if address and token else None


def sender(file: AlertersFile, channels: Channels, links: Links | None = None) -> Send:
    """Hands alerts to the alerters of a file, with signed `links` in them."""

    async def send(delivery: Delivery, alert: Alert) -> Sent:
        entry = file.named(delivery.alerter)
        if entry is None:
            return Sent(ok=False, permanent=True, detail="alerters.yaml has no alerter of this name any more")
        pictures = delivery.attempts <= TRIES_WITH_PICTURE
        if links is not None:
            alert = links.on(alert, alerter=delivery.alerter)
        return await channels.send(entry.chosen.kind, alert, ref=delivery.ref, pictures=pictures)

    return send
