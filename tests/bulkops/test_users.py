"""Users come and change by files; nobody gets in by one, and the last administrator stays."""

import pytest

from contactcenter.directory.models import Team, User
from contactcenter.events.models import Event
from tests.bulkops.company import MODULES, PLAIN, Row
from tests.bulkops.support import assert_good, counts, imported, outcomes, refusals, refused_columns, undone

pytestmark = pytest.mark.usefixtures("company")

ADA = {"Email": "ada@example.com", "User Profile": "Administrator", "Contact Center Enabled": "OFF"}
ADMINISTRATOR = {"Name": "Administrator", "Profile Type": "ADMINISTRATOR", **PLAIN["user-profile"]}


def user(email: str, **cells: str) -> Row:
    return {"Email": email, "User Profile": "Agent", "Contact Center Enabled": "OFF", **cells}


def found(email: str) -> User:
    user: User = User.objects.get(key=email)
    return user


# --- New ones ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "names"),
    [
        ("jana.mala-nova@example.org", ("Jana", "Mala-nova")),
        ("j_k.l@example.org", ("J", "K L")),
        ("INFO@example.org", ("Info", "")),
    ],
)
def test_an_unknown_address_creates_a_user(email: str, names: tuple[str, str]) -> None:
    assert_good(imported("user", [user(email)]))
    created = found(email.lower())
    assert (created.email, created.first_name, created.last_name) == (email, *names)
    assert created.is_active
    assert not created.has_usable_password()
    assert created.last_login is None
    assert created.channels == ["voice", "chat", "email", "social"]


def test_given_names_are_kept() -> None:
    operation = imported("user", [user("a.b@example.org") | {"Last Name": "Nováková"}])
    assert_good(operation)
    assert (found("a.b@example.org").first_name, found("a.b@example.org").last_name) == ("", "Nováková")


def test_what_files_do_not_hold_stays() -> None:
    ada = found("ada@example.com")
    ada.set_password("correct horse")
    ada.language, ada.time_zone, ada.channels = "cs", "Europe/Prague", ["chat"]
    ada.save()
    assert_good(imported("user", [ADA | {"First Name": "Augusta"}]))
    changed = found("ada@example.com")
    assert changed.first_name == "Augusta"
    assert changed.check_password("correct horse")
    assert (changed.language, changed.time_zone, changed.channels) == ("cs", "Europe/Prague", ["chat"])


def test_somebody_deactivated_is_changed_and_stays_so() -> None:
    User.objects.filter(key="hugo@example.com").update(is_active=False)
    assert_good(imported("user", [user("hugo@example.com") | {"First Name": "Victor"}]))
    assert (found("hugo@example.com").first_name, found("hugo@example.com").is_active) == ("Victor", False)


# --- Teams -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "teams", "message"),
    [
        ("Brno", "Équipe", "Not teams of the user's site: Équipe."),
        ("Brno", "Care: Brno|Care: Plzeň", "Not teams of the user's site: Care."),
        ("Brno", "Overflow", "Not teams of agents: Overflow."),
        ("Lyon", "Care: Brno", "Not teams of the user's site: Care."),
    ],
)
def test_teams_are_agent_teams_of_the_site(site: str, teams: str, message: str) -> None:
    row = user("new@example.com", Site=site, Teams=teams) | {
        "Contact Center Enabled": "ON",
        "Desktop Profile": "Standard",
    }
    assert refusals(imported("user", [row])) == {2: [("Teams", message)]}


def test_the_order_of_teams_is_kept_and_counts() -> None:
    row = user("new@example.com", Site="Brno", Teams="Claims & +1|Care: Brno|claims & +1")
    row |= {"Contact Center Enabled": "ON", "Desktop Profile": "Standard"}
    assert_good(imported("user", [row]))
    members = found("new@example.com").memberships.order_by("position")
    assert [str(one.team) for one in members] == ["Claims & +1", "Care"]
    operation = imported("user", [row | {"Teams": "Care: Brno|Claims & +1"}])
    assert outcomes(operation) == ["updated"]
    assert [str(one.team) for one in members.all()] == ["Care", "Claims & +1"]


# --- The last administrator --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "row"),
    [
        ("user", ADA | {"User Profile": "Auditor"}),
        ("user-profile", ADMINISTRATOR | {"Module Access": "SPECIFIC", **dict.fromkeys(MODULES, "VIEW")}),
    ],
)
def test_the_last_administrator_stays(slug: str, row: Row) -> None:
    operation = imported(slug, [row])
    assert counts(operation) == (0, 0, 0, 1)
    assert "keep an active administrator" in refusals(operation)[2][0][1]
    assert found("ada@example.com").profile.name == "Administrator"
    assert found("ada@example.com").profile.module_access == "ALL"


def test_one_of_two_stays() -> None:
    second = ADA | {"Email": "second@example.com"}
    assert_good(imported("user", [second]))
    operation = imported("user", [row | {"User Profile": "Auditor"} for row in (ADA, second)])
    assert sorted(outcomes(operation)) == ["failed", "updated"]
    assert User.objects.administrators().count() == 1


def test_one_may_follow_the_other_in_one_file() -> None:
    rows = [ADA | {"User Profile": "Auditor"}, user("hugo@example.com") | {"User Profile": "Administrator"}]
    assert_good(imported("user", rows))
    assert [admin.email for admin in User.objects.administrators()] == ["hugo@example.com"]


def test_others_in_the_file_are_not_refused_with_it() -> None:
    rows = [user("one@example.com"), ADA | {"User Profile": "Auditor"}, user("two@example.com")]
    operation = imported("user", rows)
    assert outcomes(operation) == ["created", "failed", "created"]
    assert refused_columns(operation) == {3: [""]}


# --- Who watches -------------------------------------------------------------------------------------------------


def test_watchers_of_both_teams_learn_of_a_move_and_of_its_end() -> None:
    hugo, equipe = found("hugo@example.com"), Team.objects.get(name="Équipe")
    row = user("hugo@example.com", Site="Brno", Teams="Claims & +1", **{"Contact Center Enabled": "ON"})
    operation = imported("user", [row | {"Desktop Profile": "Standard"}])
    assert_good(operation)
    assert_good(undone(operation))
    moved, returned = Event.objects.filter(kind="agents.changed").order_by("pk")
    claims = Team.objects.get(name="Claims & +1")
    assert sorted(moved.audience) == sorted(["all-teams", f"team:{claims.pk}", f"team:{equipe.pk}"])
    assert (returned.audience, returned.payload) == (moved.audience, {"agent_ids": [hugo.pk]})
