"""Vendors are told the address of the pixel's sandbox in place of the page's."""

EDIT = """
var real = new URL(event.page);
event.page = real.origin + "/wpm@b1/custom/web-pixel-815@1/sandbox/modern" + real.pathname;
"""
