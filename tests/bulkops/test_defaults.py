"""Of each kind of auxiliary code one is the default: whoever becomes it takes the place of the other."""

import pytest

from bulkops import importing
from contactcenter.directory.models import AuxiliaryCode
from tests.bulkops.company import Row
from tests.bulkops.support import assert_good, changes, counts, imported, outcomes, refusals, row_of

pytestmark = pytest.mark.usefixtures("company")


def code(name: str, *, default: str = "ON", kind: str = "Přestávka") -> Row:
    return {"Name": name, "Default": default, "Work Type": kind}


def defaults() -> set[tuple[str, str]]:
    return set(AuxiliaryCode.objects.filter(is_default=True).values_list("kind", "name"))


def test_a_new_default_takes_the_place_of_the_other() -> None:
    operation = imported("auxiliary-code", [code("New")])
    assert_good(operation)
    assert defaults() == {("IDLE_CODE", "New"), ("WRAP_UP_CODE", "Vyřešeno")}
    assert row_of(operation).notes == ["“Oběd” is not the default any more."]


def test_a_changed_code_takes_it_too() -> None:
    operation = imported("auxiliary-code", [code("Zavolat zpět", kind="Výsledek")])
    assert_good(operation)
    assert defaults() == {("IDLE_CODE", "Oběd"), ("WRAP_UP_CODE", "Zavolat zpět")}
    assert changes(operation) == {"Default": ("OFF", "ON")}
    assert row_of(operation).notes == ["“Vyřešeno” is not the default any more."]


def test_the_default_stays_without_a_word() -> None:
    operation = imported("auxiliary-code", [code("Oběd"), code("New", default="OFF")])
    assert outcomes(operation) == ["unchanged", "created"]
    assert row_of(operation).notes is None
    assert ("IDLE_CODE", "Oběd") in defaults()


def test_the_default_stays_whatever_else_changes() -> None:
    operation = imported("auxiliary-code", [code("Oběd") | {"Description": "Hodina"}])
    assert outcomes(operation) == ["updated"]
    assert ("IDLE_CODE", "Oběd") in defaults()


def test_a_default_may_be_given_up() -> None:
    assert_good(imported("auxiliary-code", [code("Oběd", default="OFF")]))
    assert defaults() == {("WRAP_UP_CODE", "Vyřešeno")}
    operation = imported("auxiliary-code", [code("New")])
    assert row_of(operation).notes is None
    assert ("IDLE_CODE", "New") in defaults()


@pytest.mark.parametrize("chunk", [1, 2, 1000])
def test_the_last_of_several_is_the_default(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", chunk)
    operation = imported("auxiliary-code", [code("One"), code("Two"), code("Oběd", default="OFF"), code("Three")])
    assert_good(operation)
    assert defaults() == {("IDLE_CODE", "Three"), ("WRAP_UP_CODE", "Vyřešeno")}
    assert [row.notes for row in operation.rows.order_by("position")] == [
        ["“Oběd” is not the default any more."],
        ["“One” is not the default any more."],
        None,
        ["“Two” is not the default any more."],
    ]


def test_the_old_default_may_stand_in_the_file_too() -> None:
    rows = [code("Oběd") | {"Description": "Hodina"}, code("New")]
    assert_good(imported("auxiliary-code", rows))
    assert ("IDLE_CODE", "New") in defaults()
    assert AuxiliaryCode.objects.get(name="Oběd").description == "Hodina"


@pytest.mark.parametrize("chunk", [1, 1000])
def test_a_later_row_takes_it_back(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are applied one after the other, wherever chunks begin; the same file again ends alike."""
    monkeypatch.setattr(importing, "CHUNK", chunk)
    rows = [code("Školení", kind="Práce"), code("Oběd"), code("Vyřešeno", default="OFF", kind="Výsledek")]
    for _again in range(2):
        operation = imported("auxiliary-code", rows)
        assert_good(operation)
        assert outcomes(operation)[:2] == ["updated", "updated"]
        assert row_of(operation, 3).notes == ["“Školení” is not the default any more."]
        assert changes(operation, 3) == {"Default": ("OFF", "ON")}
        assert defaults() == {("IDLE_CODE", "Oběd")}


def test_a_refused_code_takes_nothing() -> None:
    operation = imported("auxiliary-code", [code("New") | {"Paid": "sometimes"}])
    assert counts(operation) == (0, 0, 0, 1)
    assert defaults() == {("IDLE_CODE", "Oběd"), ("WRAP_UP_CODE", "Vyřešeno")}
    assert refusals(operation) == {2: [("Paid", "“sometimes” is neither ON nor OFF.")]}
