"""Lists, forms and deleting of configuration objects."""

from typing import Any

import pytest

from contactcenter.directory.models import (
    AuxiliaryCode,
    DesktopProfile,
    Site,
    Team,
    User,
    UserProfile,
)
from contactcenter.directory.services import save_object
from tests.cast import Cast
from tests.console.support import Console, errors_of, sent_by, text_of, told


def test_lists_say_what_they_are_and_search(admin: Console, cast: Cast) -> None:
    assert "Places people work at." in text_of(admin.get("directory/site/"))
    page = text_of(admin.get("directory/team/", q="lyon"))
    assert "Sales" in page
    assert "Claims" not in page


def test_empty_lists_say_what_to_do(admin: Console) -> None:
    AuxiliaryCode.objects.all().delete()
    page = text_of(admin.get("directory/auxiliarycode/"))
    assert "There are no auxiliary codes yet. Why an agent is idle" in page
    assert "Nothing matches." in text_of(admin.get("directory/site/", q="Atlantis"))


# --- Forms -------------------------------------------------------------------


def test_site_is_added_and_changed(admin: Console, cast: Cast) -> None:
    capacity = cast.praha.multimedia_profile_id
    assert admin.post("directory/site/add/", name="Brno", multimedia_profile=capacity).status_code == 302
    brno = Site.objects.get(name="Brno")
    admin.post(f"directory/site/{brno.pk}/change/", name="Brno 2", multimedia_profile=capacity)
    brno.refresh_from_db()
    assert brno.name == "Brno 2"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "This field is required."),
        ("PRAHA", "“PRAHA” is already taken (site): choose another."),  # names compare ignoring case
        (" praha ", "“praha” is already taken (site): choose another."),
        ("Praha!", "“!” cannot be used here: use letters, digits, spaces and - _"),
        ("x" * 81, "Ensure this value has at most 80 characters (it has 81)."),
        ("Pra\0ha", "Null characters are not allowed."),
    ],
)
def test_names_that_cannot_be_are_refused_at_the_field(admin: Console, cast: Cast, name: str, error: str) -> None:
    response = admin.post("directory/site/add/", name=name, multimedia_profile=cast.praha.multimedia_profile_id)
    assert errors_of(response)["name"][0] == error
    assert Site.objects.count() == 2


def test_fields_that_keep_their_value_are_shown_not_offered(admin: Console, cast: Cast) -> None:
    page = admin.get(f"directory/team/{cast.care.pk}/change/")
    assert {"site", "type"} & set(page.context["adminform"].form.fields) == set()
    admin.post(f"directory/team/{cast.care.pk}/change/", name="Care 2", site=cast.lyon.pk, type="CAPACITY")
    cast.care.refresh_from_db()
    assert (cast.care.name, cast.care.site_id, cast.care.type) == ("Care 2", cast.praha.pk, "AGENT")


def test_team_fields_of_the_other_type_do_not_count(admin: Console, cast: Cast) -> None:
    values: dict[str, Any] = {"name": "Overflow", "site": cast.praha.pk, "type": "CAPACITY", "dn": "800", "capacity": 9}
    response = admin.post("directory/team/add/", **values, desktop_layout="Wide", multimedia_profile="")
    assert response.status_code == 302
    team = Team.objects.get(name="Overflow")
    assert (team.dn, team.capacity, team.desktop_layout) == ("800", 9, "")
    response = admin.post("directory/team/add/", **{**values, "name": "Agents", "type": "AGENT", "capacity": "many"})
    assert response.status_code == 302
    assert Team.objects.get(name="Agents").capacity is None


def test_what_is_needed_beside_a_choice_is_told_at_the_field(admin: Console, cast: Cast) -> None:
    response = admin.post("directory/team/add/", name="Overflow", site=cast.praha.pk, type="CAPACITY")
    assert errors_of(response) == {name: ["This field is required."] for name in ("dn", "capacity")}


def test_multimedia_profile_rules_are_told_at_the_type(admin: Console) -> None:
    values = {"name": "Both", "type": "EXCLUSIVE", "voice": 1, "chat": 2, "email": 3, "social": 4}
    assert "one channel at a time" in errors_of(admin.post("directory/multimediaprofile/add/", **values))["type"][0]


def test_new_default_code_takes_the_place_of_the_old_one(admin: Console, cast: Cast) -> None:
    values: dict[str, object] = {"paid": "on", "is_default": "on"}
    admin.post(f"directory/auxiliarycode/{cast.lunch.pk}/change/", name="Lunch", **values)
    response = admin.post(f"directory/auxiliarycode/{cast.training.pk}/change/", name="Training", **values)
    assert "“Lunch” is not the default any more." in told(response)
    assert list(AuxiliaryCode.objects.filter(is_default=True)) == [cast.training]


def test_work_type_with_codes_keeps_its_type(admin: Console, cast: Cast) -> None:
    page = admin.get(f"directory/worktype/{cast.lunch.work_type_id}/change/")
    assert "type" not in page.context["adminform"].form.fields


