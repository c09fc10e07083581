"""The people most tests are about, in a small company of two sites."""

from dataclasses import dataclass

from django.test import Client

from contactcenter.api.models import ApiClient
from contactcenter.api.scopes import SCOPES
from contactcenter.directory.models import (
    AuxiliaryCode,
    DesktopProfile,
    MultimediaProfile,
    Site,
    Team,
    User,
    UserProfile,
    WorkType,
)
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM

CLIENT_SECRET = "client-secret"


@dataclass(frozen=True)
class Cast:
    admin: User
    supervisor: User  # of Care
    agent: User  # in Care, Praha
    teammate: User  # in Care and Claims, Praha
    stranger: User  # in Sales, Lyon; may only give Lunch as a reason
    client: ApiClient  # with every scope
    praha: Site
    lyon: Site
    care: Team
    claims: Team
    sales: Team
    lunch: AuxiliaryCode  # unpaid
    training: AuxiliaryCode  # paid
    solved: AuxiliaryCode  # a wrap-up code


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def create_cast() -> Cast:
    capacity = MultimediaProfile(name="Blended", type="BLENDED", voice=1, chat=3, email=10, social=5)
    save_object(capacity)
    praha, lyon = (save_object(Site(name=name, multimedia_profile=capacity)) for name in ("Praha", "Lyon"))
    care, claims, sales = (
        save_object(Team(name=name, site=site)) for name, site in (("Care", praha), ("Claims", praha), ("Sales", lyon))
    )
    lunch, training, solved = _codes()
    standard = save_object(DesktopProfile(name="Standard"))
    plain = DesktopProfile(name="Plain", idle_options=DesktopProfile.Options.SPECIFIC)
    save_object(plain, links={"idle_codes": [lunch]})
    admin_profile = save_object(UserProfile(name="Administrator", profile_type="ADMINISTRATOR"))
    supervisor_profile = UserProfile(name="Supervisor", profile_type="SUPERVISOR", team_access="SPECIFIC")
    save_object(supervisor_profile, links={"teams": [care]})
    agent_profile = save_object(UserProfile(name="Agent", profile_type="STANDARD_AGENT"))

    def agent(first: str, last: str, site: Site, teams: list[Team], desktop: DesktopProfile) -> User:
        user = User(
            email=f"{first}@example.com".lower(),
            first_name=first,
            last_name=last,
            profile=agent_profile,
            site=site,
            desktop_profile=desktop,
            contact_center_enabled=True,
            time_zone="Europe/Prague",
        )
        return save_user(user, teams=teams, actor=SYSTEM)

    def manager(first: str, last: str, profile: UserProfile) -> User:
        user = User(email=f"{first}@example.com".lower(), profile=profile)
        user.first_name, user.last_name = first, last
        return save_user(user, teams=[], actor=SYSTEM)

    return Cast(
        admin=manager("Alex", "Keller", admin_profile),
        supervisor=manager("Ivana", "Horska", supervisor_profile),
        agent=agent("Jana", "Mala", praha, [care], standard),
        teammate=agent("Petr", "Novak", praha, [care, claims], standard),
        stranger=agent("Hugo", "Moreau", lyon, [sales], plain),
        client=_client(),
        praha=praha,
        lyon=lyon,
        care=care,
        claims=claims,
        sales=sales,
        lunch=lunch,
        training=training,
        solved=solved,
    )


def _codes() -> tuple[AuxiliaryCode, AuxiliaryCode, AuxiliaryCode]:
    idle = save_object(WorkType(name="Idle", type=WorkType.Type.IDLE_CODE))
    wrap_up = save_object(WorkType(name="Outcome", type=WorkType.Type.WRAP_UP_CODE))
    return (
        save_object(AuxiliaryCode(name="Lunch", work_type=idle, paid=False)),
        save_object(AuxiliaryCode(name="Training", work_type=idle)),
        save_object(AuxiliaryCode(name="Solved", work_type=wrap_up)),
    )


def _client() -> ApiClient:
    client: ApiClient = ApiClient.objects.create(
        name="CRM",
        client_id="crm",
        client_secret=CLIENT_SECRET,
        hash_client_secret=False,  # hashing is slow on purpose
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        allowed_scopes=list(SCOPES),
    )
    return client
