"""Every column of every kind of object: what it may hold, when it counts, and that it comes back as it was stored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from contactcenter.directory.catalog import OBJECT_TYPES, Column, Kind, Need
from contactcenter.directory.models import SkillDefinition, WorkType
from contactcenter.directory.models.conditions import Only, default_of
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast
from tests.directory.examples import SLUGS, Links, described, kind, make, other, save

STORED_OTHERWISE = {"audio-file"}  # with what is in the file


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def store(instance: Any, links: Links) -> Any:
    if type(instance).__name__ == "User":
        return save_user(instance, teams=links["teams"], actor=SYSTEM)
    return save_object(instance, links=links)


def errors_of(instance: Any, links: Links) -> dict[str, set[str]]:
    with pytest.raises(ValidationError) as refused:
        store(instance, links)
    return {field: {str(error.code) for error in errors} for field, errors in refused.value.error_dict.items()}


@pytest.mark.parametrize("slug", SLUGS)
def test_everything_comes_back(cast: Cast, slug: str) -> None:
    made, links = make(cast, slug)
    stored = described(type(made).objects.get(pk=save(cast, slug).pk))
    object_type = kind(slug)
    for column in object_type.columns:
        if column.field not in object_type.links and slug not in STORED_OTHERWISE:
            assert stored[column.field] == getattr(made, column.attname), column.title
    for name in object_type.links:
        assert stored[name] == sorted(target.pk for target in links[name])
    if object_type.children:
        assert len(stored[object_type.children.name]) == len(links[object_type.children.name])


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug != "audio-file"])
def test_storing_it_again_changes_nothing(cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    before = described(made)
    again = type(made).objects.get(pk=made.pk)
    save_user(again, actor=SYSTEM) if slug == "user" else save_object(again)
    assert described(type(made).objects.get(pk=made.pk)) == before


# --- Mandatory ---------------------------------------------------------------------------------------------------


def _mandatory() -> Iterator[tuple[str, Column]]:
    for object_type in OBJECT_TYPES:
        for column in object_type.columns:
            if column.need is Need.MANDATORY and column.kind is not Kind.SWITCH and object_type.slug != "audio-file":
                yield object_type.slug, column


@pytest.mark.parametrize(
    ("slug", "column"), [pytest.param(*one, id=f"{one[0]}-{one[1].field}") for one in _mandatory()]
)
def test_mandatory(cast: Cast, slug: str, column: Column) -> None:
    empty: Any = "" if column.kind in {Kind.TEXT, Kind.CHOICE} else None
    made, links = make(cast, slug, **{column.attname: empty})
    if column.kind is Kind.REFERENCE:
        setattr(made, column.field, None)
    assert errors_of(made, links)[column.field] <= {"blank", "null", "required", "invalid_time_zone"}


# --- Values ------------------------------------------------------------------------------------------------------

LONGEST = {
    ("multimedia-profile", "description"): 255,
    ("work-type", "description"): 255,
    ("auxiliary-code", "description"): 255,
    ("skill-definition", "description"): 255,
    ("skill-definition", "outbound_script"): 2000,
    ("skill-profile", "description"): 255,
    ("team", "desktop_layout"): 80,
    ("queue", "description"): 255,
    ("outdial-queue", "description"): 255,
    ("entry-point", "description"): 255,
    ("entry-point", "asset_name"): 80,
    ("outdial-entry-point", "description"): 255,
    ("address-book", "description"): 255,
    ("outdial-ani", "description"): 255,
    ("desktop-profile", "description"): 255,
    ("user-profile", "description"): 255,
    ("user", "external_id"): 80,
    ("user", "first_name"): 150,
    ("user", "last_name"): 150,
}


@pytest.mark.parametrize(("slug", "field"), LONGEST)
def test_longest_texts(cast: Cast, slug: str, field: str) -> None:
    longest = LONGEST[slug, field]
    assert getattr(store(*make(cast, slug, **{field: "ř" * longest})), field) == "ř" * longest
    assert errors_of(*make(cast, slug, "Another", **{field: "ř" * (longest + 1)})) == {field: {"max_length"}}


WEEK = 7 * 24 * 3600
NUMBERS = {
    ("multimedia-profile", "voice"): (0, 1),
    ("multimedia-profile", "chat"): (0, 500),
    ("multimedia-profile", "email"): (0, 500),
    ("multimedia-profile", "social"): (0, 500),
    ("skill-definition", "service_level_threshold"): (0, 86_400),
    ("queue", "max_time_in_queue"): (30, WEEK),  # from the service level on
    ("queue", "recording_pause_duration"): (1, 3600),
    ("outdial-queue", "max_time_in_queue"): (30, WEEK),
    ("outdial-queue", "recording_pause_duration"): (1, 3600),
    ("queue", "service_level_threshold"): (1, 600),  # up to the longest wait
    ("outdial-queue", "service_level_threshold"): (1, 600),
    ("entry-point", "service_level_threshold"): (1, WEEK),
    ("outdial-entry-point", "service_level_threshold"): (1, WEEK),
    ("desktop-profile", "auto_wrap_up_time"): (1, 3600),
}


@pytest.mark.parametrize(("slug", "field"), NUMBERS)
def test_numbers_in_range(cast: Cast, slug: str, field: str) -> None:
    low, high = NUMBERS[slug, field]
    for name, number in (("Low", low), ("High", high)):
        assert getattr(store(*make(cast, slug, name, **{field: number})), field) == number
    wrong_values: list[object] = [low - 1, high + 1, "many"]
    for value in wrong_values:
        wrong = errors_of(*make(cast, slug, "Another", **{field: value}))
        assert wrong.keys() <= {field, "service_level_threshold"}, value


@pytest.mark.parametrize("slug", ["queue", "outdial-queue"])
@pytest.mark.parametrize(
    ("service_level", "longest", "fits"), [(WEEK, WEEK, True), (WEEK + 1, WEEK, False), (1, 1, True), (2, 1, False)]
)
def test_service_level_of_a_queue(cast: Cast, slug: str, service_level: int, longest: int, fits: bool) -> None:
    made, links = make(cast, slug, service_level_threshold=service_level, max_time_in_queue=longest)
    if fits:
        store(made, links)
    else:
        assert errors_of(made, links).keys() == {"service_level_threshold"}


def _choices() -> Iterator[tuple[str, Column, str]]:
    for object_type in OBJECT_TYPES:
        for column in object_type.columns:
            if column.kind is Kind.CHOICE:
                yield from ((object_type.slug, column, value) for value in ("OTHER", "all", " "))


@pytest.mark.parametrize(
    ("slug", "column", "value"),
    [pytest.param(*one, id=f"{one[0]}-{one[1].field}-{one[2]}") for one in _choices()],
)
def test_what_is_no_choice(cast: Cast, slug: str, column: Column, value: str) -> None:
    wrong = errors_of(*make(cast, slug, **{column.field: value}))
    assert "invalid_choice" in wrong[column.field]


@pytest.mark.parametrize("slug", ["queue", "outdial-queue", "entry-point", "outdial-entry-point"])
@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "localtime", "Prague", "Europe/Prague\n"])
def test_what_is_no_time_zone(cast: Cast, slug: str, zone: str) -> None:
    assert errors_of(*make(cast, slug, timezone=zone)) == {"timezone": {"invalid_time_zone"}}


@pytest.mark.parametrize(
    ("slug", "field", "each", "values"),
    [
        ("skill-definition", "list_values_for_enum", 20, {}),
        ("desktop-profile", "dial_plan", 80, {}),
        ("desktop-profile", "validation_criteria", 80, {}),
        ("desktop-profile", "agent_threshold_alerts", 80, {}),
    ],
)
def test_lists_of_texts(cast: Cast, slug: str, field: str, each: int, values: dict[str, Any]) -> None:
    good = ["ž" * each, "a b", "=1"]
    assert getattr(store(*make(cast, slug, **{field: good}, **values)), field) == good
    for bad in (["x" * (each + 1)], ["a|b"], ["a\nb"], [""], [f"{number}" for number in range(1001)]):
        assert errors_of(*make(cast, slug, "Another", **{field: bad}, **values)).keys() == {field}


def test_values_of_a_list_skill_are_given_once(cast: Cast) -> None:
    assert errors_of(*make(cast, "skill-definition", list_values_for_enum=["One", "oNE"])).keys() == {
        "list_values_for_enum"
    }


@pytest.mark.parametrize("number", ["12", "+420 222 333 444", "(02) 123-456", "1.2/3", "9" * 20])
def test_phone_numbers(cast: Cast, number: str) -> None:
    assert save(cast, "user", default_dn=number).default_dn == number


@pytest.mark.parametrize("number", ["1", "9" * 21, "12a", "++12", "１２", "12\n", "sip:a@b.cz"])
def test_what_is_no_phone_number(cast: Cast, number: str) -> None:
    assert errors_of(*make(cast, "user", default_dn=number)) == {"default_dn": {"invalid_phone"}}


@pytest.mark.parametrize(
    ("region", "stored"), [("CZ", "CZ"), ("cz", "CZ"), ("Default", "Default"), ("DEFAULT", "Default"), ("", "Default")]
)
def test_regions(cast: Cast, region: str, stored: str) -> None:
    assert save(cast, "entry-point-mapping", region=region).region == stored


@pytest.mark.parametrize("region", ["XX", "CZE", "C", "EU", "Czechia", "1"])
def test_what_is_no_region(cast: Cast, region: str) -> None:
    assert errors_of(*make(cast, "entry-point-mapping", region=region)).keys() == {"region"}


def test_mapping_leads_to_telephony(cast: Cast) -> None:
    chat = save(cast, "entry-point", channel_type="CHAT", social_channel_type="", asset_name="")
    assert errors_of(*make(cast, "entry-point-mapping", entry_point=chat)).keys() == {"entry_point"}


# --- What counts when --------------------------------------------------------------------------------------------


def _conditions() -> Iterator[tuple[str, Only, str]]:
    """Yield each condition with each of the fields it depends on."""
    for object_type in OBJECT_TYPES:
        for only in object_type.model.conditions:
            for name in only.when:
                if not (object_type.slug == "outdial-queue" and name == "channel_type"):  # which is always telephony
                    yield object_type.slug, only, name


CONDITIONS = [pytest.param(*one, id=f"{one[0]}-{one[1].fields[0]}-{one[2]}") for one in _conditions()]


def contrary(cast: Cast, model: Any, only: Only, name: str) -> dict[str, Any]:
    """Return the value with which a condition does not hold."""
    if name == "kind":
        return {"work_type": other(cast, "work-type", "Ends") if WorkType.objects.filter(name="Ends") else _ends()}
    field = model._meta.get_field(name)
    values = [True, False] if not field.choices else [value for value, _label in field.choices]
    return {name: next(value for value in values if value not in only.when[name])}


def _ends() -> WorkType:
    return save_object(WorkType(name="Ends", type="WRAP_UP_CODE"))


@pytest.mark.parametrize(("slug", "only", "name"), CONDITIONS)
def test_what_does_not_count_is_cleared(cast: Cast, slug: str, only: Only, name: str) -> None:
    model = kind(slug).model
    made, links = make(cast, slug, **contrary(cast, model, only, name))
    if slug == "team":  # is of people; a capacity team needs these
        made.dn, made.capacity = "2000", 5
    if slug == "entry-point":
        made.social_channel_type = "SMS"
    found = described(model.objects.get(pk=store(made, links).pk))
    for field in only.fields:
        assert found[field] in (default_of(model, field), []), field


@pytest.mark.parametrize(("slug", "only", "name"), [one for one in CONDITIONS if one.values[1].mandatory])  # type: ignore[union-attr]
def test_what_is_needed_beside_a_choice(cast: Cast, slug: str, only: Only, name: str) -> None:
    model = kind(slug).model
    values: dict[str, Any] = {one: wanted[0] for one, wanted in only.when.items()}
    for field in only.fields:
        made, links = make(cast, slug, **values)
        if slug == "team":
            made.dn, made.capacity = "2000", 5
        if field in links:
            links[field] = []
        else:
            setattr(made, field, default_of(model, field))
        assert errors_of(made, links) == {field: {"required"}}


def test_seconds_of_a_pause_are_ten_where_nothing_is_said(cast: Cast) -> None:
    for slug in ("queue", "outdial-queue"):
        assert save(cast, slug, f"A {slug}", recording_pause_duration=None).recording_pause_duration == 10


# --- What stays --------------------------------------------------------------------------------------------------

IMMUTABLE = [(slug, name) for slug in SLUGS for name in kind(slug).model.immutable]


def different(cast: Cast, instance: Any, name: str) -> Any:
    field = instance._meta.get_field(name)
    now = getattr(instance, name)
    if field.is_relation:
        return field.related_model.objects.exclude(pk=now.pk)[0]
    if field.choices:
        return next(value for value, _label in field.choices if value != now)
    return not now


@pytest.mark.parametrize(("slug", "name"), IMMUTABLE)
def test_what_stays_as_it_was(cast: Cast, slug: str, name: str) -> None:
    stored = save(cast, slug)
    loaded = type(stored).objects.get(pk=stored.pk)
    setattr(loaded, name, different(cast, loaded, name))
    with pytest.raises(ValidationError) as refused:
        save_object(loaded)
    assert "immutable" in {error.code for error in refused.value.error_dict[name]}


def test_which_fields_stay() -> None:
    assert set(IMMUTABLE) == {
        ("auxiliary-code", "work_type"),
        ("skill-definition", "type"),
        ("team", "site"),
        ("team", "type"),
        ("queue", "channel_type"),
        ("queue", "routing_type"),
        ("outdial-queue", "outbound_campaign"),
        ("entry-point", "channel_type"),
        ("address-book", "parent_site"),
        ("user-profile", "profile_type"),
    }


def test_every_kind_has_an_example() -> None:
    assert [object_type.slug for object_type in OBJECT_TYPES] == SLUGS
    assert len(SLUGS) == 18


@pytest.mark.parametrize("slug", ["queue", "entry-point"])
def test_directions_do_not_see_each_other(cast: Cast, slug: str) -> None:
    inbound, outbound = save(cast, slug, "Here"), save(cast, f"outdial-{slug}", "There")
    for mine, others in ((inbound, outbound), (outbound, inbound)):
        assert type(mine).objects.filter(pk=mine.pk).exists()
        assert not type(mine).objects.filter(pk=others.pk).exists()


def test_outdial_queue_goes_to_the_longest_available(cast: Cast) -> None:
    assert errors_of(*make(cast, "outdial-queue", routing_type="SKILLS_BASED")).keys() == {"routing_type"}


# --- Skills ------------------------------------------------------------------------------------------------------


def skill(kind_of_skill: str, *values: str) -> SkillDefinition:
    made = SkillDefinition(
        name=f"Skill {kind_of_skill}", type=kind_of_skill, service_level_threshold=1, list_values_for_enum=list(values)
    )
    return save_object(made)


@pytest.mark.parametrize(
    ("type_", "given", "stored"),
    [
        ("PROFICIENCY", "0", "0"),
        ("PROFICIENCY", " 10 ", "10"),
        ("PROFICIENCY", "07", "7"),
        ("BOOLEAN", "true", "True"),
        ("BOOLEAN", "No", "False"),
        ("TEXT", " any text ", "any text"),
        ("TEXT", "x" * 100, "x" * 100),
        ("ENUM", "CS", "cs"),
        ("ENUM", "en| cs |EN", "en|cs"),
    ],
)
def test_skill_values(db: None, type_: str, given: str, stored: str) -> None:
    assert skill(type_, *(["cs", "en"] if type_ == "ENUM" else [])).spelt(given) == stored


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        *(("PROFICIENCY", given) for given in ("", "11", "-1", "1.5", "five", "٣", "1|2")),
        *(("BOOLEAN", given) for given in ("", "1", "maybe", "True|False")),
        *(("TEXT", given) for given in ("", "  ", "x" * 101, "a\nb", "a\0b")),
        *(("ENUM", given) for given in ("", "de", "cs|de", "cs|", "|")),
    ],
)
def test_what_is_no_skill_value(db: None, type_: str, given: str) -> None:
    definition = skill(type_, *(["cs", "en"] if type_ == "ENUM" else []))
    with pytest.raises(ValidationError):
        definition.spelt(given)


def test_values_in_use_stay_in_the_list(cast: Cast) -> None:
    save(cast, "skill-profile", "Beginners")  # has the value “one”
    tier = SkillDefinition.objects.get(name="Tier")
    tier.list_values_for_enum = ["two", "three"]
    assert errors_of(tier, {}) == {"list_values_for_enum": {"referenced"}}
    tier.list_values_for_enum = ["three", "one"]
    save_object(tier)
