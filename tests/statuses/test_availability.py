"""Who can take what now: one agent, and the filtered list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import MultimediaProfile, ProfileSkill, SkillDefinition, SkillProfile, User
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.states import AWAY, ONLINE, TRANSFERS_ONLY
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import choose, create_status, give


@pytest.fixture
def reader(cast: Cast) -> Caller:
    return with_token(cast.client, "statuses:read")


def channels(reader: Caller, agent: User) -> dict[str, Any]:
    found: dict[str, Any] = reader.get(f"/agents/{agent.pk}/availability/").json()["channels"]
    return found


def capacity(**units: int) -> MultimediaProfile:
    values: dict[str, Any] = {"voice": 0, "chat": 0, "email": 0, "social": 0, **units}
    name = "-".join(f"{channel}{number}" for channel, number in units.items())
    return save_object(MultimediaProfile(name=name, type=MultimediaProfile.Type.BLENDED, **values))


def skills(cast: Cast) -> list[SkillDefinition]:
    kinds = SkillDefinition.Type
    return [
        save_object(SkillDefinition(name=name, type=kind, service_level_threshold=20, list_values_for_enum=values))
        for name, kind, values in (
            ("Licensed", kinds.BOOLEAN, []),
            ("Czech", kinds.PROFICIENCY, []),
            ("Language", kinds.ENUM, ["cs", "en"]),
            ("Region", kinds.TEXT, []),
        )
    ]


def profile(agent: User, values: dict[SkillDefinition, str]) -> None:
    """Give the agent a skill profile of its own."""
    agent.skill_profile = SkillProfile.objects.create(name=f"Of {agent.pk}")
    for skill, value in values.items():
        ProfileSkill.objects.create(profile=agent.skill_profile, skill=skill, skill_value=value)
    save_user(agent, actor=SYSTEM)


# --- One agent ---------------------------------------------------------------------------------------------------


def test_answer_is_complete(cast: Cast, reader: Caller) -> None:
    choose(cast.teammate, AWAY, reason_code_id=cast.training.pk)
    body = reader.get(f"/agents/{cast.teammate.pk}/availability/").json()
    since = body["status"]["since"]
    channel = {"assigned": True, "enabled": True, "work_items": 0, "updated_at": since}
    assert body == {
        "agent_id": cast.teammate.pk,
        "name": "Petr Novak",
        "email": "petr@example.com",
        "version": 2,
        "status": {
            "id": AWAY,
            "name": "Away",
            "since": since,
            "cause": "agent",
            "reason_code": {"id": cast.training.pk, "name": "Training", "paid": True},
        },
        "must_choose_status": False,
        "activity": {"kind": "none", "skill_id": None, "since": None},
        "channels": {
            "voice": {**channel, "state": "away", "capacity": 1},
            "chat": {**channel, "state": "away", "capacity": 3},
            "email": {**channel, "state": "online", "capacity": 10},
            "social": {**channel, "state": "away", "capacity": 5},
        },
        "phone_line": "ready",
        "team_ids": [cast.care.pk, cast.claims.pk],
    }


def test_channel_without_capacity_is_offline(cast: Cast, reader: Caller) -> None:
    cast.agent.multimedia_profile = capacity(chat=2)
    save_user(cast.agent, actor=SYSTEM)
    choose(cast.agent, ONLINE)
    found = channels(reader, cast.agent)
    assert {name: (row["state"], row["assigned"], row["capacity"]) for name, row in found.items()} == {
        "voice": ("offline", False, 0),
        "chat": ("online", True, 2),
        "email": ("offline", False, 0),
        "social": ("offline", False, 0),
    }
    assert reader.get(f"/agents/{cast.agent.pk}/availability/").json()["phone_line"] is None


def test_channel_outside_the_users_set_is_offline(cast: Cast, reader: Caller) -> None:
    cast.agent.channels = ["email"]
    save_user(cast.agent, actor=SYSTEM)
    choose(cast.agent, ONLINE)
    found = channels(reader, cast.agent)
    assert [name for name, row in found.items() if row["assigned"]] == ["email"]
    assert [name for name, row in found.items() if row["state"] == "online"] == ["email"]


def test_own_capacity_goes_before_the_first_teams_before_the_sites(cast: Cast, reader: Caller) -> None:
    agent = cast.teammate  # in Care, then Claims
    assert channels(reader, agent)["chat"]["capacity"] == 3  # the site's
    cast.claims.multimedia_profile = capacity(chat=7, voice=1)
    save_object(cast.claims)
    assert channels(reader, agent)["chat"]["capacity"] == 7  # the first team has none, the second has
    cast.care.multimedia_profile = capacity(chat=8)
    save_object(cast.care)
    assert channels(reader, agent)["chat"]["capacity"] == 8
    save_user(agent, teams=[cast.claims, cast.care], actor=SYSTEM)
    assert channels(reader, agent)["chat"]["capacity"] == 7  # the order of the teams decides
    agent.multimedia_profile = capacity(chat=9)
    save_user(agent, actor=SYSTEM)
    assert channels(reader, agent)["chat"]["capacity"] == 9


def test_only_agents_have_availability(cast: Cast, reader: Caller) -> None:
    assert reader.get(f"/agents/{cast.admin.pk}/availability/").status_code == 404
    for me in (cast.admin, cast.supervisor):
        assert Caller(me).get("/agents/me/availability/").status_code == 404


@pytest.mark.parametrize("agent", ["0", "999999", "999999999999999999", "1" * 19, "1" * 5000, "-1", "x", "ME", "me "])
def test_unknown_agents_are_not_found(reader: Caller, agent: str) -> None:
    response = reader.get(f"/agents/{agent}/availability/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_me_is_no_api_client(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:read", "statuses:write")
    for response in (
        caller.get("/agents/me/availability/"),
        caller.get("/agents/me/status-history/"),
        caller.put("/agents/me/status/", {"status": ONLINE}),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


# --- Filters -----------------------------------------------------------------------------------------------------


@pytest.fixture
def found(cast: Cast, reader: Caller) -> Callable[[str], list[str]]:
    """Who the list has for a query. Jana is Away at lunch, Petr online without voice, Hugo in a status of ours."""
    choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk)
    cast.teammate.channels = ["chat", "email", "social"]
    save_user(cast.teammate, actor=SYSTEM)
    choose(cast.teammate, ONLINE)
    choose(cast.stranger, create_status("Escalations", voice="transfers_only").pk)

    def find(query: str) -> list[str]:
        response = reader.get(f"/agents/?{query}")
        assert response.status_code == 200, response.content
        return [row["name"].partition(" ")[0] for row in response.json()["results"]]

    return find


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Jana Petr Hugo"),
        ("status=4", "Jana"),
        ("status=3&channel_state=chat:online", "Petr"),
        ("status=999999", ""),
        ("channel_state=email:online", "Jana Petr Hugo"),
        ("channel_state=voice:away", "Jana"),
        ("channel_state=voice:transfers_only", "Hugo"),
        ("channel_state=voice:online", ""),  # Petr is online, but has no voice
        ("channel_state=voice:offline", "Petr"),
        ("search=jan", "Jana"),
        ("search=NOVAK", "Petr"),
        ("search=novak+petr", "Petr"),
        ("search=petr+mala", ""),
        ("search=@EXAMPLE.com", "Jana Petr Hugo"),
        ("search=%25", ""),  # not a wildcard
        ("search=_", ""),
        ("search=%5C", ""),
        ("search=+", "Jana Petr Hugo"),
        ("status=&channel_state=&search=&team=", "Jana Petr Hugo"),  # an empty filter is none
        ("unknown=1", "Jana Petr Hugo"),
        ("skill=&remaining_capacity=", "Jana Petr Hugo"),
        ("remaining_capacity=voice:1", "Jana Hugo"),  # Petr has none
        ("remaining_capacity=voice:2", ""),
        ("remaining_capacity=voice:0", "Jana Petr Hugo"),
        ("remaining_capacity=chat:3", "Jana Petr Hugo"),
        ("remaining_capacity=chat:03", "Jana Petr Hugo"),
        ("remaining_capacity=chat:10000", ""),
        ("remaining_capacity=voice:1&status=4", "Jana"),
        ("remaining_capacity=email:10&channel_state=chat:online", "Petr"),
    ],
)
def test_filters(found: Callable[[str], list[str]], query: str, names: str) -> None:
    assert found(query) == names.split()


def test_filter_by_team(found: Callable[[str], list[str]], cast: Cast) -> None:
    assert found(f"team={cast.care.pk}") == ["Jana", "Petr"]
    assert found(f"team={cast.claims.pk}") == ["Petr"]
    assert found(f"team={cast.care.pk}&status={AWAY}") == ["Jana"]
    assert found("team=999999") == []


def test_filter_by_capacity_that_is_left(found: Callable[[str], list[str]], cast: Cast) -> None:
    give(cast.agent, "chat", 2)
    give(cast.teammate, "chat", 4)  # more than fits
    for units, names in ((0, "Jana Hugo"), (1, "Jana Hugo"), (2, "Hugo"), (3, "Hugo"), (4, "")):
        assert found(f"remaining_capacity=chat:{units}") == names.split(), units


def test_filter_by_skill(found: Callable[[str], list[str]], cast: Cast) -> None:
    yes, level, one_of, text = skills(cast)
    profile(cast.agent, {yes: "True", level: "1", one_of: "en", text: "x"})
    profile(cast.teammate, {yes: "False", level: "0", one_of: "cs"})
    for skill, names in ((yes, "Jana"), (level, "Jana"), (one_of, "Jana Petr"), (text, "Jana")):
        assert found(f"skill={skill.pk}") == names.split(), skill.name
    assert found(f"skill={one_of.pk}&status=4") == ["Jana"]
    assert found(f"skill={one_of.pk}&remaining_capacity=voice:1&team={cast.care.pk}") == ["Jana"]
    assert found("skill=999999") == []


def test_skills_of_the_team_count_without_own_ones(found: Callable[[str], list[str]], cast: Cast) -> None:
    yes, *_others = skills(cast)
    cast.claims.skill_profile = SkillProfile.objects.create(name="Claims")
    ProfileSkill.objects.create(profile=cast.claims.skill_profile, skill=yes, skill_value="True")
    save_object(cast.claims)
    assert found(f"skill={yes.pk}") == ["Petr"]
    profile(cast.teammate, {})
    assert found(f"skill={yes.pk}") == []


def test_search_knows_other_scripts(found: Callable[[str], list[str]], cast: Cast) -> None:
    cast.agent.first_name, cast.agent.last_name = "Élise", "Černá"
    save_user(cast.agent, actor=SYSTEM)
    for words in ("élise", "ÉLISE", "čER", "E\N{COMBINING ACUTE ACCENT}lise"):
        assert found(f"search={words}") == ["Élise"], words


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=away", "status"),
        ("status=0", "status"),
        ("status=-4", "status"),
        ("status=4.5", "status"),
        ("status=NaN", "status"),
        ("status=1e400", "status"),
        (f"status={2**63}", "status"),
        (f"status={'9' * 3000}", "status"),
        ("team=x", "team"),
        (f"team={2**63}", "team"),
        ("channel_state=voice", "channel_state"),
        ("channel_state=fax:online", "channel_state"),
        ("channel_state=voice:busy", "channel_state"),
        ("channel_state=100%25", "channel_state"),
        ("channel_state=:", "channel_state"),
        ("skill=x", "skill"),
        ("skill=0", "skill"),
        ("skill=1.5", "skill"),
        (f"skill={2**63}", "skill"),
        ("remaining_capacity=voice", "remaining_capacity"),
        ("remaining_capacity=voice:", "remaining_capacity"),
        ("remaining_capacity=:1", "remaining_capacity"),
        ("remaining_capacity=fax:1", "remaining_capacity"),
        ("remaining_capacity=voice:-1", "remaining_capacity"),
        ("remaining_capacity=voice:1.5", "remaining_capacity"),
        ("remaining_capacity=voice:x", "remaining_capacity"),
        ("remaining_capacity=voice:²", "remaining_capacity"),
        ("remaining_capacity=voice:10001", "remaining_capacity"),
        (f"remaining_capacity=voice:{'9' * 3000}", "remaining_capacity"),
        (f"search={'x' * 101}", "search"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=x", "page_size"),
        ("page_size=²", "page_size"),
        ("cursor=x", "cursor"),
        ("cursor=cD14", "cursor"),  # p=x
        ("cursor=bz0tMQ==", "cursor"),  # o=-1
    ],
)
def test_bad_filters_are_refused_at_their_field(reader: Caller, query: str, field: str) -> None:
    response = reader.get(f"/agents/?{query}")
    assert response.status_code == 400, response.content
    assert {error["field"] for error in response.json()["errors"]} == {field}


# --- Pages and cost ----------------------------------------------------------------------------------------------


def test_pages_hold_everybody_once(cast: Cast, reader: Caller) -> None:
    names, path = [], "/agents/?page_size=1"
    while path:
        page = reader.get(path).json()
        names += [row["name"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")
    assert names == ["Jana Mala", "Petr Novak", "Hugo Moreau"]


def test_page_goes_back_where_it_came_from(cast: Cast, reader: Caller) -> None:
    first = reader.get("/agents/?page_size=1").json()
    assert first["previous"] is None
    second = reader.get(first["next"].removeprefix("http://testserver/api/v1")).json()
    back = reader.get(second["previous"].removeprefix("http://testserver/api/v1")).json()
    assert back["results"] == first["results"]


def test_cost_does_not_grow_with_the_agents(cast: Cast, reader: Caller) -> None:
    choose(cast.agent, TRANSFERS_ONLY, reason_code_id=cast.lunch.pk)
    counts = []
    narrow = f"team={cast.care.pk}&channel_state=chat:offline&search=a&skill=1&remaining_capacity=chat:1"
    for query in ("page_size=1", "page_size=200", narrow):
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(f"/agents/?{query}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2] <= 3  # who asks, and the page


def test_one_agent_costs_as_little(cast: Cast, reader: Caller) -> None:
    """Beside finding out who asks."""
    for caller, path, whoami in (
        (reader, f"/agents/{cast.agent.pk}/availability/", 1),
        (Caller(cast.agent), "/agents/me/availability/", 2),
        (Caller(cast.supervisor), f"/agents/{cast.agent.pk}/availability/", 2),
    ):
        with CaptureQueriesContext(connection) as captured:
            assert caller.get(path).status_code == 200
        assert len(captured) <= whoami + 3
