"""Rules of each kind of configuration object beyond its name."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from contactcenter.directory.models import (
    AuxiliaryCode,
    CompanySettings,
    DesktopProfile,
    MultimediaProfile,
    Team,
    UserProfile,
    WorkType,
)
from contactcenter.directory.services import save_auxiliary_code, save_company_settings, save_object
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast
from tests.directory.examples import save


def errors_of(instance: Any, **links: Any) -> set[tuple[str, str | None]]:
    """Field and code of each error."""
    with pytest.raises(ValidationError) as refused:
        save_object(instance, links=links or None)
    return {(field, error.code) for field, errors in refused.value.error_dict.items() for error in errors}


# --- Multimedia profiles -----------------------------------------------------------------------------------------


def multimedia(type_: str, *units: Any) -> MultimediaProfile:
    voice, chat, email, social = units
    return MultimediaProfile(name="Late", type=type_, voice=voice, chat=chat, email=email, social=social)


@pytest.mark.parametrize(
    ("type_", "units"),
    [
        ("BLENDED", (0, 0, 0, 0)),
        ("BLENDED", (1, 500, 500, 500)),
        ("BLENDED_REALTIME", (1, 1, 0, 0)),
        ("BLENDED_REALTIME", (1, 5, 500, 500)),
        ("EXCLUSIVE", (0, 0, 0, 0)),
        ("EXCLUSIVE", (1, 1, 1, 1)),
    ],
)
def test_units_in_range(db: None, type_: str, units: tuple[int, ...]) -> None:
    pk = save_object(multimedia(type_, *units)).pk
    stored = MultimediaProfile.objects.values_list("type", "voice", "chat", "email", "social")
    assert stored.get(pk=pk) == (type_, *units)


@pytest.mark.parametrize(
    ("type_", "units", "field"),
    [
        ("BLENDED", (2, 0, 0, 0), "voice"),
        ("BLENDED", (0, 501, 0, 0), "chat"),
        ("BLENDED", (0, 0, 501, 0), "email"),
        ("BLENDED", (0, 0, 0, 501), "social"),
        ("BLENDED", (-1, 0, 0, 0), "voice"),
        ("BLENDED", (None, 0, 0, 0), "voice"),
        ("BLENDED", ("x", 0, 0, 0), "voice"),
        ("BLENDED", (0, 2**70, 0, 0), "chat"),
        ("BLENDED_REALTIME", (0, 1, 0, 0), "type"),
        ("BLENDED_REALTIME", (1, 0, 0, 0), "type"),
        ("BLENDED_REALTIME", (1, 6, 0, 0), "type"),
        ("EXCLUSIVE", (1, 2, 1, 1), "type"),
        ("EXCLUSIVE", (0, 0, 2, 0), "type"),
        ("OTHER", (0, 0, 0, 0), "type"),
        ("", (0, 0, 0, 0), "type"),
    ],
)
def test_units_out_of_range(db: None, type_: str, units: tuple[Any, ...], field: str) -> None:
    assert field in {name for name, _code in errors_of(multimedia(type_, *units))}


# --- Auxiliary codes and work types ------------------------------------------------------------------------------


def test_kind_of_a_code_follows_its_work_type(cast: Cast) -> None:
    assert (cast.lunch.kind, cast.solved.kind) == ("IDLE_CODE", "WRAP_UP_CODE")


def test_work_type_of_a_code_stays(cast: Cast) -> None:
    code = AuxiliaryCode.objects.get(pk=cast.lunch.pk)
    code.work_type = WorkType.objects.create(name="Breaks", type="IDLE_CODE")
    assert errors_of(code) == {("work_type", "immutable")}


def test_type_of_a_work_type_stays_once_codes_use_it(cast: Cast) -> None:
    used = WorkType.objects.get(name="Idle")
    used.type = "WRAP_UP_CODE"
    assert errors_of(used) == {("type", "immutable")}
    unused = save_object(WorkType(name="Breaks", type="IDLE_CODE"))
    unused.type = "WRAP_UP_CODE"
    save_object(unused)


def test_one_default_of_each_kind(cast: Cast) -> None:
    for code in (cast.lunch, cast.solved):
        code.is_default = True
        save_object(code)
    cast.training.is_default = True
    assert errors_of(cast.training) == {("__all__", "duplicate_default")}
    save_object(cast.lunch)  # it is the default itself


def test_new_default_takes_the_place_of_the_old(cast: Cast) -> None:
    for code in (cast.lunch, cast.solved, cast.training):
        code.is_default = True
    assert save_auxiliary_code(cast.lunch) is None
    assert save_auxiliary_code(cast.solved) is None
    assert save_auxiliary_code(cast.training) == cast.lunch
    assert set(AuxiliaryCode.objects.filter(is_default=True)) == {cast.training, cast.solved}


# --- Teams -------------------------------------------------------------------------------------------------------


def test_site_and_type_of_a_team_stay(cast: Cast) -> None:
    team = Team.objects.get(pk=cast.care.pk)
    team.site = cast.lyon
    assert errors_of(team) == {("site", "immutable")}
    team = Team.objects.get(pk=cast.care.pk)
    team.type, team.dn, team.capacity = Team.Type.CAPACITY, "2000", 5
    assert errors_of(team) == {("type", "immutable")}


@pytest.mark.parametrize(
    "values",
    [
        {"type": "AGENT", "desktop_layout": "Wide"},
        {"type": "AGENT", "multimedia_profile": True},
        {"type": "CAPACITY", "dn": "+420 222 333 444", "capacity": 1},
        {"type": "CAPACITY", "dn": "2000", "capacity": 10_000},
    ],
)
def test_shapes_of_teams(cast: Cast, values: dict[str, Any]) -> None:
    stored = Team.objects.get(pk=save_object(shaped(cast, values)).pk)
    expected = {
        **values,
        "multimedia_profile": cast.praha.multimedia_profile if "multimedia_profile" in values else None,
    }
    assert {name: getattr(stored, name) for name in expected} == expected


@pytest.mark.parametrize(
    "values",
    [
        {"type": "CAPACITY"},
        {"type": "CAPACITY", "dn": "2000"},
        {"type": "CAPACITY", "capacity": 3},
        {"type": "CAPACITY", "dn": "2000", "capacity": 0},
        {"type": "CAPACITY", "dn": "2000", "capacity": 10_001},
        {"type": "CAPACITY", "dn": "two", "capacity": 1},
        {"type": "OTHER"},
    ],
)
def test_shapes_that_teams_do_not_have(cast: Cast, values: dict[str, Any]) -> None:
    assert errors_of(shaped(cast, values))


@pytest.mark.parametrize(
    ("values", "cleared"),
    [
        ({"type": "AGENT", "dn": "2000"}, {"dn": ""}),
        ({"type": "AGENT", "capacity": 3}, {"capacity": None}),
        ({"type": "CAPACITY", "dn": "2000", "capacity": 3, "desktop_layout": "Wide"}, {"desktop_layout": ""}),
        ({"type": "CAPACITY", "dn": "2000", "capacity": 3, "multimedia_profile": True}, {"multimedia_profile": None}),
    ],
)
def test_what_does_not_count_for_the_type_is_cleared(
    cast: Cast, values: dict[str, Any], cleared: dict[str, Any]
) -> None:
    stored = Team.objects.get(pk=save_object(shaped(cast, values)).pk)
    assert {name: getattr(stored, name) for name in cleared} == cleared


def shaped(cast: Cast, values: dict[str, Any]) -> Team:
    profile = cast.praha.multimedia_profile if values.get("multimedia_profile") else None
    return Team(**{"name": "Late", "site": cast.praha, **values, "multimedia_profile": profile})


# --- Desktop profiles --------------------------------------------------------------------------------------------


def test_idle_codes_of_a_desktop_profile(cast: Cast) -> None:
    specific = {"idle_options": DesktopProfile.Options.SPECIFIC}
    made = save_object(DesktopProfile(name="Late", **specific), links={"idle_codes": [cast.lunch, cast.training]})
    assert set(made.allowed_idle_codes()) == {cast.lunch, cast.training}
    assert set(DesktopProfile.objects.get(name="Standard").allowed_idle_codes()) == {cast.lunch, cast.training}
    # none, or a wrap-up code
    assert errors_of(DesktopProfile(name="Night", **specific), idle_codes=[]) == {("idle_codes", "required")}
    assert errors_of(DesktopProfile(name="Night", **specific)) == {("idle_codes", "required")}
    assert errors_of(DesktopProfile(name="Night", **specific), idle_codes=[cast.solved]) == {("idle_codes", None)}
    # some where all are allowed anyway
    night = save_object(DesktopProfile(name="Night"), links={"idle_codes": [cast.lunch]})
    assert not night.idle_codes.exists()
    made.idle_options = DesktopProfile.Options.ALL
    save_object(made)
    assert not made.idle_codes.exists()


def test_wrap_up_codes_of_a_desktop_profile(cast: Cast) -> None:
    specific = {"wrap_up_options": DesktopProfile.Options.SPECIFIC}
    made = save_object(DesktopProfile(name="Late", **specific), links={"wrap_up_codes": [cast.solved]})
    assert list(made.wrap_up_codes.all()) == [cast.solved]
    assert errors_of(made, wrap_up_codes=[cast.lunch]) == {("wrap_up_codes", None)}


# --- User profiles -----------------------------------------------------------------------------------------------


def profile(**values: Any) -> UserProfile:
    return UserProfile(**{"name": "Late", "profile_type": "SUPERVISOR", **values})


def test_levels_belong_to_specific_access(cast: Cast) -> None:
    levels = dict.fromkeys(UserProfile.MODULES, "VIEW")
    save_object(profile(module_access="SPECIFIC", **levels))
    missing = {(name, "required") for name in UserProfile.MODULES}
    assert errors_of(profile(name="Night", module_access="SPECIFIC")) == missing
    assert save_object(profile(name="Night", provisioning="VIEW")).provisioning == ""
    assert ("provisioning", "invalid_choice") in errors_of(
        profile(name="Dawn", module_access="SPECIFIC", **levels | {"provisioning": "ALL"})
    )


def test_sites_and_teams_belong_to_specific_access(cast: Cast) -> None:
    save_object(
        profile(site_access="SPECIFIC", team_access="SPECIFIC"), links={"sites": [cast.lyon], "teams": [cast.sales]}
    )
    assert errors_of(profile(name="Night", team_access="SPECIFIC")) == {("teams", "required")}
    assert errors_of(profile(name="Night", site_access="SPECIFIC"), sites=[]) == {("sites", "required")}
    assert not save_object(profile(name="Night"), links={"teams": [cast.care]}).teams.exists()


def test_type_of_a_user_profile_stays(cast: Cast) -> None:
    found = UserProfile.objects.get(name="Agent")
    found.profile_type = "ADMINISTRATOR"
    assert errors_of(found) == {("profile_type", "immutable")}


# --- Company settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
        ("language", "xx"),
        ("company_name", ""),
        ("company_name", "x" * 81),
        ("custom_status_limit", -1),
        ("custom_status_limit", 1001),
    ],
)
def test_company_settings_are_checked(db: None, field: str, value: Any) -> None:
    company = CompanySettings.load()
    setattr(company, field, value)
    with pytest.raises(ValidationError) as refused:
        save_company_settings(company, actor=SYSTEM)
    assert list(refused.value.error_dict) == [field]


# --- What the database refuses -----------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("multimedia_profile_units", "UPDATE directory_multimediaprofile SET voice = 2"),
        ("multimedia_profile_units", "UPDATE directory_multimediaprofile SET chat = 501"),
        ("check constraint", "UPDATE directory_multimediaprofile SET email = -1"),
        ("auxiliary_code_one_default_per_kind", "UPDATE directory_auxiliarycode SET is_default = true"),
        ("auxiliary_code_kind_of_work_type", "UPDATE directory_auxiliarycode SET kind = 'WRAP_UP_CODE'"),
        ("auxiliary_code_kind_of_work_type", "UPDATE directory_worktype SET type = 'IDLE_CODE'"),
        ("team_fields_of_type", "UPDATE directory_team SET dn = '1'"),
        ("team_fields_of_type", "UPDATE directory_team SET capacity = 1"),
        ("team_fields_of_type", "UPDATE directory_team SET type = 'CAPACITY'"),
        ("team_name_in_site", "UPDATE directory_team SET key = 'same'"),
        ("site_name", "UPDATE directory_site SET key = 'same'"),
        ("user_email", "UPDATE directory_user SET key = 'same'"),
        ("company_settings_one_row", "UPDATE directory_companysettings SET id = 2"),
        (
            "membership_once",
            "UPDATE directory_membership SET user_id = (SELECT min(id) FROM directory_user), team_id = 1",
        ),
        ("foreign key", "DELETE FROM directory_site"),
        ("foreign key", "DELETE FROM directory_userprofile"),
    ],
)
def test_database_refuses(cast: Cast, constraint: str, statement: str) -> None:
    with pytest.raises(Error, match=constraint), transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE", statement)


QUEUE = "UPDATE directory_queue SET "
ENTRY_POINT = "UPDATE directory_entrypoint SET "
DESKTOP = "UPDATE directory_desktopprofile SET "


@pytest.mark.database
@pytest.mark.parametrize(
    ("slug", "constraint", "statement"),
    [
        ("queue", "queue_direction", QUEUE + "routing_type = ''"),
        ("queue", "queue_direction", QUEUE + "outbound_campaign = true"),
        ("outdial-queue", "queue_direction", QUEUE + "channel_type = 'CHAT'"),
        ("outdial-queue", "queue_direction", QUEUE + "skill_based_agent_selection = 'BEST_AVAILABLE_AGENT'"),
        ("queue", "queue_service_level", QUEUE + "service_level_threshold = max_time_in_queue + 1"),
        (
            "queue",
            "queue_recording",
            QUEUE + "channel_type = 'CHAT', default_music_in_queue_id = NULL, recording_pause_duration = NULL",
        ),
        ("queue", "queue_pause", QUEUE + "pause_or_resume_enabled = false"),
        ("queue", "queue_selection", QUEUE + "routing_type = 'LONGEST_AVAILABLE_AGENT'"),
        ("queue", "queue_name", "UPDATE directory_queue SET key = 'same' WHERE id > 0"),
        (
            "queue",
            "distribution_group_seq_once",
            "UPDATE directory_distributiongroup SET distribution_group_seq = 2, group_fallback_time = 1",
        ),
        ("queue", "distribution_group_fallback", "UPDATE directory_distributiongroup SET group_fallback_time = NULL"),
        ("queue", "distribution_group_fallback", "UPDATE directory_distributiongroup SET group_fallback_time = 1"),
        ("entry-point", "entry_point_direction", ENTRY_POINT + "service_level_threshold = NULL"),
        ("entry-point", "entry_point_social", ENTRY_POINT + "channel_type = 'CHAT'"),
        ("entry-point", "entry_point_asset", ENTRY_POINT + "channel_type = 'TELEPHONY', social_channel_type = ''"),
        ("outdial-entry-point", "entry_point_direction", ENTRY_POINT + "channel_type = 'CHAT'"),
        ("entry-point-mapping", "entry_point_mapping_number", "UPDATE directory_entrypointmapping SET key = 'same'"),
        ("skill-definition", "skill_definition_list_values", "UPDATE directory_skilldefinition SET type = 'TEXT'"),
        (
            "skill-definition",
            "skill_definition_list_values",
            "UPDATE directory_skilldefinition SET list_values_for_enum = '{}'",
        ),
        ("skill-definition", "skill_definition_name", "UPDATE directory_skilldefinition SET key = 'same'"),
        ("skill-profile", "skill_profile_name", "UPDATE directory_skillprofile SET key = 'same'"),
        ("address-book", "address_book_name", "UPDATE directory_addressbook SET key = 'same'"),
        ("address-book", "address_book_entry_name", "UPDATE directory_addressbookentry SET key = 'same'"),
        ("outdial-ani", "outdial_ani_name", "UPDATE directory_outdialani SET key = 'same'"),
        ("desktop-profile", "desktop_profile_wrap_up_time", DESKTOP + "wrap_up_type = 'MANUAL'"),
        ("desktop-profile", "desktop_profile_outdial_ep", DESKTOP + "outdial_enabled = false, outdial_ani_id = NULL"),
        ("desktop-profile", "desktop_profile_outdial_ani", DESKTOP + "outdial_enabled = false, outdial_ep_id = NULL"),
        ("desktop-profile", "desktop_profile_name", DESKTOP + "key = 'same'"),
        ("user-profile", "user_profile_name", "UPDATE directory_userprofile SET key = 'same'"),
        ("queue", "foreign key", "DELETE FROM directory_audiofile"),
        ("desktop-profile", "foreign key", "DELETE FROM directory_outdialani"),
        ("user-profile", "foreign key", "DELETE FROM directory_queue"),
    ],
)
def test_database_refuses_what_passes_by_the_services(cast: Cast, slug: str, constraint: str, statement: str) -> None:
    save(cast, slug)
    save(cast, slug, "Another")
    with pytest.raises(Error, match=constraint), transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE", statement)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
