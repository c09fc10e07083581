"""What the endpoints of agents share."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from contactcenter.api.permissions import Rule
from contactcenter.api.principals import ClientPrincipal
from contactcenter.api.views import Endpoint
from contactcenter.lib.errors import NotFound
from statuses import access
from statuses.availability import AvailabilityPayload, availability_payload
from statuses.models import Availability, AvailabilityQuerySet

AGENT = OpenApiParameter("agent", str, OpenApiParameter.PATH, description="An agent's id, or `me`.")

READ = Rule("statuses:read", access.may_read_agents)
WRITE = Rule("statuses:write", access.may_set)


class AgentEndpoint(Endpoint):
    """Base of what concerns one agent, ``me`` included; agents the caller may not see do not exist."""

    def agent_id(self, given: str) -> int:
        principal = self.principal
        if given == "me":
            if isinstance(principal, ClientPrincipal):
                raise NotFound("“me” is a signed-in user; an API client names an agent's id.")
            return int(principal.pk)
        return int(given)

    def agents(self) -> AvailabilityQuerySet:
        visible = Availability.objects.visible_to(self.principal)
        return visible if access.may_see_others(self.principal) else visible.filter(pk=self.principal.pk)

    def require_agent(self, agent_id: int) -> None:
        if not self.agents().filter(pk=agent_id).exists():
            raise NotFound

    def require_visible(self, agent_id: int) -> None:
        """API clients see every agent; whether there is one the service finds out anyway."""
        if not isinstance(self.principal, ClientPrincipal):
            self.require_agent(agent_id)

    def availability(self, agent_id: int) -> AvailabilityPayload:
        try:
            return availability_payload(self.agents().get(pk=agent_id))
        except Availability.DoesNotExist:
            raise NotFound from None

    def answer(self, agent_id: int) -> Response:
        payload = self.availability(agent_id)
        return Response(payload, headers={"ETag": f'"{payload["version"]}"'})
