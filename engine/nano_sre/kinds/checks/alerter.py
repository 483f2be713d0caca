from __future__ import annotations

from typing import ClassVar

from nano_sre.core.preset import Preset
from nano_sre.core.registry import register


@register("check", "alerter")
class AlerterDocument(Preset):
    """An alerter of your own: the HTTP POST that a service of yours understands.

    Its id is a word of alerters.yaml from then on, with the fields as keys. Secrets are given there, as fields, and
    never stand here. `nano-sre validate` fills every template with sample alerts, and `nano-sre alerts test` sends one.
    """

    example: ClassVar[str] = """\
version: 1
kind: alerter
id: bell
about: Rings the bell of our desk.
fields:
  number: {about: "Which bell."}
  token: {about: "What the desk knows us by, as a secret.", default: ""}
post:
  url: "https://desk.example.com/bells/{{ number }}"
  headers:
    Authorization: "{% if token %}Bearer {{ token }}{% endif %}"
  message: {limit: 1000}
  body: {line: "{{ title }}", more: "{{ message }}", loud: true}
"""
