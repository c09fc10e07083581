"""The endpoints. They parse, authorize, call a service and render, as ours do; paths and shapes are Zendesk's.

What Zendesk gives to administrators only, is for administrators and API clients here too; ``me`` is for any agent.
"""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.authentication import ApiTokenAuthentication, BearerAuthentication
from contactcenter.api.models import ApiToken
from contactcenter.api.permissions import Rule
from contactcenter.api.principals import ClientPrincipal
from contactcenter.api.views import Endpoint
from contactcenter.directory.access import Role
from contactcenter.directory.models import CompanySettings, Team, User
from contactcenter.lib.errors import NotFound
from statuses import access, services
from statuses.models import Availability, AvailabilityQuerySet, Status, StatusQuerySet, WorkItem
from statuses.states import AGENTS_AT_ONCE, FIRST_CUSTOM_ID, Cause
from statuses.teams import team_availability
from statuses.zendesk import errors, jobs, openapi, serializers, shapes
from statuses.zendesk.filters import filtered, numbers, selected_channels
from statuses.zendesk.paging import page_of
from statuses.zendesk.words import OURS


def _reads_everything(user: User) -> bool:
    return user.role == Role.ADMINISTRATOR and access.may_see_others(user)


def _sets_everybody(user: User) -> bool:
    return user.role == Role.ADMINISTRATOR and access.may_set_others(user)


READ_ALL = Rule("statuses:read", _reads_everything)
READ_OWN = Rule("statuses:read", access.may_read_agents)
SET_ALL = Rule("statuses:write", _sets_everybody)
SET_OWN = Rule("statuses:write", access.may_set)


class ZendeskEndpoint(Endpoint):
    authentication_classes = (ApiTokenAuthentication, BearerAuthentication, SessionAuthentication)
    schema = openapi.ZendeskSchema()

    def get_exception_handler(self) -> Any:
        return errors.exception_handler

    def own_id(self) -> int:
        if isinstance(self.principal, ClientPrincipal):
            raise NotFound("“me” is a user; an API client names an agent's id.")
        return int(self.principal.pk)

    def agents(self) -> AvailabilityQuerySet:
        return Availability.objects.visible_to(self.principal)

    def agent(self, agent_id: int) -> Availability:
        found = self.agents().filter(pk=agent_id).first()
        if found is None:
            raise NotFound(f"There is no agent {agent_id}.")
        return found

    def cause(self, usual: Cause) -> Cause:
        """With an API token it is a program that sets a status, whoever's the token is."""
        return Cause.API if isinstance(self.request.auth, ApiToken) else usual


# --- Statuses ----------------------------------------------------------------------------------------------------


class Statuses(ZendeskEndpoint):
    access: ClassVar = {"GET": READ_ALL}

    @extend_schema(operation_id="zendesk_statuses", responses=serializers.Statuses, parameters=openapi.PAGES)
    def get(self, request: Request) -> Response:
        """List the statuses by name: built-in ones on the first page, custom ones page by page."""
        return self.listed(Status.objects.all())

    def listed(self, statuses: StatusQuerySet) -> Response:
        page = page_of(statuses.custom().prefetch_related("teams"), self.request, by="key")
        builtin = statuses.filter(pk__lt=FIRST_CUSTOM_ID).order_by("key") if page.is_first else ()
        return Response(
            {
                "default": [shapes.default_status(status) for status in builtin],
                "custom": [shapes.custom_status(status) for status in page.rows],
                **page.envelope,
            }
        )


class OwnStatuses(Statuses):
    access: ClassVar = {"GET": READ_OWN}

    @extend_schema(operation_id="zendesk_own_statuses", responses=serializers.Statuses, parameters=openapi.PAGES)
    def get(self, request: Request) -> Response:
        """List the statuses that the signed-in user may choose."""
        teams = User.objects.get(pk=self.own_id()).memberships.values("team")
        return self.listed(Status.objects.open_to(teams))


class SetStatus(ZendeskEndpoint):
    access: ClassVar = {"PUT": SET_ALL}

    @extend_schema(
        operation_id="zendesk_set_status",
        request=serializers.ChosenStatus,
        responses=serializers.STATUS_SET,
        parameters=[openapi.AGENT],
    )
    def put(self, request: Request, agent_id: int) -> Response:
        """Set an agent's status."""
        return self.set(agent_id)

    def set(self, agent_id: int) -> Response:
        cause = self.cause(access.cause_of(self.principal, agent_id))
        services.set_status(agent_id, _chosen(self.request), actor=self.actor, cause=cause)
        return Response(shapes.chosen_status(self.agent(agent_id)))


class SetOwnStatus(SetStatus):
    access: ClassVar = {"PUT": SET_OWN}

    @extend_schema(
        operation_id="zendesk_set_own_status", request=serializers.ChosenStatus, responses=serializers.STATUS_SET
    )
    def put(self, request: Request) -> Response:  # type: ignore[override]  # another address
        """Set the signed-in agent's own status."""
        return self.set(self.own_id())


class SetManyStatuses(ZendeskEndpoint):
    access: ClassVar = {"PUT": SET_ALL}

    @extend_schema(
        operation_id="zendesk_set_many_statuses",
        request=serializers.ChosenStatus,
        responses=serializers.Job,
        parameters=[openapi.IDS],
    )
    def put(self, request: Request) -> Response:
        """Set the status of up to 500 agents in the background; the answer says where to ask how far that is."""
        agent_ids, status_id = _many(request), _chosen(request)
        cause = self.cause(access.cause_of_others(self.principal))
        return Response(shapes.job(jobs.start(agent_ids, status_id, actor=self.actor, cause=cause), request))


