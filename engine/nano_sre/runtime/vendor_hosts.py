"""Hosts that only take tracking hits. A synthetic visit must never be counted, so they do not resolve.

Hosts that also serve libraries which pages wait for (www.googletagmanager.com, connect.facebook.net,
static.klaviyo.com …) stay reachable: the page behaves as for a shopper, its hits go nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch

HIT_HOSTS: tuple[str, ...] = (
    "google-analytics.com",
    "*.google-analytics.com",
    "analytics.google.com",
    "*.analytics.google.com",
    "stats.g.doubleclick.net",
    "*.doubleclick.net",
    "www.googleadservices.com",
    "pagead2.googlesyndication.com",
    "www.facebook.com",
    "analytics.tiktok.com",
    "analytics-ipv6.tiktokw.us",
    "ct.pinterest.com",
    "tr.snapchat.com",
    "tr6.snapchat.com",
    "bat.bing.com",
    "bat.bing.net",
    "a.klaviyo.com",
    "a-fast.klaviyo.com",
    "sslwidget.criteo.com",
    "widget.criteo.com",
    "gum.criteo.com",
    "measurement-api.criteo.com",
    "events.attentivemobile.com",
    "*.attn.tv",
    "monorail-edge.shopifysvc.com",
    "*.clarity.ms",
    "*.hotjar.com",
    "*.hotjar.io",
    "px.ads.linkedin.com",
    "analytics.twitter.com",
    "t.co",
    "alb.reddit.com",
)


def resolver_rules(more: Iterable[str] = ()) -> str:
    """The value of Chromium's `--host-resolver-rules`; `more` are further rules, after ours."""
    return ",".join((*(f"MAP {host} ~NOTFOUND" for host in HIT_HOSTS), *more))


def is_hit_host(host: str | None) -> bool:
    """Whether the host is one of those that never resolve: its failures say nothing about the store."""
    if not host:
        return False
    return any(fnmatch(host, pattern) for pattern in HIT_HOSTS)
