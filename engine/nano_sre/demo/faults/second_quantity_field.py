"""An app's block has a hidden quantity of its own in the product form: the store takes the last, and that is one."""

from __future__ import annotations

import re

CAUSE = "added-fewer"
_FORM = re.compile(r'(<form[^>]*action="/cart/add".*?)(</form>)', re.DOTALL)
_BLOCK = '<div class="app-block"><input type="hidden" name="quantity" value="1"></div>'


def rendered(page: str, html: str) -> str:
    return _FORM.sub(rf"\1{_BLOCK}\2", html) if page == "product" else html