class Job(ZendeskEndpoint):
    access: ClassVar = {"GET": READ_ALL}

    @extend_schema(operation_id="zendesk_job", responses=serializers.Job, parameters=[openapi.JOB])
    def get(self, request: Request, job_id: str) -> Response:
        """Read how far a job is. Jobs are kept for a day."""
        job = jobs.find(job_id)
        if job is None:
            raise NotFound("There is no such job, or it is older than a day.")
        return Response(shapes.job(job, request))


def _chosen(request: Request) -> int:
    given = serializers.ChosenStatus(data=request.data)
    given.is_valid(raise_exception=True)
    chosen: int = given.validated_data["id"]
    return chosen


def _many(request: Request) -> list[int]:
    text = request.query_params.get("ids", "")
    try:
        agent_ids = numbers(text)
    except ValueError as error:
        raise ValidationError({"ids": f"“{text}” is not {error}."}) from error
    if len(agent_ids) > AGENTS_AT_ONCE:
        raise ValidationError({"ids": f"At most {AGENTS_AT_ONCE} agents at once; these are {len(agent_ids)}."})
    return agent_ids


# --- Availability ------------------------------------------------------------------------------------------------


class Availabilities(ZendeskEndpoint):
    access: ClassVar = {"GET": READ_ALL}

    @extend_schema(
        operation_id="zendesk_availabilities",
        responses=serializers.AVAILABILITIES,
        parameters=[*openapi.FILTERS, openapi.SELECT, *openapi.PAGES],
    )
    def get(self, request: Request) -> Response:
        """List the agents with their availability. Filters combine."""
        params = request.query_params
        channels = selected_channels(params)
        page = page_of(filtered(params, self.agents()), request)
        found = shapes.Availabilities(request, page.rows, channels)
        return Response({"data": found.data(), "included": found.included(), **page.envelope})


class OneAvailability(ZendeskEndpoint):
    access: ClassVar = {"GET": READ_ALL}

    @extend_schema(
        operation_id="zendesk_availability",
        responses=serializers.AVAILABILITY,
        parameters=[openapi.AGENT, openapi.SELECT],
    )
    def get(self, request: Request, agent_id: int) -> Response:
        """Read an agent's availability."""
        return self.shown(agent_id)

    def shown(self, agent_id: int, *, is_own: bool = False) -> Response:
        channels = selected_channels(self.request.query_params)
        found = shapes.Availabilities(self.request, [self.agent(agent_id)], channels, is_own=is_own)
        [data] = found.data()
        return Response({"data": data, "included": found.included()})


class OwnAvailability(OneAvailability):
    access: ClassVar = {"GET": READ_OWN}

    @extend_schema(
        operation_id="zendesk_own_availability", responses=serializers.AVAILABILITY, parameters=[openapi.SELECT]
    )
    def get(self, request: Request) -> Response:  # type: ignore[override]  # another address
        """Read the signed-in agent's own availability."""
        return self.shown(self.own_id(), is_own=True)


class WorkItems(ZendeskEndpoint):
    access: ClassVar = {"GET": READ_ALL}

    @extend_schema(
        operation_id="zendesk_work_items",
        responses=serializers.WORK_ITEMS,
        parameters=[openapi.AGENT, openapi.CHANNEL, *openapi.PAGES],
    )
    def get(self, request: Request, agent_id: int, channel: str) -> Response:
        """List an agent's work items on a channel, the oldest first."""
        return self.listed(agent_id, channel)

    def listed(self, agent_id: int, channel: str) -> Response:
        ours = OURS.get(channel)
        if ours is None:
            raise NotFound(f"There is no channel “{channel}”.")
        agent = self.agent(agent_id)
        items = WorkItem.objects.filter(agent=agent.pk, channel=ours)
        page = page_of(items, self.request, size=shapes.WORK_ITEMS)
        return Response({"data": [shapes.work_item(item) for item in page.rows], **page.envelope})


class OwnWorkItems(WorkItems):
    access: ClassVar = {"GET": READ_OWN}

    @extend_schema(
        operation_id="zendesk_own_work_items",
        responses=serializers.WORK_ITEMS,
        parameters=[openapi.CHANNEL, *openapi.PAGES],
    )
    def get(self, request: Request, channel: str) -> Response:  # type: ignore[override]  # another address
        """List the signed-in agent's own work items on a channel, the oldest first."""
        return self.listed(self.own_id(), channel)


class GroupAvailability(ZendeskEndpoint):
    access: ClassVar = {"GET": READ_ALL}

    @extend_schema(operation_id="zendesk_group_availability", responses=serializers.Group, parameters=[openapi.GROUP])
    def get(self, request: Request, group_id: int) -> Response:
        """Read how many agents of a team are in which state, and how much of their capacity is used."""
        team = Team.objects.visible_to(self.principal).filter(pk=group_id).first()
        if team is None:
            raise NotFound(f"There is no group {group_id}.")
        [found] = team_availability([team])
        return Response(shapes.group(found, routing=CompanySettings.load().omnichannel_routing))
