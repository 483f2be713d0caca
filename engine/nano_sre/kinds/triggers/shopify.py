from __future__ import annotations

import base64
import hashlib
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Example, OneOrMany, Text
from nano_sre.core.forms import Form
from nano_sre.core.registry import register
from nano_sre.core.template import Ref, Template
from nano_sre.core.trigger import Comes, Delivery, Reply, Reveal, TriggerEvent
from nano_sre.kinds._shared.deliveries import brief, is_signed, judge_secrets, part, read_object, same


class Topic(Form):
    """The name of a webhook's topic."""

    __slots__ = ()
    pattern: ClassVar[str] = r"^[a-z_]+/[a-z_.]+$"
    form: ClassVar[str] = "a topic such as themes/publish or products/update"

    @classmethod
    def mended(cls, text: str) -> str | None:
        return text.lower() if "/" in text and text != text.lower() else None


@register("trigger", "shopify", short="topic")
class Shopify:
    """Runs checks when the store sends a webhook: a theme is published, a product or an app changes.

    Each is signed with the app's client secret; what is not is refused. Shopify sends a webhook again when it is not
    answered in time, and sometimes anyway: each runs once.
    """

    comes: ClassVar[Comes] = "request"
    example: ClassVar[str] = "shopify: {topic: themes/publish}"

    topic: Annotated[Topic, Doc("The webhook's topic."), Example("themes/publish")]
    secret: Annotated[
        tuple[Text, ...],
        OneOrMany,
        Doc(
            "The client secret of the app that made the webhook, or the one shown under Settings, Notifications, "
            "Webhooks; `SHOPIFY_WEBHOOK_SECRET` by default. Two of them while one takes the other's place."
        ),
        Example('"${secret.SHOPIFY_WEBHOOK_SECRET}"'),
    ] = (Template((Ref("secret.SHOPIFY_WEBHOOK_SECRET"),)),)

    def __post_init__(self) -> None:
        judge_secrets(self.secret, "secret", variable="SHOPIFY_WEBHOOK_SECRET")

    def accepts(self, delivery: Delivery, *, reveal: Reveal) -> TriggerEvent | Reply:
        headers = delivery.headers
        given = headers.get("x-shopify-hmac-sha256", "")
        signed = is_signed(
            delivery.body,
            self.secret,
            reveal,
            fits=lambda digest: same(given, base64.b64encode(digest).decode()),
        )
        if not signed:
            return Reply(
                status=401,
                text="The X-Shopify-Hmac-Sha256 header is missing, or the secret of this trigger is not that of the "
                "app that made the webhook.",
            )
        topic = headers.get("x-shopify-topic", "")
        if topic.lower() != self.topic:
            return Reply(
                status=200,
                text=f"Nothing to run: the topic is “{topic}”, this trigger waits for {self.topic}.",
            )
        said = read_object(delivery.body)
        if isinstance(said, Reply):
            return said
        key = headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id")
        # Names and addresses of customers stay out of the timeline.
        payload = brief(
            {
                "topic": topic,
                "shop": headers.get("x-shopify-shop-domain"),
                "triggered_at": headers.get("x-shopify-triggered-at"),
                "id": part(said, "admin_graphql_api_id") or part(said, "id"),
                "handle": part(said, "handle"),
                "role": part(said, "role"),
            }
        )
        return TriggerEvent(
            trigger=delivery.trigger,
            key=key or hashlib.sha256(delivery.body).hexdigest(),
            at=delivery.at,
            payload=payload,
        )
