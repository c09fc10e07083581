"""The number that ties log lines, an error page and a user's report together."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestId(logging.Filter):
    """Adds the number of the request being served, if one is, to what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        if number := request_id.get():
            record.request_id = number
        return True
