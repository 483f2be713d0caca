from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Example, Text
from nano_sre.core.registry import register
from nano_sre.core.trigger import Comes


@register("trigger", "sqs", short="queue_url")
class Sqs:
    """Runs checks for each message of an Amazon SQS queue, such as events that EventBridge or CloudWatch put there.

    A message is deleted when its run is recorded, not before. Needs `pip install nano-sre[sqs]`; AWS credentials come
    from where its own tools find them.
    """

    comes: ClassVar[Comes] = "queue"
    example: ClassVar[str] = (
        "sqs: {queue_url: https://sqs.eu-central-1.amazonaws.com/123456789012/deployments}"
    )

    queue_url: Annotated[
        Text,
        Doc("The queue's address."),
        Example("https://sqs.eu-central-1.amazonaws.com/123456789012/deployments"),
    ]
    region: Annotated[
        Text | None, Doc("The queue's region; that of the AWS settings by default."), Example("eu-central-1")
    ] = None
    endpoint: Annotated[Text | None, Doc("The address of the service, where it is not Amazon's own.")] = None
