"""Idle and disconnect timeouts: one form for the company and all statuses, and the sentences that explain it."""

from typing import Any

import pytest

from contactcenter.directory.models import CompanySettings
from contactcenter.directory.services import save_company_settings
from contactcenter.lib.actors import SYSTEM
from statuses.models import Status, TimeoutDefaults, TimeoutRule
from statuses.services import delete_status, save_defaults, save_rule
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY
from tests.cast import Cast
from tests.console import support
from tests.console.support import Console, administrator_with, text_of, told
from tests.statuses.support import create_status, events, forget_events

PATH = "timeouts/"
MINUTES = "Give a whole number of minutes from 5 to 1440."
GONE = "This status is gone, or no timeout can lead to it. Choose another."
STALE = "Somebody else has changed this since you opened the page. Save again to put yours in its place."


def sent_by(response: Any) -> dict[str, list[str]]:
    return support.sent_by(response, after="list-intro")


def save(console: Console, **values: object) -> Any:
    """Send the page as it is, with these values changed; underscores in names stand for hyphens."""
    sent = sent_by(console.get(PATH))
    return console.client.post(f"/console/{PATH}", {**sent, **_named(values)})


def _named(values: dict[str, object]) -> dict[str, object]:
    return {name.replace("_", "-"): value for name, value in values.items()}


def rule(status: int, **values: Any) -> TimeoutRule:
    return save_rule(TimeoutRule(status_id=status, **values))


def errors_in(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, "The form was accepted."
    forms = [response.context["company"], *(row.form for row in response.context["rows"])]
    return {
        form.prefix: [str(error) for errors in form.errors.values() for error in errors]
        for form in forms
        if form.errors
    }


def happens(console: Console, status: int, **values: object) -> str:
    """What the page says would happen to agents in a status with these values."""
    sent = {**sent_by(console.get(PATH)), **_named(values)}
    response = console.client.post(f"/console/{PATH}preview/", sent)
    [row] = [row for row in response.context["rows"] if row.status.pk == status]
    sentences = [sentence.text for sentence in row.happens]
    assert all(sentence in text_of(response) for sentence in sentences)
    return " ".join(sentences)


# --- Saving --------------------------------------------------------------------------------------------------------


def test_company_and_statuses_are_saved_together(admin: Console, cast: Cast) -> None:
    lunch = create_status("Long lunch")
    forget_events()
    response = save(
        admin,
        company_enabled="on",
        company_minutes="15",
        company_disconnect=str(OFFLINE),
        **{f"status_{ONLINE}_minutes": "30", f"status_{ONLINE}_idle": str(lunch.pk), f"status_{AWAY}_idle": "keep"},
    )
    assert response.url == f"/console/{PATH}"
    assert told(response) == ["3 timeouts are saved and hold now."]
    company = TimeoutDefaults.load()
    assert (company.idle_enabled, company.idle_after_minutes) == (True, 15)
    assert (company.idle_target_id, company.disconnect_target_id) == (AWAY, OFFLINE)
    online, away = TimeoutRule.objects.order_by("pk")
    assert (online.pk, online.idle_after_minutes, online.idle_target) == (ONLINE, 30, lunch)
    assert (away.pk, away.idle_after_minutes, away.idle_keep) == (AWAY, None, True)
    assert len(events("timeouts.changed")) == 1


def test_page_shows_what_is_stored(admin: Console) -> None:
    rule(ONLINE, idle_after_minutes=30, disconnect_target_id=AWAY, idle_keep=True)
    sent = sent_by(admin.get(PATH))
    names = ("minutes", "idle", "disconnect")
    assert [sent[f"status-{ONLINE}-{name}"] for name in names] == [["30"], ["keep"], [str(AWAY)]]
    assert [sent[f"company-{name}"] for name in names] == [["10"], [str(AWAY)], ["keep"]]
    assert "company-enabled" not in sent


def test_what_is_not_touched_is_not_stored(admin: Console) -> None:
    rule(ONLINE, idle_keep=True)
    forget_events()
    assert told(save(admin)) == ["Nothing was changed."]
    assert events("timeouts.changed") == []


def test_emptied_fields_follow_the_company_again(admin: Console) -> None:
    rule(ONLINE, idle_after_minutes=30, idle_target_id=OFFLINE)
    save(admin, **{f"status_{ONLINE}_minutes": "", f"status_{ONLINE}_idle": ""})
    assert not TimeoutRule.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("company-minutes", "", "This field is required."),
        ("company-minutes", "4", MINUTES),
        ("company-minutes", "1441", MINUTES),
        ("company-minutes", "ten", MINUTES),
        ("company-idle", "", "This field is required."),
        ("company-idle", str(ONLINE), GONE),
        ("company-disconnect", "999999", GONE),
        (f"status-{AWAY}-minutes", "5.5", MINUTES),
        (f"status-{AWAY}-minutes", "-5", MINUTES),
        (f"status-{AWAY}-minutes", "9" * 400, MINUTES),
        (f"status-{AWAY}-idle", str(ONLINE), GONE),
        (f"status-{AWAY}-idle", "x\0y", GONE),
        (f"status-{AWAY}-disconnect", "0", GONE),
    ],
)
def test_values_that_cannot_be_are_told_at_their_row(admin: Console, name: str, value: str, message: str) -> None:
    response = save(admin, **{name: value, f"status_{ONLINE}_minutes": "30"})
    assert errors_in(response) == {name.rpartition("-")[0]: [message]}
    assert "Nothing is saved yet." in text_of(response)
    assert not TimeoutRule.objects.exists()
    assert sent_by(response)[f"status-{ONLINE}-minutes"] == ["30"]  # what was typed stays


