"""Reports and the day of an agent: what is shown to whom, in which days, and what can be downloaded."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from contactcenter.directory.models import User, UserProfile
from contactcenter.directory.services import save_object
from statuses.console import history, reports
from statuses.models import ActivityInterval, AgentState, HistoryEntry, Status
from statuses.reports import day
from statuses.states import AWAY, OFFLINE, ONLINE, Activity
from tests.cast import Cast
from tests.console.support import Console, text_of
from tests.statuses.support import choose, create_status, delete
from tests.statuses.test_reports import write

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)  # a Friday, 13:00 in Praha


@pytest.fixture(autouse=True)
def _morning(cast: Cast) -> Iterator[None]:
    """Jana was online for two hours and at lunch for one; half an hour of it she spoke with somebody."""
    User.objects.filter(pk=cast.admin.pk).update(time_zone="Europe/Prague")
    AgentState.objects.update(since=NOON)
    write(cast.agent, NOON - 4 * HOUR, (ONLINE, 2 * HOUR, None), (AWAY, HOUR, cast.lunch))
    talk = ActivityInterval(agent=cast.agent, activity=Activity.OUTBOUND, skill_name="Czech")
    talk.started_at, talk.ended_at = NOON - 4 * HOUR, NOON - 3.5 * HOUR
    talk.save()
    with time_machine.travel(NOON, tick=False):
        yield


def downloaded(console: Console, path: str, **query: object) -> list[list[str]]:
    response = console.get(path, **query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.getvalue().decode(), newline="")))


# --- Reports ------------------------------------------------------------------------------------------------------


def test_teams_of_the_last_seven_days_come_first(admin: Console) -> None:
    response = admin.get("reports/")
    page = text_of(response)
    assert response.context["form"]["start"].value() == "2026-03-21"
    assert "Online 2 h 00 min" in page
    assert "Care · Praha Online: 2 h 00 min Away: 1 h 00 min Offline: 1 h 00 min Outbound: 30 min 4 h 00 min" in page
    # all, Online, Away, Offline, paid and unpaid reasons, ACD and outbound
    assert (
        "Care · Praha 04:00:00 02:00:00 01:00:00 01:00:00 – 01:00:00 – 00:30:00" in page
    )  # statuses, reasons, contacts
    assert "Lunch (unpaid)" in page
    assert "Sales · Lyon 00:00:00 –" in page


def test_lines_lead_to_more(admin: Console, cast: Cast) -> None:
    teams = admin.get("reports/").content.decode()
    assert f"?group_by=agent&amp;team={cast.care.pk}&amp;start=2026-03-21&amp;end=2026-03-27" in teams
    days = admin.get("reports/", group_by="day", team=cast.care.pk).content.decode()
    assert f"?group_by=agent&amp;team={cast.care.pk}&amp;start=2026-03-27&amp;end=2026-03-27" in days
    agents = admin.get("reports/", group_by="agent", agent="jana").content.decode()
    assert f"/console/reports/agents/{cast.agent.pk}/?day=2026-03-27" in agents


def test_bars_have_one_scale(admin: Console) -> None:
    lines = admin.get("reports/", group_by="agent").context["lines"]
    widths = {line.name: sum(segment.width for segment in line.statuses) for line in lines}
    assert widths == {"Jana Mala": pytest.approx(100), "Hugo Moreau": 0, "Petr Novak": 0}
    [online, away, offline] = lines[0].statuses
    assert (online.start, online.width) == (0, 50)
    assert (away.start, away.width) == (50, 25)
    assert online.title == "Online: 2 h 00 min"
    assert offline.stripes == ("offline",) * 4


def test_custom_statuses_look_as_what_they_mean(admin: Console, cast: Cast) -> None:
    status = create_status("Mailbox")
    choose(cast.agent, status.pk)
    with time_machine.travel(NOON + HOUR, tick=False):
        [line] = admin.get("reports/", group_by="agent", agent="jana").context["lines"]
        assert ("offline", "offline", "online", "offline") in [segment.stripes for segment in line.statuses]
        delete(Status.objects.get(pk=status.pk))
        response = admin.get("reports/", group_by="agent", agent="jana")
        assert ("deleted",) * 4 in [segment.stripes for segment in response.context["lines"][0].statuses]
        assert "Mailbox" in text_of(response)


def test_no_style_stands_in_the_page(admin: Console) -> None:
    for path in ("reports/", f"reports/agents/{User.objects.get(first_name='Jana').pk}/"):
        content = admin.get(path).content.decode()
        assert " style=" not in content[content.index("</head>") :].replace(' style="display: none"', "")


def test_supervisor_sees_the_supervised_team(supervisor: Console, cast: Cast) -> None:
    assert [line.name for line in supervisor.get("reports/").context["lines"]] == ["Care · Praha"]
    agents = supervisor.get("reports/", group_by="agent").context["lines"]
    assert [line.name for line in agents] == ["Jana Mala", "Petr Novak"]
    assert supervisor.get("reports/", group_by="agent", agent="hugo").context["lines"] == []
    assert "Care · Praha" in [label for _pk, label in supervisor.get("reports/").context["form"].fields["team"].choices]
    for row in downloaded(supervisor, "reports/csv/", group_by="agent", start="2026-03-01")[1:]:
        assert row[1] in {"Jana Mala", "Petr Novak"}


def test_nobody_looks_back_without_historical_reports(cast: Cast) -> None:
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    profile.module_access = UserProfile.Access.SPECIFIC
    for module in UserProfile.MODULES:
        setattr(profile, module, "NONE" if module == "historical_reports" else "EDIT")
    save_object(profile)
    console = Console(User.objects.get(pk=cast.supervisor.pk))
    for path in ("reports/", "reports/csv/", f"reports/agents/{cast.agent.pk}/", "status-history/csv/"):
        assert console.get(path).status_code == 403


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"start": "2026-03-27", "end": "2026-03-26"}, "The last day is before the first."),
        ({"start": "2025-01-01", "end": "2026-03-26"}, "A report is about 400 days at most."),
        ({"start": "2026-02-30"}, "Enter a valid date."),
        ({"end": "9999-12-31"}, "Ensure this value is less than or equal to"),
        ({"group_by": "site"}, "Select a valid choice."),
        ({"team": "999"}, "Select a valid choice."),
        ({"team": "x"}, "Select a valid choice."),
    ],
)
def test_wrong_choices_are_told_at_the_field(admin: Console, query: dict[str, str], told: str) -> None:
    page = text_of(admin.get("reports/", **query))
    assert told in page
    assert "No report of these days." in page
    assert admin.get("reports/csv/", **query).status_code == 302


def test_empty_reports_say_why(admin: Console) -> None:
    nobody = text_of(admin.get("reports/", group_by="agent", agent="zz"))
    assert "Nobody here. Reports are about agents whom you may see" in nobody
    assert "No time in these days." in text_of(admin.get("reports/", start="2027-01-01", end="2027-01-02"))


@pytest.mark.parametrize("group_by", ["team", "agent", "day"])
def test_pages_follow_one_another(admin: Console, group_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [line.name for line in admin.get("reports/", group_by=group_by).context["lines"]]
    monkeypatch.setattr(reports, "GROUPS_A_PAGE", 2)
    seen: list[str] = []
    after = ""
    while True:
        context = admin.get("reports/", group_by=group_by, after=after).context
        seen += [line.name for line in context["lines"]]
        after = context["page"].following
        if not after:
            break
    assert seen == whole
    assert admin.get("reports/", group_by=group_by, after="nonsense").context["page"].is_first


@pytest.mark.parametrize("group_by", ["team", "agent", "day"])
def test_few_statements_however_many_there_are(admin: Console, cast: Cast, group_by: str) -> None:
    query = {"group_by": group_by, "start": "2026-03-20"}
    admin.get("reports/", **query)
    few = admin.queries("reports/", **query)
    for agent in (cast.teammate, cast.stranger):
        write(agent, NOON - 4 * HOUR, (ONLINE, 2 * HOUR, None), (AWAY, HOUR, cast.lunch))
    assert admin.queries("reports/", **query) == few <= 16


def test_everything_can_be_downloaded(admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "GROUPS_AT_ONCE", 1)
    User.objects.filter(pk=cast.agent.pk).update(first_name="=Jana")
    rows = downloaded(admin, "reports/csv/", group_by="agent")
    jana = [str(cast.agent.pk), "'=Jana Mala"]
    header = "ID,Agent,Status ID,Status,Reason code ID,Reason code,Paid,Activity,Seconds,Duration"
    assert rows == [
        header.split(","),
        [*jana, str(OFFLINE), "Offline", "", "", "", "", "3600", "01:00:00"],
        [*jana, str(ONLINE), "Online", "", "", "", "", "7200", "02:00:00"],
        [*jana, str(AWAY), "Away", str(cast.lunch.pk), "Lunch", "no", "", "3600", "01:00:00"],
        [*jana, "", "", "", "", "", "Outbound", "1800", "00:30:00"],
    ]
    teams = downloaded(admin, "reports/csv/", group_by="team")
    assert {row[1] for row in teams[1:]} == {"Care · Praha"}
    days = downloaded(admin, "reports/csv/", group_by="day")
    assert {row[1] for row in days[1:]} == {"2026-03-27"}


def test_words_of_downloads_are_the_viewers(admin: Console, cast: Cast) -> None:
    """They are written when the page, and its language, are done with."""
    User.objects.filter(pk=cast.admin.pk).update(language="cs")
    header = downloaded(admin, "status-history/csv/")[0]
    assert len(header) == 13


# --- The day of an agent ------------------------------------------------------------------------------------------


def test_day_tells_what_happened_in_the_agents_time(admin: Console, cast: Cast) -> None:
    response = admin.get(f"reports/agents/{cast.agent.pk}/")
    page = text_of(response)
    assert "Friday, March 27, 2026" in page
    assert "09:00:00–11:00:00 Status 3 02:00:00 person Chosen by the agent Jana Mala" in page
    assert "11:00:00–12:00:00 Status 4 · Lunch 01:00:00" in page
    assert "12:00:00–now Offline 01:00:00" in page
    assert "09:00:00–09:30:00 Outbound · Czech 00:30:00" in page
    assert "Times in Europe/Prague, where Jana Mala works." in page
    assert [round(segment.start, 3) for segment in response.context["status_lane"]] == [37.5, 45.833, 50]
    assert [round(segment.width, 3) for segment in response.context["status_lane"]] == [8.333, 4.167, 4.167]
    assert response.context["activity_lane"][0].title == "Outbound · Czech, 09:00–09:30, 30 min"


def test_what_goes_over_midnight_is_cut(admin: Console, cast: Cast) -> None:
    with time_machine.travel(NOON + 24 * HOUR, tick=False):
        page = text_of(admin.get(f"reports/agents/{cast.agent.pk}/", day="2026-03-27"))
        assert "12:00:00–24:00 → Offline 12:00:00" in page
        assert "← 00:00:00–now Offline 13:00:00" in text_of(admin.get(f"reports/agents/{cast.agent.pk}/"))


HOURS = {23: [0, 1, *range(3, 24)], 24: [*range(24)], 25: [0, 1, 2, *range(2, 24)]}


@pytest.mark.parametrize(("chosen", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_days_have_the_hours_they_have(cast: Cast, chosen: str, hours: int) -> None:
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False):
        response = Console(cast.admin).get(f"reports/agents/{cast.agent.pk}/", day=chosen)
    marks = response.context["hours"]
    assert [hour.hour for _x, hour in marks] == HOURS[hours]
    assert [x for x, _hour in marks] == pytest.approx([100 * number / hours for number in range(hours)])
    page = text_of(response)
    assert f"→ Offline {hours}:00:00" in page
    assert (f"Clocks change on this day: it has {hours} hours." in page) == (hours != 24)


def test_hours_that_come_twice_are_told_apart(cast: Cast) -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with time_machine.travel(before, tick=False):
        choose(cast.agent, ONLINE)
    with time_machine.travel(before + HOUR, tick=False):
        choose(cast.agent, AWAY)
        page = text_of(Console(cast.admin).get(f"reports/agents/{cast.agent.pk}/"))
    assert "02:30:00 CEST–02:30:00 CET Online 01:00:00" in page


def test_days_lead_to_their_neighbours(admin: Console, cast: Cast) -> None:
    context = admin.get(f"reports/agents/{cast.agent.pk}/").context
    assert (context["before"], context["after"]) == (date(2026, 3, 26), None)
    context = admin.get(f"reports/agents/{cast.agent.pk}/", day="2026-03-01").context
    assert (context["before"], context["after"]) == (date(2026, 2, 28), date(2026, 3, 2))
    assert admin.get(f"reports/agents/{cast.agent.pk}/", day="1970-01-01").context["before"] is None


@pytest.mark.parametrize("chosen", ["nonsense", "2026-02-30", "0001-01-01", "9999-12-31", "", "2026-03-27T10:00"])
def test_days_that_there_are_not_are_today(admin: Console, cast: Cast, chosen: str) -> None:
    assert admin.get(f"reports/agents/{cast.agent.pk}/", day=chosen).context["day"] == date(2026, 3, 27)


def test_empty_days_say_why(admin: Console, cast: Cast) -> None:
    page = f"reports/agents/{cast.agent.pk}/"
    assert "Nothing is known of this day." in text_of(admin.get(page, day="2026-03-01"))
    assert "This day is still to come." in text_of(admin.get(page, day="2027-03-01"))


def test_days_of_others_are_not_there(supervisor: Console, cast: Cast) -> None:
    assert supervisor.get(f"reports/agents/{cast.teammate.pk}/").status_code == 200
    assert supervisor.get(f"reports/agents/{cast.stranger.pk}/").status_code == 404
    assert supervisor.get(f"reports/agents/{cast.admin.pk}/").status_code == 404  # is no agent


def test_running_contact_is_in_the_lane(admin: Console, cast: Cast) -> None:
    running = {"activity": Activity.ACD, "activity_since": NOON - HOUR, "activity_skill_name": "English"}
    AgentState.objects.filter(pk=cast.agent.pk).update(**running)
    assert "12:00:00–now ACD · English 01:00:00" in text_of(admin.get(f"reports/agents/{cast.agent.pk}/"))


def test_day_with_far_too_many_changes_says_so(admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day, "MOST_PIECES", 2)
    page = text_of(admin.get(f"reports/agents/{cast.agent.pk}/"))
    assert "There were more changes than a page can show." in page


def test_day_is_linked_from_where_agents_are(admin: Console, cast: Cast) -> None:
    address = f'href="/console/reports/agents/{cast.agent.pk}/'
    assert f'{address}?day=2026-03-27"' in admin.get("status-history/").content.decode()
    assert f'{address}"' in admin.get("live-agents/").content.decode()


# --- The history as a file ----------------------------------------------------------------------------------------


def test_history_is_downloaded_as_the_filters_show_it(
    admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "ROWS_AT_ONCE", 2)
    choose(cast.teammate, AWAY, reason_code_id=cast.training.pk, note="=1+1")
    header, *rows = downloaded(admin, "status-history/csv/")
    assert len(rows) == HistoryEntry.objects.count() > 4
    assert header[:4] == ["Agent ID", "Agent", "Status ID", "Status"]
    [row] = downloaded(admin, "status-history/csv/", agent="petr", status=AWAY)[1:]
    assert row == [
        str(cast.teammate.pk), "Petr Novak", str(AWAY), "Away", "Training", "yes", "2026-03-27T13:00:00+01:00", "", "0",
        "00:00:00", "Chosen by the agent", "Petr Novak", "'=1+1",
    ]  # fmt: skip


def test_supervisor_downloads_only_the_supervised(supervisor: Console) -> None:
    assert {row[1] for row in downloaded(supervisor, "status-history/csv/")[1:]} == {"Jana Mala", "Petr Novak"}
