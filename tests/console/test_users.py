"""The page of users: who is invited, changed, let out, and who has to stay."""

import re

import pytest
from django.core import mail
from django.test import Client

from contactcenter.directory.models import MultimediaProfile, User
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState
from statuses.states import AWAY, OFFLINE
from tests.cast import Cast
from tests.console.support import Console, errors_of, text_of, told
from tests.statuses.support import choose


def values_of(user: User, **changed: object) -> dict[str, object]:
    """What the form of a user sends when it is left as it is."""
    values: dict[str, object] = {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "profile": user.profile_id,
        "contact_center_enabled": "on" if user.contact_center_enabled else "",
        "site": user.site_id or "",
        "ordered_teams": [membership.team_id for membership in user.memberships.order_by("position")],
        "desktop_profile": user.desktop_profile_id or "",
        "multimedia_profile": user.multimedia_profile_id or "",
        "channels": user.channels,
        "language": user.language,
        "time_zone": user.time_zone,
        "external_id": user.external_id,
        "default_dn": user.default_dn,
    }
    return {**values, **changed}


def change(admin: Console, user: User, **changed: object) -> object:
    return admin.post(f"directory/user/{user.pk}/change/", **values_of(user, **changed))


def test_longer_lists_take_no_more_queries(admin: Console, cast: Cast) -> None:
    admin.get("directory/user/")
    few = admin.queries("directory/user/")
    for number in range(6):
        user = User(
            email=f"new.{number}@example.com",
            profile=cast.agent.profile,
            site=cast.praha,
            desktop_profile=cast.agent.desktop_profile,
            contact_center_enabled=True,
        )
        save_user(user, teams=[cast.care, cast.claims], actor=SYSTEM)
    assert admin.queries("directory/user/") == few


def test_list_shows_people_with_their_status(admin: Console, cast: Cast) -> None:
    choose(cast.agent, AWAY)
    page = text_of(admin.get("directory/user/", q="jana"))
    assert "Jana Mala jana@example.com" in page
    assert "Away" in page
    assert "Hugo" not in page


def test_added_user_has_no_password_and_the_teams_in_order(admin: Console, cast: Cast) -> None:
    new = values_of(cast.agent, email="eva@example.com", first_name="", last_name="")
    new["ordered_teams"] = [cast.claims.pk, cast.care.pk]
    response = admin.post("directory/user/add/", **new)
    user = User.objects.get(key="eva@example.com")
    assert response.url == f"/console/directory/user/{user.pk}/change/"
    assert not user.has_usable_password()
    assert [membership.team for membership in user.memberships.order_by("position")] == [cast.claims, cast.care]
    assert user.first_name == "Eva"
    assert AgentState.objects.get(pk=user.pk).status_id == OFFLINE
    assert "No password yet." in text_of(admin.client.get(response.url))


def test_order_of_teams_can_be_turned(admin: Console, cast: Cast) -> None:
    change(admin, cast.teammate, ordered_teams=[cast.claims.pk, cast.care.pk])
    assert [membership.team for membership in cast.teammate.memberships.order_by("position")] == [
        cast.claims,
        cast.care,
    ]
    page = admin.get(f"directory/user/{cast.teammate.pk}/change/").content.decode()
    chosen = re.findall(r'name="ordered_teams" value="(\d+)"', page)
    assert chosen == [str(cast.claims.pk), str(cast.care.pk)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "PETR@example.com"}, "email"),  # somebody else's, in capitals
        ({"email": "no address"}, "email"),
        ({"first_name": "x" * 151}, "first_name"),
        ({"site": ""}, "site"),
        ({"ordered_teams": []}, "ordered_teams"),  # agents belong to a team
        ({"ordered_teams": [999999]}, "ordered_teams"),
        ({"desktop_profile": ""}, "desktop_profile"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"profile": 999999}, "profile"),
    ],
)
def test_values_that_cannot_be_are_refused_at_the_field(
    admin: Console, cast: Cast, changed: dict[str, object], field: str
) -> None:
    assert field in errors_of(change(admin, cast.agent, **changed))
    assert User.objects.get(pk=cast.agent.pk).email == "jana@example.com"


def test_team_of_another_site_is_refused_at_the_teams(admin: Console, cast: Cast) -> None:
    errors = errors_of(change(admin, cast.agent, ordered_teams=[cast.sales.pk]))
    assert errors["ordered_teams"] == ["Not teams of the user's site: Sales."]


def test_password_cannot_be_set_here(admin: Console, cast: Cast) -> None:
    change(admin, cast.agent, password="chosen-by-somebody-else")
    assert not User.objects.get(pk=cast.agent.pk).check_password("chosen-by-somebody-else")


# --- Inviting ----------------------------------------------------------------


def test_without_a_mail_server_the_page_says_so(admin: Console, cast: Cast) -> None:
    response = admin.post(f"directory/user/{cast.agent.pk}/invite/")
    assert "No mail server is set up here" in text_of(response)
    assert mail.outbox == []


