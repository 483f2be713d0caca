"""Hosts that take tracking hits.

Hosts that only serve libraries which pages wait for (www.googletagmanager.com, connect.facebook.net,
static.klaviyo.com …) are not among them: the page behaves as for a shopper, its hits go nowhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from nano_sre.core.hits import Decoded, Decoder, Hit, Role
from nano_sre.core.program import StoreFacts
from nano_sre.runtime.sink.hosts import Hosts

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


class KnownHosts:
    """Implements `core.hits.Decoder` by host names alone: whatever is sent there is a hit that nobody can read."""

    hosts = HIT_HOSTS

    def role(self, method: str, url: str) -> Role:  # noqa: ARG002 - the port's words
        return "hit" if (urlsplit(url).hostname or "") in _HOSTS else "other"

    def marked(self, method: str, url: str) -> str | None:  # noqa: ARG002 - the same
        return None

    def decode(self, hit: Hit) -> Decoded:
        return Decoded(hit=hit)


KNOWN = KnownHosts()
_HOSTS = Hosts(HIT_HOSTS)


def is_hit_host(host: str | None) -> bool:
    """Whether the host is a tracking vendor's: its failures say nothing about the store."""
    return host is not None and host in _HOSTS


def decoder_of(store: StoreFacts) -> Decoder:  # noqa: ARG001
    """Every vendor that is known in visits of a store."""
    return KNOWN
