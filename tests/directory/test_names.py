"""Names of configuration objects: which characters, which are the same, how long."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contactcenter.directory.models import (
    AuxiliaryCode,
    CompanySettings,
    DesktopProfile,
    MultimediaProfile,
    Site,
    Team,
    UserProfile,
    WorkType,
)
from contactcenter.directory.services import save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import Status
from statuses.services import save_status
from tests.cast import Cast
from tests.statuses.support import BACK_OFFICE

Make = Callable[[Cast, str], Any]

UNITS: dict[str, Any] = {"type": "BLENDED", "voice": 1, "chat": 1, "email": 1, "social": 1}
MAKERS: dict[str, Make] = {
    "multimedia-profile": lambda cast, name: MultimediaProfile(name=name, **UNITS),
    "site": lambda cast, name: Site(name=name, multimedia_profile=cast.praha.multimedia_profile),
    "work-type": lambda cast, name: WorkType(name=name, type="IDLE_CODE"),
    "auxiliary-code": lambda cast, name: AuxiliaryCode(name=name, work_type=cast.lunch.work_type),
    "team": lambda cast, name: Team(name=name, site=cast.praha),
    "desktop-profile": lambda cast, name: DesktopProfile(name=name),
    "user-profile": lambda cast, name: UserProfile(name=name, profile_type="STANDARD_AGENT"),
}
# the marks that the names of each may hold beside letters, digits and spaces
MARKS = {
    "multimedia-profile": "._-",
    "site": "-_",
    "work-type": "._-",
    "auxiliary-code": "._)/(-",
    "team": "!\"#$%&'()*+,-./;<=>?@[]^_`{}~",
    "desktop-profile": "._-()",
    "user-profile": ",_-",
}
ALL_MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
KINDS = list(MAKERS)

every_kind = pytest.mark.parametrize("kind", KINDS)


def refusal(make: Make, cast: Cast, name: str) -> tuple[str, str]:
    """The field and code of the one error."""
    with pytest.raises(ValidationError) as refused:
        save_object(make(cast, name))
    ((field, (error,)),) = refused.value.error_dict.items()
    return field, str(error.code)


@every_kind
@pytest.mark.parametrize(
    "name", ["Oběd", "Équipe du soir", "हिन्दी", "مكتب خلفي", "コール 1", "Ωmega ½", "x", "x" * 80, "7"]
)
def test_letters_and_digits_of_any_script(cast: Cast, kind: str, name: str) -> None:
    assert save_object(MAKERS[kind](cast, name)).name == name


@every_kind
def test_marks_of_each_kind(cast: Cast, kind: str) -> None:
    for mark in ALL_MARKS:
        made = MAKERS[kind](cast, f"a{mark}b")
        if mark in MARKS[kind] or (kind == "team" and mark == "\\"):
            save_object(made)
        else:
            with pytest.raises(ValidationError) as refused:
                save_object(made)
            assert list(refused.value.error_dict) == ["name"], mark
            assert f"“{mark}”" in refused.value.messages[0]


@every_kind
@pytest.mark.parametrize("name", ["a\0b", "\0"])
def test_nul(cast: Cast, kind: str, name: str) -> None:
    field, _code = refusal(MAKERS[kind], cast, name)
    assert field == "name"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "team"])
@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\N{NO-BREAK SPACE}b", "a\N{ZERO WIDTH SPACE}b", "☎", "a\ud800"])
def test_other_characters(cast: Cast, kind: str, name: str) -> None:
    assert refusal(MAKERS[kind], cast, name) == ("name", "invalid_characters")


@every_kind
@pytest.mark.parametrize(("name", "code"), [("", "blank"), ("   ", "blank"), ("x" * 81, "max_length")])
def test_length(cast: Cast, kind: str, name: str, code: str) -> None:
    assert refusal(MAKERS[kind], cast, name) == ("name", code)


@every_kind
def test_missing(cast: Cast, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save_object(MAKERS[kind](cast, None))  # type: ignore[arg-type]  # as a file without the column gives it
    assert list(refused.value.error_dict) == ["name"]


@every_kind
def test_spaces_around_do_not_count(cast: Cast, kind: str) -> None:
    assert save_object(MAKERS[kind](cast, "  Late shift ")).name == "Late shift"


@every_kind
@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("Late shift", "LATE SHIFT"),
        ("Late shift", " late shift "),
        ("Oběd", "Obe\N{COMBINING CARON}d"),
        ("Obe\N{COMBINING CARON}d", "OBĚD"),
        ("Straße", "strasse"),
    ],
)
def test_same_names(cast: Cast, kind: str, there: str, name: str) -> None:
    save_object(MAKERS[kind](cast, there))
    assert refusal(MAKERS[kind], cast, name) == ("name", "duplicate_name")


@every_kind
def test_own_name_in_another_case(cast: Cast, kind: str) -> None:
    made = save_object(MAKERS[kind](cast, "Late shift"))
    made.name = "LATE SHIFT"
    assert save_object(made).key == "late shift"


def test_names_of_teams_are_unique_in_their_site(cast: Cast) -> None:
    save_object(Team(name="Care", site=cast.lyon))
    assert refusal(lambda cast, name: Team(name=name, site=cast.praha), cast, "CARE") == ("name", "duplicate_name")


def test_kinds_do_not_disturb_each_other(cast: Cast) -> None:
    saved = [save_object(make(cast, "Same")) for make in MAKERS.values()]
    assert [type(row)._default_manager.get(key="same") for row in saved] == saved


@pytest.mark.database
def test_key_is_stored_however_a_row_is_written(cast: Cast) -> None:
    (site,) = Site.objects.bulk_create([MAKERS["site"](cast, "Łódź")])
    site.refresh_from_db()
    assert Site.objects.filter(key="łódź").get() == site
    site.name = "Gdańsk"
    Site.objects.bulk_update([site], ["name", "key"])
    assert Site.objects.get(key="gdańsk") == site


@every_kind
def test_texts_without_nul(cast: Cast, kind: str) -> None:
    made = MAKERS[kind](cast, "Late shift")
    for name in {"description", "desktop_layout"} & {field.name for field in made._meta.fields}:
        setattr(made, name, "a\0b")
        with pytest.raises(ValidationError) as refused:
            save_object(made)
        assert list(refused.value.error_dict) == [name]


# --- One line ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\x1b", "\x85", "\u2028"])
def test_names_keep_to_one_line(cast: Cast, bad: str) -> None:
    name = f"Night{bad}shift"
    company, team, status = CompanySettings.load(), Team(name=name, site=cast.praha), Status(name=name, **BACK_OFFICE)
    company.company_name = cast.agent.first_name = name
    for save in (
        lambda: save_company_settings(company, actor=SYSTEM),
        lambda: save_object(team),
        lambda: save_status(status),
        lambda: save_user(cast.agent, actor=SYSTEM),
    ):
        with pytest.raises(ValidationError) as refused:
            save()
        [[error]] = refused.value.error_dict.values()
        assert error.code == "invalid_characters"
