"""Expected failures: a sentence for people, a code for programs."""

from collections.abc import Mapping
from typing import ClassVar


class AppError(Exception):
    """The request could not be carried out."""

    status: ClassVar[int] = 400
    code: str = "invalid"

    def __init__(self, message: str = "", *, code: str = "", field: str = "", **data: object) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.code = code or self.code
        self.field = field
        self.data: Mapping[str, object] = data
        super().__init__(self.message)


class Invalid(AppError):
    """A value cannot be used."""


class Forbidden(AppError):
    """You may not do this."""

    status = 403
    code = "permission_denied"


class NotFound(AppError):
    """There is no such object, or you may not see it."""

    status = 404
    code = "not_found"


class Conflict(AppError):
    """The present state does not allow this."""

    status = 409
    code = "conflict"


class StaleVersion(AppError):
    """The object has changed since you read it: read it again, then decide."""

    status = 412
    code = "stale_version"
