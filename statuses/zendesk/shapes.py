"""Zendesk's JSON, made of our rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from rest_framework.request import Request

from contactcenter.directory.models import CompanySettings, ProfileSkill
from statuses.availability import iso
from statuses.models import Availability, Status, StatusJob, WorkItem
from statuses.states import Cause, ChannelState, WorkReason
from statuses.teams import TeamAvailability
from statuses.zendesk.paging import AFTER, cursor_of
from statuses.zendesk.words import OURS, REASONS, THEIRS, WORK_REASONS, channel_states, status_name

Json = dict[str, Any]

ACCOUNT_ID: Final = 1  # there is one company
WORK_ITEMS: Final = 25  # of a channel, on the first page that comes along with the agent

_COLLECTION: Final = "agent_availabilities"


# --- Statuses ----------------------------------------------------------------------------------------------------


def default_status(status: Status) -> Json:
    attributes = {"name": status_name(status.pk, status.name), "description": status.description}
    return {"id": status.pk, "type": "agent_status", "attributes": attributes}


def custom_status(status: Status) -> Json:
    attributes = {
        "name": status.name,
        "description": status.description,
        "group_ids": sorted(team.pk for team in status.teams.all()),
        "channels": channel_states(status.channels),
    }
    return {
        "id": status.pk,
        "type": "agent_status",
        "updated_at": iso(status.updated_at),
        "attributes": attributes,
    }


def chosen_status(row: Availability) -> Json:
    """What setting a status answers."""
    status = {"id": row.status_id, "name": status_name(row.status_id, row.status_name)}
    attributes = {"agent_id": row.pk, "agent_status": status}
    return {"data": {"id": f"{_COLLECTION}|{row.pk}", "type": _COLLECTION, "attributes": attributes}}


# --- Jobs --------------------------------------------------------------------------------------------------------


def job(job: StatusJob, request: Request) -> Json:
    total, progress = len(job.agent_ids), len(job.results)
    done = sum(result["success"] for result in job.results)
    messages = {
        StatusJob.State.QUEUED: "Waiting to be started.",
        StatusJob.State.WORKING: f"{progress} of {total} done.",
        StatusJob.State.COMPLETED: f"Completed: {done} of {total} updated.",
    }
    return {
        "id": job.pk,
        "url": request.build_absolute_uri(reverse("zendesk-job", args=[job.pk])),
        "status": job.state,
        "total": total,
        "progress": progress,
        "message": messages[StatusJob.State(job.state)],
        "results": job.results,
    }


# --- Availability ------------------------------------------------------------------------------------------------


class Availabilities:
    """Agents, and what comes along with them: their channels, and the first work items of each. Three statements."""

    def __init__(
        self, request: Request, rows: Sequence[Availability], channels: Sequence[str], *, is_own: bool = False
    ) -> None:
        self._request = request
        self._rows = rows
        self._channels = channels
        self._is_own = is_own
        self._routing = CompanySettings.load().omnichannel_routing
        self._skills = _skills({row.skill_profile_id for row in rows})
        self._items = _first_items([row.pk for row in rows], channels)

    def data(self) -> list[Json]:
        return [self._agent(row) for row in self._rows]

    def included(self) -> list[Json]:
        return [one for row in self._rows for channel in self._channels for one in self._channel(row, channel)]

    def _agent(self, row: Availability) -> Json:
        attributes: Json = {
            "agent_id": row.pk,
            "version": row.version,
            "group_ids": row.team_ids,
            "skills": [{"id": str(skill)} for skill in self._skills.get(row.skill_profile_id, ())],
        }
        if self._routing:
            attributes["agent_status"] = {
                "id": row.status_id,
                "name": status_name(row.status_id, row.status_name),
                "reason": REASONS[Cause(row.cause)],
                "updated_at": iso(row.since),
            }
        references = [{"id": _channel_id(row.pk, channel), "type": "channels"} for channel in self._channels]
        return {
            "id": f"{_COLLECTION}|{row.pk}",
            "type": _COLLECTION,
            "attributes": attributes,
            "links": {"self": self._address(row)},
            "relationships": {"channels": {"data": references}},
        }

    def _channel(self, row: Availability, channel: str) -> Iterable[Json]:
        ours = OURS[channel]
        attributes: Json = {
            "name": channel,
            "status": getattr(row, f"{ours}_state"),
            "updated_at": iso(getattr(row, f"{ours}_updated_at")),
            "work_item_count": getattr(row, f"{ours}_items"),
        }
        if self._routing:
            attributes["max_capacity"] = getattr(row, f"{ours}_units")
        items = self._items[row.pk, ours]
        shown, has_more = items[:WORK_ITEMS], len(items) > WORK_ITEMS
        following = f"{self._address(row)}/channels/{channel}/relationships/work_items?"
        relationship = {
            "data": [{"id": _work_item_id(item), "type": "work_items"} for item in shown],
            "links": {"next": following + urlencode({AFTER: cursor_of(shown[-1].pk)}) if has_more else None},
            "meta": {"has_more": has_more},
        }
        yield {
            "id": _channel_id(row.pk, channel),
            "type": "channels",
            "attributes": attributes,
            "relationships": {"work_items": relationship},
        }
        yield from map(work_item, shown)

    def _address(self, row: Availability) -> str:
        """Agents who ask for themselves are led to what they may ask for again."""
        return self._request.build_absolute_uri(f"/api/v2/{_COLLECTION}/{'me' if self._is_own else row.pk}")


def work_item(item: WorkItem) -> Json:
    attributes = {"added_at": iso(item.added_at), "reason": WORK_REASONS[WorkReason(item.reason)]}
    return {"id": _work_item_id(item), "type": "work_items", "attributes": attributes}


def _channel_id(agent_id: int, channel: str) -> str:
    return f"{_COLLECTION}|{agent_id}|channels|{channel}"


def _work_item_id(item: WorkItem) -> str:
    return f"{_channel_id(item.agent_id, THEIRS[item.channel])}|work_items|{item.pk}"


def _skills(profile_ids: Collection[int | None]) -> dict[int | None, list[int]]:
    """Return the skills that agents with these profiles have, as routing understands it."""
    found: dict[int | None, list[int]] = defaultdict(list)
    skills = ProfileSkill.objects.held().filter(profile__in=[pk for pk in profile_ids if pk is not None])
    for profile_id, skill_id in skills.order_by("skill").values_list("profile", "skill"):
        found[profile_id].append(skill_id)
    return found


def _first_items(agent_ids: Sequence[int], channels: Sequence[str]) -> Mapping[tuple[int, str], list[WorkItem]]:
    """Return the oldest work items of each agent and channel, one more than are shown."""
    place = Window(RowNumber(), partition_by=[F("agent"), F("channel")], order_by=F("pk").asc())
    items = WorkItem.objects.filter(agent__in=agent_ids, channel__in=[OURS[channel] for channel in channels])
    found: dict[tuple[int, str], list[WorkItem]] = defaultdict(list)
    for item in items.annotate(place=place).filter(place__lte=WORK_ITEMS + 1).order_by("pk"):
        found[item.agent_id, item.channel].append(item)
    return found


# --- Groups ------------------------------------------------------------------------------------------------------


def group(team: TeamAvailability, *, routing: bool) -> Json:
    """A team's availability. Statuses of the same name, which custom ones may have had, count together."""
    unified: dict[str, int] = defaultdict(int)
    for status in team["statuses"]:
        unified[status_name(status["id"], status["name"])] += status["agents"]
    return {
        "account_id": ACCOUNT_ID,
        "group_id": team["team_id"],
        "version": team["version"],
        "channel_group_statuses": {channel: _group_channel(team["channels"][OURS[channel]]) for channel in OURS},
        **({"unified_states": unified} if routing else {}),
    }


def _group_channel(counts: Mapping[str, int]) -> Json:
    return {
        "state_counts": {state: counts[state] for state in ChannelState.values},
        "total_consumed_capacity": counts["work_items"],
        "total_max_capacity": counts["capacity"],
    }