def test_invitation_is_sent_after_asking(admin: Console, cast: Cast, settings: object) -> None:
    settings.EMAIL_HOST = "mail.example.com"  # type: ignore[attr-defined]
    path = f"directory/user/{cast.agent.pk}/invite/"
    assert "jana@example.com gets a link" in text_of(admin.get(path))
    assert mail.outbox == []
    assert told(admin.post(path)) == ["The invitation is on its way to jana@example.com."]
    assert [message.to for message in mail.outbox] == [["jana@example.com"]]


def test_mail_server_that_refuses_is_told_not_hidden(admin: Console, cast: Cast, settings: object) -> None:
    settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]  # nobody listens
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    response = admin.post(f"directory/user/{cast.agent.pk}/invite/")
    assert response.status_code == 200
    assert "The mail server did not take the e-mail" in text_of(response)


def test_one_time_link_is_shown_once_and_sets_the_password(admin: Console, cast: Cast) -> None:
    path = f"directory/user/{cast.agent.pk}/link/"
    assert "/set-password/" not in admin.get(path).content.decode()
    response = admin.post(path)
    assert "no-store" in response.headers["Cache-Control"]
    [link] = set(re.findall(r"http://localhost:\d+(/set-password/[^\"<]+)", response.content.decode()))
    visitor = Client()
    form = visitor.get(link, follow=True)
    visitor.post(form.redirect_chain[-1][0], {"new_password1": "long-and-rare-1", "new_password2": "long-and-rare-1"})
    assert User.objects.get(pk=cast.agent.pk).check_password("long-and-rare-1")
    assert "/set-password/" not in admin.get(path).content.decode()


# --- Out ---------------------------------------------------------------------


def test_deactivating_ends_sessions_and_status(admin: Console, cast: Cast) -> None:
    choose(cast.agent, AWAY)
    browser = Client()
    browser.force_login(cast.agent)
    path = f"directory/user/{cast.agent.pk}/deactivate/"
    assert "Jana Mala is signed out everywhere, becomes Offline" in text_of(admin.get(path))
    assert told(admin.post(path)) == ["Jana Mala is deactivated and signed out everywhere."]
    assert browser.get("/account/").status_code == 302
    assert AgentState.objects.get(pk=cast.agent.pk).status_id == OFFLINE
    assert "Deactivated." in text_of(admin.get(f"directory/user/{cast.agent.pk}/change/"))
    admin.post(f"directory/user/{cast.agent.pk}/activate/")
    assert User.objects.get(pk=cast.agent.pk).is_active


def test_deactivated_users_get_no_link(admin: Console, cast: Cast) -> None:
    admin.post(f"directory/user/{cast.agent.pk}/deactivate/")
    response = admin.post(f"directory/user/{cast.agent.pk}/link/")
    assert "Jana Mala is deactivated. Activate the user first." in text_of(response)
    assert "/set-password/" not in response.content.decode()


def test_last_administrator_stays(admin: Console, cast: Cast) -> None:
    message = "Alex Keller is the last active administrator. Make somebody else an administrator first."
    for page in ("deactivate", "delete"):
        assert message in text_of(admin.post(f"directory/user/{cast.admin.pk}/{page}/"))
    response = change(admin, cast.admin, profile=cast.supervisor.profile_id, site=cast.praha.pk)
    assert errors_of(response) == {"__all__": [message]}
    alex = User.objects.get(pk=cast.admin.pk)
    assert alex.is_active
    assert alex.is_superuser


def test_deleting_says_that_the_history_goes_too(admin: Console, cast: Cast) -> None:
    path = f"directory/user/{cast.stranger.pk}/delete/"
    assert "together with the status history" in text_of(admin.get(path))
    admin.post(path)
    assert not User.objects.filter(pk=cast.stranger.pk).exists()


def test_new_user_has_all_channels_ticked(admin: Console, cast: Cast) -> None:
    page = admin.get("directory/user/add/").content.decode()
    assert re.findall(r'name="channels" value="(\w+)"[^>]* checked', page) == ["voice", "chat", "email", "social"]


# --- Where capacity is from ------------------------------------------------------------------------------------------


def note_of(console: Console, user: User) -> str:
    return text_of(console.get(f"directory/user/{user.pk}/change/"))


def test_capacity_says_where_it_is_from(admin: Console, cast: Cast) -> None:
    assert "Now “Blended” counts, of the site “Praha”." in note_of(admin, cast.teammate)
    calls = save_object(MultimediaProfile(name="Calls", type="BLENDED", voice=1, chat=0, email=0, social=0))
    cast.claims.multimedia_profile = calls
    save_object(cast.claims)  # the second of the teammate's teams
    page = note_of(admin, cast.teammate)
    assert "Now “Calls” counts, of the team “Claims”." in page
    assert "Capacity now: voice 1, chat 0, e-mail 0, social 0." in page
    cast.teammate.multimedia_profile = cast.praha.multimedia_profile
    save_user(cast.teammate, teams=[cast.care, cast.claims], actor=SYSTEM)
    page = note_of(admin, cast.teammate)
    assert "counts, of the" not in page
    assert "Capacity now: voice 1, chat 3, e-mail 10, social 5." in page


def test_capacity_is_nothing_to_those_who_are_no_agents(admin: Console, cast: Cast) -> None:
    assert "Capacity now" not in note_of(admin, cast.supervisor)
    assert "Capacity now" not in text_of(admin.get("directory/user/add/"))
