"""Request bodies."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from contactcenter.api.errors import RequestTooLarge


class StrictJSONParser(JSONParser):
    """JSON objects of bounded size, holding only text that the database can store."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestTooLarge
        try:
            # RFC 8259: JSON is UTF-8, whatever charset the header names
            data = super().parse(io.BytesIO(body), media_type, {**(parser_context or {}), "encoding": "utf-8"})
            storable = _is_storable(data)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        if not storable:
            raise ParseError("The body contains a NUL character or half of a surrogate pair, which no field accepts.")
        return data


def _is_storable(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(item) for key, item in value.items())
    return not isinstance(value, list) or all(_is_storable(item) for item in value)