def test_codes_of_a_desktop_profile_are_idle_codes(admin: Console, cast: Cast) -> None:
    values = sent_by(admin.get("directory/desktopprofile/add/")) | {"name": ["Short"], "idle_options": ["SPECIFIC"]}
    response = admin.post("directory/desktopprofile/add/", **values, idle_codes=[cast.solved.pk])
    assert list(errors_of(response)) == ["idle_codes"]
    response = admin.post("directory/desktopprofile/add/", **values)
    assert errors_of(response) == {"idle_codes": ["This field is required."]}
    assert admin.post("directory/desktopprofile/add/", **values, idle_codes=[cast.lunch.pk]).status_code == 302
    assert list(DesktopProfile.objects.get(name="Short").idle_codes.all()) == [cast.lunch]


def test_user_profile_choices_that_are_hidden_do_not_count(admin: Console, cast: Cast) -> None:
    values = sent_by(admin.get("directory/userprofile/add/")) | {"name": ["Leads"], "profile_type": ["SUPERVISOR"]}
    chosen = {"provisioning": "VIEW", "teams": [cast.care.pk]}
    assert admin.post("directory/userprofile/add/", **values | chosen).status_code == 302
    profile = UserProfile.objects.get(name="Leads")
    assert (profile.team_access, profile.module_access, profile.provisioning) == ("ALL", "ALL", "")
    assert not profile.teams.exists()


def test_user_profile_with_specific_modules_needs_all_levels(admin: Console) -> None:
    values = sent_by(admin.get("directory/userprofile/add/")) | {"name": ["Leads"], "profile_type": ["SUPERVISOR"]}
    chosen = {"module_access": ["SPECIFIC"], "provisioning": ["NONE"]}
    errors = errors_of(admin.post("directory/userprofile/add/", **values | chosen))
    assert "provisioning" not in errors
    assert "multimedia" in errors


# --- Deleting ----------------------------------------------------------------


def test_deleting_is_asked_for_and_done_by_post(admin: Console, cast: Cast) -> None:
    team = save_object(Team(name="Night", site=cast.praha))
    path = f"directory/team/{team.pk}/delete/"
    assert "Delete “Night”" in text_of(admin.get(path))
    response = admin.post(path)
    assert told(response) == ["“Night” is deleted."]
    assert response.url == "/console/directory/team/"
    assert not Team.objects.filter(pk=team.pk).exists()


def test_what_something_refers_to_is_kept_and_its_referrers_named(admin: Console, cast: Cast) -> None:
    response = admin.post(f"directory/team/{cast.sales.pk}/delete/")
    assert response.status_code == 200
    page = text_of(response)
    assert "“Sales” is still used by user “Hugo Moreau”. Change those first." in page
    assert Team.objects.filter(pk=cast.sales.pk).exists()


def test_selected_rows_are_deleted_and_those_in_use_listed(admin: Console, cast: Cast) -> None:
    night = save_object(Team(name="Night", site=cast.praha))
    chosen = {"action": "delete_selected_rows", "_selected_action": [night.pk, cast.sales.pk]}
    asked = admin.post("directory/team/", **chosen)
    assert "Delete 2 teams?" in text_of(asked)
    assert Team.objects.filter(pk=night.pk).exists()
    response = admin.post("directory/team/", **chosen, confirmed="yes")
    assert response.status_code == 302
    warning, success = told(response)
    assert warning.startswith("Sales: “Sales” is still used by user")
    assert success == "1 deleted."
    assert set(Team.objects.values_list("name", flat=True)) == {"Care", "Claims", "Sales"}


def test_selecting_nothing_deletes_nothing(admin: Console, cast: Cast) -> None:
    admin.post("directory/team/", action="delete_selected_rows", confirmed="yes")
    assert Team.objects.count() == 3


def test_only_our_deletion_of_selected_rows_is_offered(admin: Console, cast: Cast) -> None:
    """The framework's own knows nothing of the last administrator, of sessions and of who has to be told."""
    chosen = {"action": "delete_selected", "_selected_action": [cast.admin.pk], "post": "yes"}
    admin.post("directory/user/", **chosen)
    assert User.objects.filter(pk=cast.admin.pk).exists()


# --- Beside the form ---------------------------------------------------------


def test_errors_are_summed_up_with_links_to_their_fields(admin: Console, cast: Cast) -> None:
    page = admin.post("directory/site/add/", name="Praha!", multimedia_profile="").content.decode()
    assert "Nothing is saved yet:" in page
    assert '<a href="#id_name">Name</a>' in page
    assert '<a href="#id_multimedia_profile">Multimedia profile</a>' in page


def test_history_leads_to_the_trail_of_the_object(admin: Console, cast: Cast) -> None:
    path = f"directory/site/{cast.praha.pk}"
    assert f"/console/{path}/history/" in admin.get(f"{path}/change/").content.decode()
    assert admin.get(f"{path}/history/").url == f"/console/audit/?kind=directory.site&object={cast.praha.pk}"