def test_nothing_of_somebody_else_is_lost(admin: Console, cast: Cast) -> None:
    opened = sent_by(admin.get(PATH))
    rule(AWAY, idle_after_minutes=20)  # somebody else, meanwhile
    response = admin.client.post(f"/console/{PATH}", {**opened, f"status-{ONLINE}-minutes": "30"})
    assert told(response) == ["1 timeout is saved and holds now."]
    minutes = dict(TimeoutRule.objects.values_list("pk", "idle_after_minutes"))
    assert minutes == {AWAY: 20, ONLINE: 30}


def test_change_of_what_somebody_else_has_changed_is_asked_for_again(admin: Console) -> None:
    opened = sent_by(admin.get(PATH))
    rule(ONLINE, idle_after_minutes=20)
    rule(AWAY, idle_after_minutes=25)
    response = admin.client.post(f"/console/{PATH}", {**opened, f"status-{ONLINE}-minutes": "30"})
    assert errors_in(response) == {f"status-{ONLINE}": [STALE]}
    assert TimeoutRule.objects.get(pk=ONLINE).idle_after_minutes == 20
    again = sent_by(response)
    assert (again[f"status-{ONLINE}-minutes"], again[f"status-{AWAY}-minutes"]) == (["30"], ["25"])
    assert admin.client.post(f"/console/{PATH}", again).status_code == 302
    assert TimeoutRule.objects.get(pk=ONLINE).idle_after_minutes == 30
    assert TimeoutRule.objects.get(pk=AWAY).idle_after_minutes == 25


def test_status_that_is_newer_than_the_page_is_left_alone(admin: Console) -> None:
    opened = sent_by(admin.get(PATH))
    rule(create_status().pk, idle_after_minutes=20)
    assert admin.client.post(f"/console/{PATH}", {**opened, f"status-{ONLINE}-minutes": "30"}).status_code == 302
    assert sorted(TimeoutRule.objects.values_list("idle_after_minutes", flat=True)) == [20, 30]


def test_target_deleted_meanwhile_is_told(admin: Console, cast: Cast) -> None:
    lunch = create_status("Long lunch")
    sent = {**sent_by(admin.get(PATH)), f"status-{ONLINE}-idle": str(lunch.pk)}
    delete_status(lunch.pk, actor=SYSTEM)
    assert errors_in(admin.client.post(f"/console/{PATH}", sent)) == {f"status-{ONLINE}": [GONE]}


# --- Who may -------------------------------------------------------------------------------------------------------


def test_those_who_may_only_look_change_nothing(cast: Cast) -> None:
    console = Console(administrator_with("VIEW"))
    page = console.get(PATH)
    assert "Save timeouts" not in text_of(page)
    assert b"<fieldset disabled>" in page.content
    assert console.post(PATH, **{"company-minutes": "20"}).status_code == 403


@pytest.mark.parametrize("path", [PATH, f"{PATH}preview/"])
def test_supervisors_do_not_get_there(supervisor: Console, path: str) -> None:
    assert supervisor.post(path).status_code == 403
    assert supervisor.get(path).status_code in (403, 405)


# --- What happens --------------------------------------------------------------------------------------------------


