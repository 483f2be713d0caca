"""Questions to a page's JavaScript.

Playwright checks every node of what goes to and fro, in Python: we send one text.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Frame

# Some old libraries give JSON.stringify other ideas of what an array is; their pages are asked the slow way.
AS_TEXT = """async (given) => {
  const answer = await (%s)(JSON.parse(given));
  if ('toJSON' in Array.prototype || 'toJSON' in Object.prototype) return {plain: answer};
  return {text: JSON.stringify(answer, (key, value) => value === undefined ? null : value)};
}"""


async def ask(frame: Frame, function: str, argument: Any = None) -> Any:
    """What ``(argument) => …`` answers in the frame; argument and answer are JSON-able. Raises Playwright's errors."""
    answer = await frame.evaluate(AS_TEXT.replace("%s", function, 1), json.dumps(argument))
    return json.loads(answer["text"]) if "text" in answer else answer["plain"]
