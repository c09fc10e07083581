"""What comes in is taken as it is: no number for a text, no text for a number, nothing that has no field."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictInteger(serializers.IntegerField):
    """A JSON number, not a string or a truth value that happens to look like one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictText(serializers.CharField):
    """A JSON string; numbers are not turned into text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictEmail(StrictText, serializers.EmailField):
    """A JSON string that is an address."""


class StrictSwitch(serializers.BooleanField):
    """``true`` or ``false``; neither “yes” nor 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that there are not: a misspelt one would otherwise be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        values: Any = {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors = dict(error.detail) if isinstance(error.detail, dict) else {}
        errors |= self.refused(data) if isinstance(data, Mapping) else {}
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def refused(self, data: Mapping[str, Any]) -> dict[str, str]:
        return {name: "There is no such field." for name in data if name not in self.fields}
