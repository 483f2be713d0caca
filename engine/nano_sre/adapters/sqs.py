"""Amazon SQS, through boto3. Everything here blocks: it is for threads."""

from __future__ import annotations

import re
from typing import Any

from nano_sre.core.values import frozen

MOST = 10  # messages that SQS hands out at once


class QueueTrouble(Exception):
    """The queue cannot be used; the message is a sentence for people."""


@frozen
class Message:
    """One message. `receipt` is good for this one time that it was received."""

    id: str
    receipt: str
    body: str


class SqsQueue:
    """One queue. Methods raise `QueueTrouble`; they may be called from several threads at once."""

    def __init__(self, url: str, *, region: str | None = None, endpoint: str | None = None) -> None:
        try:
            import boto3  # noqa: PLC0415 - an extra, and slow to import
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError as error:
            raise QueueTrouble("SQS needs its library: pip install 'nano-sre[sqs]'.") from error
        self._url = url
        self._errors = (BotoCoreError, ClientError)
        try:
            self._client: Any = boto3.client(
                "sqs", region_name=region or region_of(url), endpoint_url=endpoint or None
            )
        except (*self._errors, ValueError) as error:
            raise QueueTrouble(f"The queue {url} cannot be used: {_said(error)}") from error

    def receive(self, *, wait: int, hidden: int) -> list[Message]:
        """Messages as soon as there are any, none after `wait` seconds; nobody else gets them for `hidden` seconds."""
        answer = self._ask(
            "receive_message", MaxNumberOfMessages=MOST, WaitTimeSeconds=wait, VisibilityTimeout=hidden
        )
        return [
            Message(id=each["MessageId"], receipt=each["ReceiptHandle"], body=each.get("Body", ""))
            for each in answer.get("Messages", ())
        ]

    def hide(self, message: Message, *, seconds: int) -> None:
        """Nobody else gets the message for so long from now."""
        self._ask("change_message_visibility", ReceiptHandle=message.receipt, VisibilityTimeout=seconds)

    def delete(self, message: Message) -> None:
        self._ask("delete_message", ReceiptHandle=message.receipt)

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, **given: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, method)(QueueUrl=self._url, **given)
        except self._errors as error:
            raise QueueTrouble(
                f"The queue {self._url} does not answer as it should: {_said(error)}"
            ) from error
        return answer


def region_of(url: str) -> str | None:
    """The region that a queue's address names; None when it names none."""
    found = re.match(r"https?://(?:sqs|queue)\.([a-z0-9-]+)\.amazonaws\.com", url)
    return found[1] if found else None


def _said(error: Exception) -> str:
    return f"{str(error).rstrip('.')}."
