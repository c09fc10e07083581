"""Whatever is done, in whatever order: history stays a chain, and the state is what was chosen last."""

from dataclasses import dataclass

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.services import activate_user, deactivate_user, save_company_settings
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import AppError
from statuses.models import AgentState, Status
from statuses.services import change_status, delete_status, set_statuses
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from tests.cast import Cast
from tests.statuses.support import assert_chain, choose, create_status, events, history_of

BUILTIN = st.sampled_from([OFFLINE, ONLINE, AWAY, TRANSFERS_ONLY])
NUMBERS = st.integers(0, 2)  # of an agent, a status, a reason
ANY_STATUS = BUILTIN | NUMBERS.map(lambda number: -1 - number)  # ours have ids of their own


@dataclass(frozen=True)
class Step:
    kind: str
    agent: int
    status: int
    number: int
    note: str


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["choose", "choose", "choose", "bulk", "edit", "delete", "retire", "routing"]),
        agent=NUMBERS,
        status=ANY_STATUS,
        number=NUMBERS,
        note=st.sampled_from(["", "a", "b"]),
    ),
    max_size=25,
)


class Company:
    def __init__(self, cast: Cast) -> None:
        self.agents = [cast.agent, cast.teammate, cast.stranger]
        self.reasons = [None, cast.lunch.pk, cast.training.pk]
        self.statuses = [create_status(f"Status {number}").pk for number in range(3)]

    def take(self, step: Step) -> None:
        status = step.status if step.status > 0 else self.statuses[-1 - step.status]
        agent = self.agents[step.agent]
        match step.kind:
            case "choose":
                choose(agent, status, reason_code_id=self.reasons[step.number], note=step.note)
            case "bulk":
                ids = [agent.pk for agent in self.agents]
                set_statuses(ids, status, actor=SYSTEM, cause=Cause.SYNC, note=step.note)
            case "edit":
                change_status(status, {"voice": ["online", "away", "offline"][step.number]})
            case "delete":
                delete_status(status, actor=SYSTEM)
            case "retire":
                (deactivate_user if User.objects.get(pk=agent.pk).is_active else activate_user)(agent, actor=SYSTEM)
            case "routing":
                company = CompanySettings.load()
                company.omnichannel_routing = not company.omnichannel_routing
                save_company_settings(company, actor=SYSTEM)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_invariants(cast: Cast, steps: list[Step]) -> None:
    with transaction.atomic():
        company = Company(cast)
        for step in steps:
            try:
                with transaction.atomic():
                    company.take(step)
            except AppError:
                pass
            check(company)
        transaction.set_rollback(True)


def check(company: Company) -> None:
    told = {(event.payload["agent_id"], event.payload["version"]): event.payload for event in events("status.changed")}
    for agent in company.agents:
        assert_chain(agent)
        state = AgentState.objects.select_related("agent").get(pk=agent.pk)
        if not state.agent.is_active:
            assert state.status_id == OFFLINE
        if state.must_choose:
            assert state.status_id == OFFLINE
        if state.channels != (now := Status.objects.get(pk=state.status_id).channels):
            assert state.status_id >= 100, now  # only ours can be edited under those who are in them
        for entry in history_of(agent)[1:]:
            assert told[agent.pk, entry.version]["status"] == {"id": entry.status_id, "name": entry.status_name}
            assert told[agent.pk, entry.version]["cause"] == entry.cause
    assert len(told) == sum(len(history_of(agent)) - 1 for agent in company.agents)
