"""Names of configuration objects: which characters, which are the same, how long."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contactcenter.directory.models import AudioFile, CompanySettings, EntryPointMapping, Site, Team
from contactcenter.directory.services import save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import Status
from statuses.services import save_status
from tests.cast import Cast
from tests.directory.examples import SLUGS, make, save, sound
from tests.statuses.support import BACK_OFFICE

KINDS = [slug for slug in SLUGS if slug not in {"user", "entry-point-mapping", "audio-file"}]
# the marks that the names of each may hold beside letters, digits and spaces
MARKS = {
    "multimedia-profile": "._-",
    "site": "-_",
    "work-type": "._-",
    "auxiliary-code": "._)/(-",
    "skill-definition": ",@_.-",
    "skill-profile": ",@_.-",
    "team": "!\"#$%&'()*+,-./;<=>?@[\\]^_`{}~",
    "queue": "&_.-",
    "outdial-queue": "&_.-",
    "entry-point": "&_-",
    "outdial-entry-point": "&_-",
    "address-book": "._-",
    "outdial-ani": "._-",
    "desktop-profile": "._-()",
    "user-profile": ",_-",
}
ALL_MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
LETTER_FIRST = {"skill-definition", "entry-point", "outdial-entry-point"}

every_kind = pytest.mark.parametrize("kind", KINDS)


def refusal(cast: Cast, kind: str, name: Any) -> tuple[str, str]:
    """The field and code of the one error."""
    with pytest.raises(ValidationError) as refused:
        save(cast, kind, name)
    ((field, (error,)),) = refused.value.error_dict.items()
    return field, str(error.code)


@every_kind
@pytest.mark.parametrize(
    "name", ["Oběd", "Équipe du soir", "हिन्दी", "مكتب خلفي", "コール 1", "Ωmega ½", "x", "x" * 80, "7"]
)
def test_letters_and_digits_of_any_script(cast: Cast, kind: str, name: str) -> None:
    if kind in LETTER_FIRST and not name[0].isalpha():
        assert refusal(cast, kind, name) == ("name", "invalid_characters")
        name = f"L{name[:79]}"
    assert save(cast, kind, name).name == name


@every_kind
def test_marks_of_each_kind(cast: Cast, kind: str) -> None:
    for mark in ALL_MARKS:
        made, links = make(cast, kind, f"a{mark}b")
        if mark in MARKS[kind]:
            save_object(made, links=links)
        else:
            with pytest.raises(ValidationError) as refused:
                save_object(made, links=links)
            assert list(refused.value.error_dict) == ["name"], mark
            assert f"“{mark}”" in refused.value.messages[0]


@pytest.mark.parametrize("kind", sorted(LETTER_FIRST))
@pytest.mark.parametrize("name", ["7 seas", "_x", " 1", " -", "½", "\N{COMBINING ACUTE ACCENT}a"])
def test_names_that_begin_with_a_letter(cast: Cast, kind: str, name: str) -> None:
    assert refusal(cast, kind, name) == ("name", "invalid_characters")


@every_kind
@pytest.mark.parametrize("name", ["a\0b", "\0"])
def test_nul(cast: Cast, kind: str, name: str) -> None:
    field, _code = refusal(cast, kind, name)
    assert field == "name"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "team"])
@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\N{NO-BREAK SPACE}b", "a\N{ZERO WIDTH SPACE}b", "☎", "a\ud800"])
def test_other_characters(cast: Cast, kind: str, name: str) -> None:
    assert refusal(cast, kind, name) == ("name", "invalid_characters")


@every_kind
@pytest.mark.parametrize(("name", "code"), [("", "blank"), ("   ", "blank"), ("x" * 81, "max_length")])
def test_length(cast: Cast, kind: str, name: str, code: str) -> None:
    assert refusal(cast, kind, name) == ("name", code)


@every_kind
def test_missing(cast: Cast, kind: str) -> None:
    made, links = make(cast, kind)
    made.name = None  # as a file without the column gives it
    with pytest.raises(ValidationError) as refused:
        save_object(made, links=links)
    assert list(refused.value.error_dict) == ["name"]


@every_kind
def test_spaces_around_do_not_count(cast: Cast, kind: str) -> None:
    assert save(cast, kind, "  Late shift ").name == "Late shift"


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
    save(cast, kind, there)
    assert refusal(cast, kind, name) == ("name", "duplicate_name")


@every_kind
def test_own_name_in_another_case(cast: Cast, kind: str) -> None:
    made = save(cast, kind, "Late shift")
    made.name = "LATE SHIFT"
    assert save_object(made).key == "late shift"


def test_names_of_teams_are_unique_in_their_site(cast: Cast) -> None:
    save_object(Team(name="Care", site=cast.lyon))
    assert refusal(cast, "team", "CARE") == ("name", "duplicate_name")


@pytest.mark.parametrize(
    ("one", "another"),
    [("queue", "outdial-queue"), ("entry-point", "outdial-entry-point")],
)
def test_names_are_unique_among_both_directions(cast: Cast, one: str, another: str) -> None:
    save(cast, one, "Orders day")
    assert refusal(cast, another, "ORDERS DAY") == ("name", "duplicate_name")
    save(cast, another, "Orders night")
    assert refusal(cast, one, " orders NIGHT ") == ("name", "duplicate_name")


def test_kinds_do_not_disturb_each_other(cast: Cast) -> None:
    apart = [kind for kind in KINDS if not kind.startswith("outdial-") or kind == "outdial-ani"]
    saved = [save(cast, kind, "Same") for kind in apart]
    assert [type(row)._default_manager.get(key="same") for row in saved] == saved


@pytest.mark.database
def test_key_is_stored_however_a_row_is_written(cast: Cast) -> None:
    (site,) = Site.objects.bulk_create([make(cast, "site", "Łódź")[0]])
    site.refresh_from_db()
    assert Site.objects.filter(key="łódź").get() == site
    site.name = "Gdańsk"
    Site.objects.bulk_update([site], ["name", "key"])
    assert Site.objects.get(key="gdańsk") == site


@every_kind
def test_texts_without_nul(cast: Cast, kind: str) -> None:
    texts = {"description", "desktop_layout", "asset_name", "outbound_script"}
    for name in texts & {field.name for field in make(cast, kind)[0]._meta.fields}:
        made, links = make(cast, kind, "Late shift", **{name: "a\0b"})
        with pytest.raises(ValidationError) as refused:
            save_object(made, links=links)
        assert list(refused.value.error_dict) == [name]


# --- Other keys --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1", "+420222333444", "420222", "1.2-3", "8-", "+1.", "9" * 20])
def test_dialed_numbers(cast: Cast, number: str) -> None:
    assert save(cast, "entry-point-mapping", dialed_number=number).dialed_number == number


@pytest.mark.parametrize(
    "number", ["", "+", "++1", "1 2", "a", "-1", ".1", "1+", "(1)", "9" * 21, "1\n", "\0", "١٢٣", None]
)
def test_what_is_no_dialed_number(cast: Cast, number: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        save(cast, "entry-point-mapping", dialed_number=number)
    assert list(refused.value.error_dict) == ["dialed_number"]


def test_dialed_numbers_are_unique(cast: Cast) -> None:
    save(cast, "entry-point-mapping", dialed_number="+420")
    with pytest.raises(ValidationError) as refused:
        save(cast, "entry-point-mapping", "More", dialed_number="+420")
    [[error]] = refused.value.error_dict.values()
    assert error.code == "duplicate_name"
    assert EntryPointMapping.objects.count() == 1


def test_names_of_sounds_are_unique(cast: Cast) -> None:
    again = AudioFile(**{field.attname: getattr(sound(cast), field.attname) for field in AudioFile._meta.fields})
    again.pk, again._state.adding, again.name = None, True, "WALTZ.WAV"
    with pytest.raises(ValidationError) as refused:
        save_object(again)
    [[error]] = refused.value.error_dict.values()
    assert error.code == "duplicate_name"


# --- One line ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\x1b", "\x85", "\u2028"])
def test_names_keep_to_one_line(cast: Cast, bad: str) -> None:
    name = f"Night{bad}shift"
    company, team, status = CompanySettings.load(), Team(name=name, site=cast.praha), Status(name=name, **BACK_OFFICE)
    company.company_name = cast.agent.first_name = name
    for write in (
        lambda: save_company_settings(company, actor=SYSTEM),
        lambda: save_object(team),
        lambda: save_status(status),
        lambda: save_user(cast.agent, actor=SYSTEM),
    ):
        with pytest.raises(ValidationError) as refused:
            write()
        [[error]] = refused.value.error_dict.values()
        assert error.code == "invalid_characters"
