"""Messages as files in the data folder."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Exchange, Producer, Queue

from contactcenter.broker import SCHEME, Channel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    with Connection(f"{SCHEME}://", transport_options={"folder": str(folder)}) as connection:
        yield connection


def channel(connection: Connection) -> Channel:
    found = connection.default_channel
    assert isinstance(found, Channel)
    return found


def send(connection: Connection, body: Any, queue: str = "default") -> None:
    Producer(connection).publish(body, routing_key=queue)


def receive(connection: Connection, queue: str = "default") -> Any:
    message = channel(connection).basic_get(queue, no_ack=True)
    return message.payload if message else None


def test_messages_come_in_order_and_leave_nothing(connection: Connection, folder: Path) -> None:
    for number in range(3):
        send(connection, {"n": number, "name": "Žofie"})
    assert [receive(connection)["n"] for _ in range(3)] == [0, 1, 2]
    assert receive(connection) is None
    assert list(folder.iterdir()) == []


def test_queues_do_not_mix(connection: Connection) -> None:
    send(connection, "import", queue="bulk")
    assert receive(connection, "tick") is None
    assert receive(connection, "bulk") == "import"


def test_message_being_written_is_not_taken(connection: Connection, folder: Path) -> None:
    send(connection, "whole")
    (folder / "00000000000000000001_half.default.new").write_text('{"body": "ha')
    assert receive(connection) == "whole"
    assert receive(connection) is None


def test_torn_message_is_dropped_and_the_next_one_delivered(
    connection: Connection, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    send(connection, "whole")
    (folder / "00000000000000000001_torn.default.msg").write_text('{"body": "ha')
    (folder / "00000000000000000002_torn.default.msg").write_bytes(b"\xff\x00")
    with caplog.at_level(logging.WARNING):
        assert receive(connection) == "whole"
    assert "torn.default.msg" in caplog.text


def test_message_somebody_else_took_is_passed_over(connection: Connection) -> None:
    class Late(Channel):
        """Another worker takes the first message after this one has looked at the folder."""

        def _waiting(self, queue: str) -> list[Path]:
            messages = super()._waiting(queue)
            min(messages).unlink()
            return messages

    send(connection, "taken")
    send(connection, "left")
    message = Late(connection.transport).basic_get("default", no_ack=True)
    assert message
    assert message.payload == "left"


def test_two_workers_never_take_the_same_message(folder: Path, connection: Connection) -> None:
    for number in range(200):
        send(connection, number)

    def take_all(_worker: int) -> list[int]:
        with Connection(f"{SCHEME}://", transport_options={"folder": str(folder)}) as own:
            return list(iter(lambda: receive(own), None))

    with ThreadPoolExecutor(4) as workers:
        taken = [number for batch in workers.map(take_all, range(4)) for number in batch]
    assert sorted(taken) == list(range(200))


def test_consumer_that_was_waiting_gets_a_message(connection: Connection) -> None:
    received: list[object] = []
    queue = Queue("tick", Exchange("contactcenter"), routing_key="tick")
    with connection.Consumer([queue], callbacks=[lambda body, message: received.append(body)], no_ack=True):
        send(connection, "now", queue="tick")
        connection.drain_events(timeout=2)
    assert received == ["now"]


def test_purge_and_size(connection: Connection) -> None:
    send(connection, "one")
    send(connection, "two")
    assert channel(connection)._size("default") == 2
    assert channel(connection).queue_purge("default") == 2
    assert channel(connection)._size("default") == 0
