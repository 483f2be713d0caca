"""An accounts app was removed, and the theme's log-in form still posts to it."""

from __future__ import annotations

CAUSE = "log-in-broken"


def rendered(page: str, html: str) -> str:
    return (
        html.replace('action="/account/login"', 'action="/apps/accounts/session"')
        if page == "login"
        else html
    )
