from __future__ import annotations

import httpx
import pytest

from nano_sre.demo.admin import TOKEN
from nano_sre.demo.server import DemoServer

PATH = "/admin/api/2026-10/graphql.json"
NODES = "{ scriptTags(first: 100) { nodes { src displayScope } } }"
EDGES = "query Tags { scriptTags(first: 1) { edges { node { id } } } }"


def ask(shop: httpx.Client, query: str, token: str = TOKEN) -> httpx.Response:
    return shop.post(PATH, json={"query": query}, headers={"X-Shopify-Access-Token": token})


def test_script_tags_are_told_to_who_has_the_token(shop: httpx.Client, server: DemoServer) -> None:
    said = ask(shop, NODES).json()
    assert said["data"] == {"scriptTags": {"nodes": []}}
    assert said["extensions"]["cost"]["throttleStatus"]["maximumAvailable"] == 2000
    server.fault("script-tag-left")
    (tag,) = ask(shop, NODES).json()["data"]["scriptTags"]["nodes"]
    assert tag == {"src": "/apps/reviews/widget.js", "displayScope": "ONLINE_STORE"}
    assert tag["src"] in shop.get("/").text
    assert shop.get(tag["src"]).status_code == 200
    edges = ask(shop, EDGES).json()["data"]["scriptTags"]["edges"]
    assert edges == [{"node": {"id": "gid://shopify/ScriptTag/596726825"}}]


def test_others_are_refused(shop: httpx.Client, server: DemoServer) -> None:
    assert ask(shop, NODES, token="x").status_code == 401
    assert shop.post(PATH, content="{", headers={"X-Shopify-Access-Token": TOKEN}).status_code == 400
    server.state.password = "closed"
    assert ask(shop, NODES).status_code == 200, "the Admin API stands behind no storefront password"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ shop { name } }", "Field 'shop' doesn't exist on type 'QueryRoot'"),
        ("{ scriptTags(first: 1) { nodes { url } } }", "Field 'url' doesn't exist on type 'ScriptTag'"),
    ],
)
def test_fields_that_do_not_exist(shop: httpx.Client, query: str, message: str) -> None:
    assert ask(shop, query).json()["errors"][0]["message"] == message
