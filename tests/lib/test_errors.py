"""Expected failures carry a sentence, a code, and data."""

import pytest

from contactcenter.lib.actors import SYSTEM, Actor
from contactcenter.lib.errors import AppError, Conflict, Forbidden, Invalid, NotFound, StaleVersion


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Invalid, 400, "invalid"),
        (Forbidden, 403, "permission_denied"),
        (NotFound, 404, "not_found"),
        (Conflict, 409, "conflict"),
        (StaleVersion, 412, "stale_version"),
    ],
)
def test_without_words_the_class_speaks(kind: type[AppError], status: int, code: str) -> None:
    error = kind()
    assert (error.status, error.code, error.field, error.data) == (status, code, "", {})
    assert error.message == kind.__doc__
    assert str(error) == error.message


def test_words_code_field_and_data() -> None:
    error = Conflict("“Care” is used.", code="referenced", field="team", referrers=[3])
    assert (error.message, error.code, error.field) == ("“Care” is used.", "referenced", "team")
    assert error.data == {"referrers": [3]}
    assert Conflict().code == "conflict"  # the class is as it was


def test_actors_are_told_apart() -> None:
    assert Actor("user", 3, "Jana") != Actor("client", 3, "Jana")
    assert SYSTEM.payload() == {"kind": "system", "id": None, "name": "System"}
