"""The theme's update dropped jQuery, with which the loading animation was taken away: it turns for ever."""

from __future__ import annotations

CAUSE = "loading-screen-stays"

_PRELOADER = """<style>@keyframes turn{to{transform:rotate(1turn)}}.preloader span{position:absolute;top:50%;left:50%;
width:40px;height:40px;border:4px solid #ddd;border-top-color:#222;border-radius:50%;animation:turn .8s linear infinite}
</style><div class="preloader" style="position:fixed;inset:0;z-index:999999;background:#fff"><span></span></div>
<script>$(window).on("load", function () { $(".preloader").fadeOut(500); });</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _PRELOADER
