"""A preloader waits for a signal of the slider that the newest theme no longer has: its spinner stays for good."""

from __future__ import annotations

CAUSE = "loading-screen-stays"
_SPINNER = """<style>@keyframes preloader-turn{to{transform:rotate(1turn)}}#preloader i{width:44px;height:44px;
border:3px solid #ccc;border-top-color:#333;border-radius:50%;animation:preloader-turn 1s linear infinite}</style>
<div id="preloader" aria-hidden="true" style="position:fixed;inset:0;z-index:99999;background:#fff;display:grid;
place-items:center"><i></i></div>
<script>document.addEventListener("slider:ready", function () {
  document.getElementById("preloader").remove();
});</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _SPINNER
