"""An SQS on loopback: moto's server, spoken to over HTTP."""

from __future__ import annotations

import uuid
from typing import Any, Self

import boto3
from moto.server import ThreadedMotoServer

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
}
REGION = "eu-central-1"


class QueueServer:
    """`with QueueServer() as server: server.fresh_queue()` gives the address of an empty queue."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.endpoint = ""
        self._client: Any = None

    def __enter__(self) -> Self:
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        self._client = boto3.client(
            "sqs",
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()
        self._server.stop()

    def fresh_queue(self) -> str:
        # All servers of one process share their queues.
        made = self._client.create_queue(QueueName=f"deployments-{uuid.uuid4().hex}")
        return str(made["QueueUrl"])

    def send(self, queue: str, *bodies: str) -> list[str]:
        return [self._client.send_message(QueueUrl=queue, MessageBody=body)["MessageId"] for body in bodies]

    def left(self, queue: str) -> tuple[int, int]:
        """Messages that anybody can get, and those that are hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        said = self._client.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return int(said[names[0]]), int(said[names[1]])
