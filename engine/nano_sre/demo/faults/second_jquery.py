"""An app brings a jQuery of its own, and the theme's slider no longer finds its plugin."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "theme-script-error"
ALSO = ("app-script-error",)
THEME, APP, SLIDER = (
    "/cdn/shop/t/1/assets/vendor.min.js",
    "/extensions/0198a7b1-52c4-7d0e-9f60-1e8a44c07b12/volume-bundles-88/assets/jquery-1.12.4.min.js",
    "/cdn/shop/t/1/assets/product-slider.js",
)
_JQUERY = """(function (window) {
  function jQuery(what) { return Object.assign(Object.create(jQuery.fn), {found: document.querySelectorAll(what)}); }
  jQuery.fn = {};
  window.jQuery = window.$ = jQuery;
})(window);"""
_SCRIPTS = {
    THEME: _JQUERY + "jQuery.fn.slick = function () { return this; };",
    APP: _JQUERY,
    SLIDER: '$(".product__media, .artikel-bild").slick({arrows: true, lazyLoad: "ondemand"});',
}


async def respond(request: Request) -> Response | None:
    script = _SCRIPTS.get(request.url.path)
    return Response(script, media_type="text/javascript") if script else None


def markup(page: str, locale: str) -> str:
    return "".join(f'<script src="{path}"></script>' for path in _SCRIPTS) if page == "product" else ""
