from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Example, OneOrMany, Text
from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes, Delivery, Reply, Reveal, TriggerEvent
from nano_sre.kinds._shared.deliveries import brief, judge_secrets, read_object, same

LONGEST_KEY = 200


@register("trigger", "http", short="token")
class Http:
    """Runs checks when an address of the agent is called with a token: from a deployment script, or anything else.

    The call is a POST with `Authorization: Bearer <token>`. With an `Idempotency-Key` header, calls with the same key
    run once. A body is a JSON object or empty; what it says is kept for the timeline.
    """

    comes: ClassVar[Comes] = "request"
    example: ClassVar[str] = 'http: {token: "${secret.TRIGGER_TOKEN}"}'

    token: Annotated[
        tuple[Text, ...],
        OneOrMany,
        Doc("The token, as a secret; two of them while one takes the other's place."),
        Example('"${secret.TRIGGER_TOKEN}"'),
    ]

    def __post_init__(self) -> None:
        judge_secrets(self.token, "token", variable="TRIGGER_TOKEN")

    def accepts(self, delivery: Delivery, *, reveal: Reveal) -> TriggerEvent | Reply:
        scheme, _, given = delivery.headers.get("authorization", "").partition(" ")
        tokens = [value for each in self.token if (value := reveal(each))]
        if scheme.lower() != "bearer" or not any(same(given.strip(), each) for each in tokens):
            return Reply(status=401, text="The header “Authorization: Bearer <token>” is missing or wrong.")
        key = delivery.headers.get("idempotency-key", "").strip() or f"called {delivery.at.isoformat()}"
        if len(key) > LONGEST_KEY:
            return Reply(status=400, text=f"The Idempotency-Key has more than {LONGEST_KEY} characters.")
        said = read_object(delivery.body)
        if isinstance(said, Reply):
            return said
        return TriggerEvent(trigger=delivery.trigger, key=key, at=delivery.at, payload=brief(said))
