"""Since its last release the chat's transparent frame keeps the size of the open chat: it takes every press."""

from __future__ import annotations

import html

CAUSE = "overlay-covers"

_BUBBLE = """<style>button{position:fixed;right:20px;bottom:20px;width:60px;height:60px;border:0;border-radius:50%;
background:#0a6cff;color:#fff;font-size:26px}</style><button aria-label="Open chat">?</button>"""
_CHAT = f"""<div id="livechat-container" style="position:fixed;right:0;bottom:0;width:100%;height:100%;
z-index:2147483646;background:transparent"><iframe id="livechat-frame" title="Chat" allowtransparency="true"
style="width:100%;height:100%;border:0;background:none" srcdoc="{html.escape(_BUBBLE)}"></iframe></div>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _CHAT
