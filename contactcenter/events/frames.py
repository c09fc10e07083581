"""The bytes that go down an event stream."""

import json

RETRY = b"retry: 2000\n\n"


def event(cursor: int, data: str) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (cursor, data.encode())


def ping(cursor: int) -> bytes:
    """Say that all is well, and that everything before ``cursor`` has been sent."""
    return b"event: ping\nid: %d\ndata: {}\n\n" % cursor


def token(text: str) -> bytes:
    """Give the page what it answers pings with."""
    return b"event: token\ndata: %s\n\n" % json.dumps(text).encode()


def reset(cursor: int) -> bytes:
    """Say that events are missing: the client loads its state anew and goes on from ``cursor``."""
    return b"event: reset\nid: %d\ndata: {}\n\n" % cursor


def end(reason: str) -> bytes:
    return b"event: end\ndata: %s\n\n" % json.dumps({"reason": reason}).encode()
