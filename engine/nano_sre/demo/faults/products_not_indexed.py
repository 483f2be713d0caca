"""An SEO app's box "hide from search engines" was ticked for the product template."""

from __future__ import annotations

CAUSE = None


def rendered(page: str, html: str) -> str:
    hidden = '<meta name="robots" content="noindex"></head>'
    return html.replace("</head>", hidden, 1) if page == "product" else html
