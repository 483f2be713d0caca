from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qs

from nano_sre.core.fields import Doc, Example, OneOrMany, Text, Unfit
from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes, Delivery, Reply, Reveal, TriggerEvent
from nano_sre.kinds._shared.deliveries import brief, is_signed, judge_secrets, part, read_object, same

GitHubEvent = Literal[
    "check_run",
    "check_suite",
    "create",
    "deployment",
    "deployment_status",
    "page_build",
    "pull_request",
    "push",
    "release",
    "repository_dispatch",
    "status",
    "workflow_dispatch",
    "workflow_job",
    "workflow_run",
]
STATELESS = ("create", "push", "workflow_dispatch")
DEPLOYING = ("deployment", "deployment_status")


@register("trigger", "github")
class GitHub:
    """Runs checks when GitHub tells of a deployment, a push or another event of a repository.

    Each is signed with the webhook's secret; what is not is refused. Events that do not fit are answered and run
    nothing.
    """

    comes: ClassVar[Comes] = "request"
    example: ClassVar[str] = (
        "github: {event: deployment_status, state: success, environment: production, "
        'secret: "${secret.GITHUB_WEBHOOK_SECRET}"}'
    )

    event: Annotated[
        GitHubEvent, Doc("The event, by GitHub's name for it."), Example("deployment_status")
    ] = "deployment_status"
    state: Annotated[
        str | None,
        Doc(
            "The state, conclusion or action it must have: `success` of a deployment or a workflow, `published` of a "
            "release. All by default."
        ),
        Example("success"),
    ] = None
    environment: Annotated[
        str | None, Doc("The environment that was deployed; all by default."), Example("production")
    ] = None
    secret: Annotated[
        tuple[Text, ...],
        OneOrMany,
        Doc("The secret of the webhook; two of them while one takes the other's place."),
        Example('"${secret.GITHUB_WEBHOOK_SECRET}"'),
    ]

    def __post_init__(self) -> None:
        judge_secrets(self.secret, "secret", variable="GITHUB_WEBHOOK_SECRET")
        if self.state is not None and self.event in STATELESS:
            raise Unfit(f"the event “{self.event}” has no state", "state", key=True, hint="leave it out")
        if self.environment is not None and self.event not in DEPLOYING:
            raise Unfit(
                f"the event “{self.event}” has no environment",
                "environment",
                key=True,
                hint=f"leave it out, or wait for {DEPLOYING[1]}",
            )

    def accepts(self, delivery: Delivery, *, reveal: Reveal) -> TriggerEvent | Reply:
        headers = delivery.headers
        given = headers.get("x-hub-signature-256", "")
        if not is_signed(
            delivery.body, self.secret, reveal, fits=lambda digest: same(given, f"sha256={digest.hex()}")
        ):
            return Reply(
                status=401,
                text="The X-Hub-Signature-256 header is missing, or the secret of this trigger is not that of the "
                "webhook.",
            )
        event = headers.get("x-github-event", "")
        if event == "ping":
            return Reply(status=200, text="This trigger is ready.")
        said = read_object(_json(delivery))
        if isinstance(said, Reply):
            return said
        trouble = self._trouble(event, said)
        if trouble is not None:
            return Reply(status=200, text=f"Nothing to run: {trouble}.")
        key = headers.get("x-github-delivery") or hashlib.sha256(delivery.body).hexdigest()
        return TriggerEvent(trigger=delivery.trigger, key=key, at=delivery.at, payload=_payload(event, said))

    def _trouble(self, event: str, said: Mapping[str, Any]) -> str | None:
        """Why the event does not fit."""
        if event != self.event:
            return f"the event is “{event}”, this trigger waits for {self.event}"
        states = _states(event, said)
        if self.state is not None and self.state.lower() not in [each.lower() for each in states]:
            return f"the state is “{states[0] if states else ''}”, this trigger waits for “{self.state}”"
        place = _environment(said)
        if self.environment is not None and self.environment.lower() != place.lower():
            return f"the environment is “{place}”, this trigger waits for “{self.environment}”"
        return None


def _json(delivery: Delivery) -> bytes:
    """The JSON, also of a webhook that was set to send forms."""
    if not delivery.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return delivery.body
    return parse_qs(delivery.body.decode("utf-8", "replace")).get("payload", [""])[0].encode()


def _states(event: str, said: Mapping[str, Any]) -> list[str]:
    inner = "build" if event == "page_build" else event
    found = (
        part(said, inner, "state"),
        part(said, inner, "conclusion"),
        part(said, inner, "status"),
        part(said, "state"),
        part(said, "action"),
    )
    return [each for each in found if isinstance(each, str)]


def _environment(said: Mapping[str, Any]) -> str:
    found = part(said, "deployment_status", "environment") or part(said, "deployment", "environment")
    return found if isinstance(found, str) else ""


def _payload(event: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return brief(
        {
            "event": event,
            "state": next(iter(_states(event, said)), None),
            "environment": _environment(said),
            "repository": part(said, "repository", "full_name"),
            "ref": part(said, "deployment", "ref") or part(said, "ref") or part(said, event, "head_branch"),
            "commit": part(said, "deployment", "sha") or part(said, "after") or part(said, event, "head_sha"),
            "url": part(said, event, "html_url") or part(said, "compare") or part(said, event, "target_url"),
            "by": part(said, "sender", "login"),
        }
    )
