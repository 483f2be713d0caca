"""A run as one self-contained page: no request leaves it, no script runs in it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nano_sre.core.result import RunReport
from nano_sre.core.visible import clean
from nano_sre.report.images import BUDGET, Images, Read
from nano_sre.report.view import page


def render_html(report: RunReport, *, read: Read, budget: int = BUDGET, prefix: str = "") -> str:
    """The run as one HTML file.

    `read` gives the bytes of an artifact by its path (None: gone). `budget` limits the embedded pictures, in
    bytes. `prefix` leads from the HTML file to the artifacts, for the links (“../runs/17/”).
    """
    images = Images(read, budget=budget, prefix=prefix)
    return _environment().get_template("report.html.j2").render(page=page(report, images, prefix=prefix))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("nano_sre.report"),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: Any) -> Any:
    """The one door through which every value enters the page: what came from elsewhere loses its controls."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value, newlines=True)
    return "" if value is None else value
