"""alerters.yaml and triggers.yaml for tests, and the examples of the language's own description."""

from __future__ import annotations

ALERTERS = """\
version: 1
alerters:
  - {name: console, stdout: {}}
  - {name: team, stdout: {}}
routes:
  - {for: {severity: [P0, P1]}, send_to: [team], remind_every: 30m}
  - {send_to: console}
"""
TRIGGERS = """\
version: 1
triggers:
  - {name: heartbeat, every: 30m, run: all}
"""

# As the language describes them, word for word.
LANGUAGE_TRIGGERS = """\
version: 1
triggers:
  - {name: heartbeat, every: 30m, run: all}
  - {name: nightly, cron: "0 3 * * *", timezone: Europe/Berlin, run: {kinds: [drift]}}
  - {name: after-deploy, github: {event: deployment_status, state: success, environment: production, secret: "${secret.GITHUB_WEBHOOK_SECRET}"}, run: {tags: [critical]}}
  - {name: theme-published, shopify: {topic: themes/publish}, run: all}
  - {name: queue, sqs: {queue_url: "…"}, run: all}
  - {name: called, http: {token: "${secret.TRIGGER_TOKEN}"}, run: {tags: [smoke]}}
"""
LANGUAGE_ALERTERS = """\
version: 1
alerters:
  - {name: console, stdout: {}}
  - {name: team, slack: {webhook: "${secret.SLACK_WEBHOOK}"}}
  - {name: pager, pagerduty: {routing_key: "${secret.PAGERDUTY_KEY}"}}
  - {name: shop, discord: {webhook: "${secret.DISCORD_WEBHOOK}"}}
timezone: Europe/Berlin
hours: {office: {days: [mon, tue, wed, thu, fri], from: 09:00, to: 18:00}}
routes:                                   # first match wins; listed keys are AND, listed values OR; an empty `for` matches all
  - {for: {severity: [P0, P1]}, send_to: [pager, team], remind_every: 30m}
  - {for: {severity: [P2], tags: [checkout]}, during_hours: office, outside_hours: hold, send_to: [team]}
  - {send_to: [console, team]}
policy: {fail_after: 2, recover_after: 1, remind_every: 1h, group_by: [store, cause]}    # fail_after counts runs, after their retries
maintenance: [{name: sale set-up, from: "2026-11-27 06:00", to: "2026-11-27 08:00", timezone: America/New_York, for: {tags: [checkout]}}]
templates: alert-templates/               # optional Jinja2 files in place of the built-in ones, rendered over samples by `validate`
"""
