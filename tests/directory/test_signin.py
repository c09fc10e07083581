"""Signing in and out, passwords, and one's own account."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.services import activate_user, deactivate_user, save_user
from contactcenter.directory.signin import password_link, send_invitation
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast, signed_in

PASSWORD = "correct horse battery"
OTHER = "staple correct horse"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def jana(cast: Cast) -> User:
    cast.agent.set_password(PASSWORD)
    cast.agent.save()
    return cast.agent


def sign_in(client: Client, email: str = "jana@example.com", password: str = PASSWORD, next_page: str = "") -> int:
    data = {"username": email, "password": password, "next": next_page}
    return client.post("/sign-in/", data).status_code


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def path_of(link: str) -> str:
    return re.sub(r"^http://localhost:\d+", "", link)


def set_password(client: Client, link: str, password: str) -> str:
    """Follow a link as a browser does, and return what the page says in the end."""
    opened = client.get(path_of(link), follow=True)
    if not opened.redirect_chain:
        return opened.content.decode()
    data = {"new_password1": password, "new_password2": password}
    return client.post(opened.redirect_chain[-1][0], data, follow=True).content.decode()


# --- In and out ----------------------------------------------------------------------------------------------------


def test_signing_in_does_not_lead_to_signing_in(jana: User) -> None:
    client = signed_in(jana)
    assert client.get("/sign-in/?next=/sign-in/").headers["Location"] == "/"


@pytest.mark.parametrize("email", ["jana@example.com", "JANA@Example.COM", "  jana@example.com "])
def test_signs_in(client: Client, jana: User, email: str) -> None:
    assert sign_in(client, email) == 302
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("jana@example.com", PASSWORD.upper()),
        ("jana@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        ("jana@example.com\0", PASSWORD),
        ("jana@example.com", "\0"),
        ("x" * 10_000, "y" * 10_000),
    ],
)
def test_does_not_sign_in(client: Client, jana: User, email: str, password: str) -> None:
    assert sign_in(client, email, password) == 200
    assert not is_signed_in(client)


def test_wrong_password_and_unknown_user_are_answered_alike(client: Client, jana: User) -> None:
    pages = [
        client.post("/sign-in/", {"username": email, "password": "wrong"}).content.decode()
        for email in ("jana@example.com", "nobo@example.com")
    ]
    without_difference = {re.sub(r'value="[^"]*"', "", page) for page in pages}
    assert len(without_difference) == 1
    assert "No active account has this e-mail and password." in pages[0]


def test_deactivated_user_is_signed_out_and_stays_out(client: Client, jana: User) -> None:
    sign_in(client)
    deactivate_user(jana, actor=SYSTEM)
    assert not is_signed_in(client)
    assert sign_in(client) == 200
    activate_user(jana, actor=SYSTEM)
    assert not is_signed_in(client)
    assert sign_in(client) == 302


def test_signs_out_by_post_only(client: Client, jana: User) -> None:
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/account/", "/account/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_leads_back_to_own_pages_only(client: Client, jana: User, wanted: str, led_to: str) -> None:
    data = {"username": jana.email, "password": PASSWORD, "next": wanted}
    assert client.post("/sign-in/", data)["Location"] == led_to


def test_start_page_leads_to_where_one_works(cast: Cast) -> None:
    start = {"/console/": [cast.admin, cast.supervisor], "/workspace/": [cast.agent]}
    for page, users in start.items():
        for user in users:
            assert signed_in(user).get("/")["Location"] == page


def test_form_from_another_site_is_refused(jana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in/", {"username": jana.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "your browser refuses cookies" in response.content.decode()


@pytest.mark.parametrize("demo", [True, False])
def test_demo_sign_ins_are_offered_in_demo_mode_only(client: Client, db: None, settings: Settings, demo: bool) -> None:
    settings.DEMO = demo
    assert ("agent@demo.test" in client.get("/sign-in/").content.decode()) is demo


# --- Guessing --------------------------------------------------------------------------------------------------------


def test_ten_wrong_passwords_lock_the_account_for_a_while(client: Client, cast: Cast, jana: User) -> None:
    spellings = ["jana@example.com", "JANA@example.com", " Jana@Example.com "]
    answers = [sign_in(client, spellings[number % 3], "wrong") for number in range(10)]
    assert answers == [200] * 9 + [429]
    assert sign_in(client) == 429  # the right one as well
    refusal = client.post("/sign-in/", {"username": "jana@example.com", "password": PASSWORD})
    assert refusal["Retry-After"] == "900"
    assert "locked for 15 minutes" in refusal.content.decode()
    cast.teammate.set_password(PASSWORD)
    cast.teammate.save()
    assert sign_in(Client(), "petr@example.com") == 302  # others are not concerned
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7")) == 302  # nor is the person elsewhere
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert sign_in(client) == 302


def test_right_password_in_between_starts_the_count_anew(client: Client, jana: User) -> None:
    for _ in range(2):
        for _ in range(9):
            assert sign_in(client, password="wrong") == 200
        assert sign_in(client) == 302
        client.post("/sign-out/")


# --- Links -----------------------------------------------------------------------------------------------------------


def test_link_sets_the_password_once(client: Client, jana: User) -> None:
    link = password_link(jana)
    assert "The password is set." in set_password(client, link, OTHER)
    assert "does not work any more" in set_password(Client(), link, PASSWORD)
    assert sign_in(client, password=PASSWORD) == 200
    assert sign_in(client, password=OTHER) == 302


def test_link_expires_after_three_days(client: Client, jana: User) -> None:
    link = password_link(jana)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert "does not work any more" in set_password(client, link, OTHER)


def test_link_that_was_made_up_is_refused(client: Client, jana: User) -> None:
    for link in ("/set-password/MQ/abc-def/", "/set-password/%F0%9F%99%82/x-y/", "/set-password/AAAA/set-password/"):
        response = client.get(link, follow=True)
        assert "does not work any more" in response.content.decode(), link


def test_weak_password_is_refused_at_its_field(client: Client, jana: User) -> None:
    page = set_password(client, password_link(jana), "12345")
    assert "too short" in page
    assert 'aria-invalid="true"' in page
    assert sign_in(client) == 302


def test_invited_user_sets_the_first_password(client: Client, jana: User, settings: Settings) -> None:
    jana.set_unusable_password()
    jana.language = "cs"
    save_user(jana, actor=SYSTEM)
    send_invitation(jana)
    message = mail.outbox[0]
    assert message.to == ["jana@example.com"]
    assert "\n" not in message.subject
    link = next(line for line in str(message.body).splitlines() if line.startswith(settings.PUBLIC_URL))
    assert "The password is set." in set_password(client, link, PASSWORD)
    assert sign_in(client) == 302


@pytest.mark.usefixtures("tasks_at_once")
def test_forgotten_password_is_mailed_three_times_a_minute_at_most(
    client: Client, jana: User, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    with time_machine.travel("2026-11-20T12:00:05Z", tick=False):  # one minute counts on its own
        for email in ("jana@example.com", "JANA@example.com", "Jana@Example.com", "jana@example.com"):
            assert client.post("/forgot-password/", {"email": email})["Location"] == "/forgot-password/sent/"
    assert len(mail.outbox) == 3


def test_subject_of_a_mail_is_one_line(cast: Cast) -> None:
    CompanySettings.objects.update(company_name="Contact\n Center")
    send_invitation(cast.agent)
    assert "Contact Center" in mail.outbox[0].subject


@pytest.mark.usefixtures("tasks_at_once")
def test_forgotten_password(client: Client, jana: User, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    asked = client.post("/forgot-password/", {"email": "Jana@Example.com"}, HTTP_HOST="localhost")
    assert asked["Location"] == "/forgot-password/sent/"
    assert [message.to for message in mail.outbox] == [["jana@example.com"]]
    link = re.findall(rf"^{settings.PUBLIC_URL}\S+$", str(mail.outbox[0].body), re.MULTILINE)[0]
    assert "The password is set." in set_password(client, link, OTHER)


@pytest.mark.usefixtures("tasks_at_once")
@pytest.mark.parametrize("email", ["nobody@example.com", "petr@example.com"])
def test_forgotten_password_tells_nobody_who_has_an_account(
    client: Client, cast: Cast, settings: Settings, email: str
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    deactivate_user(cast.teammate, actor=SYSTEM)
    assert client.post("/forgot-password/", {"email": email})["Location"] == "/forgot-password/sent/"
    assert mail.outbox == []


def test_without_mail_an_administrator_is_named(client: Client, jana: User) -> None:
    for response in (client.get("/forgot-password/"), client.post("/forgot-password/", {"email": jana.email})):
        assert response.status_code == 200
        assert "Ask an administrator" in response.content.decode()
    assert mail.outbox == []


# --- One's own account ---------------------------------------------------------------------------------------------


def test_changed_password_ends_other_sessions(client: Client, jana: User) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    data = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    assert client.post("/account/password/", data)["Location"] == "/account/"
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_settings_of_the_account(jana: User) -> None:
    client = signed_in(jana)
    data = {"first_name": "Johana", "last_name": "Mala", "language": "cs", "time_zone": "Asia/Tokyo"}
    assert client.post("/account/", data | {"email": "x@example.com", "profile": "1"}).status_code == 302
    jana.refresh_from_db()
    assert (jana.name, jana.language, jana.time_zone) == ("Johana Mala", "cs", "Asia/Tokyo")
    assert jana.email == "jana@example.com"
    page = client.get("/workspace/")
    assert page["Content-Language"] == "cs"
    assert "(Asia/Tokyo)" in page.content.decode()


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Olympus"), ("language", "xx"), ("first_name", "\0")])
def test_settings_that_do_not_exist_are_refused(jana: User, field: str, value: str) -> None:
    data = {"first_name": "Jana", "last_name": "Mala", "language": "", "time_zone": ""}
    response = signed_in(jana).post("/account/", data | {field: value})
    assert response.status_code == 200
    assert f'<a href="#id_{field}">' in response.content.decode()


def test_account_is_for_the_signed_in(client: Client, db: None) -> None:
    for path in ("/", "/account/", "/account/password/"):
        assert client.get(path)["Location"] == f"/sign-in/?next={path}"


def test_unknown_page(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "what was there has been deleted" in response.content.decode()