def test_sentences_say_what_happens(admin: Console) -> None:
    on = {"company_enabled": "on"}
    assert happens(admin, ONLINE) == "Connection lost → stays “Online”."
    assert happens(admin, ONLINE, **on) == "Idle for 10 min → “Away”. Connection lost → stays “Online”."
    own = {f"status_{ONLINE}_minutes": "90", f"status_{ONLINE}_disconnect": str(OFFLINE)}
    assert happens(admin, ONLINE, **on, **own) == "Idle for 1 h 30 min → “Away”. Connection lost → “Offline”."
    assert happens(admin, AWAY, **on).startswith("Idle → stays “Away”.")
    assert happens(admin, ONLINE, **on, company_idle="keep").startswith("Idle → stays “Online”.")


def test_offline_is_left_alone_unless_it_has_a_target_of_its_own(admin: Console, cast: Cast) -> None:
    nothing = create_status("Nothing", email="offline")
    to_nothing = {"company_enabled": "on", "company_idle": str(nothing.pk), "company_disconnect": str(nothing.pk)}
    stays = "Idle → stays “Offline”. Connection lost → stays “Offline”."
    assert happens(admin, OFFLINE, **to_nothing) == stays
    own = {f"status_{OFFLINE}_idle": str(nothing.pk)}
    assert happens(admin, OFFLINE, **to_nothing, **own).startswith("Idle for 10 min → “Nothing”.")


def test_target_that_would_raise_a_channel_is_warned_of(admin: Console) -> None:
    said = happens(admin, TRANSFERS_ONLY, company_enabled="on")
    assert said.startswith(
        "Idle for 10 min → stays “Transfers only”: “Away” is skipped, it is more available on e-mail."
    )
    page = admin.get(PATH)
    assert b"timeouts-warning" not in page.content
    save(admin, company_enabled="on")
    assert b"timeouts-warning" in admin.get(PATH).content


def test_target_of_some_teams_only_is_told(admin: Console, cast: Cast) -> None:
    desk = create_status("Desk", teams=[cast.care])
    said = happens(admin, ONLINE, company_disconnect=str(desk.pk))
    assert said == "Connection lost → “Desk” in its teams (Care); agents of others stay “Online”."
    other = create_status("Other desk", teams=[cast.care])
    assert happens(admin, other.pk, company_disconnect=str(desk.pk)) == "Connection lost → “Desk”."


def test_mistakes_do_not_keep_the_rest_from_being_explained(admin: Console) -> None:
    said = happens(admin, ONLINE, company_enabled="on", company_minutes="x", company_disconnect=str(AWAY))
    assert said == "Idle for 10 min → “Away”. Connection lost → “Away”."


def test_while_routing_is_off_the_page_says_so(admin: Console) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = False
    save_company_settings(company, actor=SYSTEM)
    assert "timeouts set nobody's status until it is on" in text_of(admin.get(PATH))


# --- Many statuses -------------------------------------------------------------------------------------------------


def test_hundred_statuses_take_no_more_queries_and_no_square_of_choices(admin: Console) -> None:
    admin.get(PATH)
    few = admin.queries(PATH)
    Status.objects.bulk_create(
        [
            Status(name=f"Status {n}", key=f"status {n}", **dict.fromkeys(("voice", "chat", "email", "social"), "away"))
            for n in range(100)
        ]
    )
    target = Status.objects.custom()[50]
    rule(ONLINE, idle_target_id=target.pk)
    assert admin.queries(PATH) == few
    page = admin.get(PATH)
    assert page.content.count(b"<option") < 1000
    assert sent_by(page)[f"status-{ONLINE}-idle"] == [str(target.pk)]


# --- Deleting a status that timeouts lead to -----------------------------------------------------------------------


def test_deleting_a_target_says_what_holds_then(admin: Console, cast: Cast) -> None:
    lunch = create_status("Long lunch")
    path = f"statuses/status/{lunch.pk}/delete/"
    assert "timeouts" not in text_of(admin.get(path))
    rule(ONLINE, idle_target_id=lunch.pk)
    company = TimeoutDefaults.load()
    company.idle_target = lunch
    save_defaults(company)
    asked = text_of(admin.get(path))
    assert "The company's timeouts lead to it; after that they keep the status an agent is in." in asked
    assert "The timeouts of “Online” lead to it; after that the company's hold there." in asked
    admin.post(path)
    assert TimeoutDefaults.load().idle_target is None
    assert happens(admin, ONLINE, company_enabled="on").startswith("Idle → stays “Online”.")
