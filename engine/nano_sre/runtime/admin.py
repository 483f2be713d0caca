"""The Admin API of a store: its address, its token, and what an answer means that says nothing about the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from nano_sre.core.ports import Answer, cannot_work
from nano_sre.core.program import AdminAccess
from nano_sre.runtime.addresses import origin

HERE = {"127.0.0.1", "localhost", "::1"}
HEADER = "X-Shopify-Access-Token"


def endpoint(access: AdminAccess | None, domain: str) -> str:
    """Where GraphQL queries go; `domain` is the resolved one. Raises `Abort` (inconclusive)."""
    if access is None:
        raise cannot_work(
            "The store document does not say how to reach the Admin API. Add "
            'admin: {domain: my-store.myshopify.com, token: "${secret.SHOPIFY_ADMIN_TOKEN}"}.'
        )
    url = domain if "://" in domain else f"https://{domain}"
    place = urlsplit(url)
    if place.scheme != "https" and place.hostname not in HERE:
        raise cannot_work(
            f"The Admin API's domain is {domain}: a token is sent over https only. Write the bare name."
        )
    return f"{url.rstrip('/')}/admin/api/{access.api_version}/graphql.json"


def token_for(url: str, asked: str, token: str) -> dict[str, str]:
    """The header that lets us in; never for another origin, wherever the Admin API sends us."""
    return {HEADER: token} if origin(url) == origin(asked) else {}


def must_answer(answer: Answer) -> Answer:
    """The answer, unless the Admin API did not let us ask. Raises `Abort` (inconclusive): our token, or our pace."""
    if answer.status in {401, 403}:
        raise cannot_work(
            f"The Admin API refuses the token (status {answer.status}): it is wrong, has expired or was revoked. "
            "Make a new one under Settings, Apps, Develop apps."
        )
    codes = {str(each["extensions"].get("code")): str(each.get("message")) for each in errors_of(answer)}
    if "ACCESS_DENIED" in codes:
        raise cannot_work(f"The Admin API's token may not read this: {codes['ACCESS_DENIED']}")
    if answer.status == 429 or "THROTTLED" in codes:
        raise cannot_work(
            "The Admin API asks us to slow down: the app's share of queries is used up for now."
        )
    return answer


def errors_of(answer: Answer) -> list[Mapping[str, Any]]:
    """What GraphQL says is wrong, each with a message and extensions."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        return []
    found = said.get("errors") if isinstance(said, dict) else None
    return (
        [{"extensions": {}, **each} for each in found if isinstance(each, dict)]
        if isinstance(found, list)
        else []
    )
