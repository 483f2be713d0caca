from __future__ import annotations

from typing import Any

import pytest

from nano_sre.core.fields import Unfit
from nano_sre.core.template import parse
from nano_sre.core.trigger import TriggerEvent
from nano_sre.kinds.triggers.shopify import Shopify, Topic
from support.deliveries import NOON, reveal, shopify

THEME = {
    "id": 12,
    "admin_graphql_api_id": "gid://shopify/OnlineStoreTheme/12",
    "name": "Spring",
    "role": "main",
}
PUBLISHED = Shopify(topic=Topic("themes/publish"))


def accepts(kind: Shopify, delivery: Any) -> Any:
    return kind.accepts(delivery, reveal=reveal)


def test_a_webhook_is_an_event() -> None:
    assert accepts(PUBLISHED, shopify(THEME)) == TriggerEvent(
        trigger="theme-published",
        key="event-1",
        at=NOON,
        payload={
            "topic": "themes/publish",
            "shop": "ridge.myshopify.com",
            "triggered_at": "2026-03-01T11:59:58.5Z",
            "id": "gid://shopify/OnlineStoreTheme/12",
            "role": "main",
        },
    )


def test_the_key_is_the_event_else_the_webhook_else_the_body() -> None:
    assert accepts(PUBLISHED, shopify(THEME, x_shopify_event_id="")).key == "webhook-1"
    bare = [
        accepts(PUBLISHED, shopify(THEME, x_shopify_event_id="", x_shopify_webhook_id="")).key for _ in "ab"
    ]
    assert bare[0] == bare[1]
    assert len(bare[0]) == 64


@pytest.mark.parametrize(
    "delivery",
    [
        shopify(THEME, key="wrong"),
        shopify(THEME, x_shopify_hmac_sha256=""),
        shopify(THEME, x_shopify_hmac_sha256="AAAA"),
        shopify(b"no json", key="wrong"),
    ],
)
def test_what_is_not_signed_is_refused_before_it_is_read(delivery: Any) -> None:
    assert accepts(PUBLISHED, delivery).status == 401


def test_the_signature_is_over_the_bytes_as_they_came() -> None:
    spaced = b'{ "id" : 12 }'
    assert isinstance(accepts(PUBLISHED, shopify(spaced)), TriggerEvent)


def test_another_topic_runs_nothing_and_is_no_failure_to_shopify() -> None:
    reply = accepts(PUBLISHED, shopify(THEME, topic="themes/update"))
    assert reply.status == 200
    assert "“themes/update”" in reply.text
    assert isinstance(accepts(PUBLISHED, shopify(THEME, topic="THEMES/PUBLISH")), TriggerEvent)


def test_secrets_may_change_and_have_a_name_of_their_own() -> None:
    own = Shopify(topic=Topic("themes/publish"), secret=(parse("${secret.NEW}"), parse("${secret.OLD}")))
    assert isinstance(accepts(own, shopify(THEME, key="old key")), TriggerEvent)
    assert accepts(own, shopify(THEME, key="hush")).status == 401


def test_nothing_of_a_customer_is_kept() -> None:
    order = {"id": 5, "email": "jo@example.com", "customer": {"first_name": "Jo"}, "name": "#1001"}
    event = accepts(Shopify(topic=Topic("orders/create")), shopify(order, topic="orders/create"))
    assert "jo" not in str(event.payload).lower().replace("json", "")
    assert event.payload["id"] == 5


def test_a_body_that_is_no_object_is_refused() -> None:
    assert accepts(PUBLISHED, shopify(b"[]")).status == 400


def test_a_secret_stays_out_of_the_file() -> None:
    with pytest.raises(Unfit, match="everybody to read"):
        Shopify(topic=Topic("themes/publish"), secret=("shpss_1",))


def test_a_topic_looks_like_one() -> None:
    with pytest.raises(ValueError, match="themes/publish"):
        Topic.parse("THEMES_PUBLISH")
    assert Topic.mended("Themes/Publish") == "themes/publish"
