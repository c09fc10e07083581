"""One valid object of each kind, with everything it may be linked to, in the cast's company."""

import io
import wave
from collections.abc import Callable
from functools import cache
from typing import Any

from contactcenter.directory.audio import save_audio_file
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType, type_of
from contactcenter.directory.models import (
    AddressBook,
    AddressBookEntry,
    AudioFile,
    AuxiliaryCode,
    DesktopProfile,
    DistributionGroup,
    EntryPointMapping,
    InboundEntryPoint,
    InboundQueue,
    MultimediaProfile,
    OutdialAni,
    OutdialAniEntry,
    OutdialEntryPoint,
    OutdialQueue,
    ProfileSkill,
    Site,
    SkillDefinition,
    SkillProfile,
    Team,
    User,
    UserProfile,
    WorkType,
)
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast

Links = dict[str, list[Any]]
SLUGS = [object_type.slug for object_type in OBJECT_TYPES]


def kind(slug: str) -> ObjectType:
    return next(one for one in OBJECT_TYPES if one.slug == slug)


def url_part(slug: str) -> str:
    return f"directory/{kind(slug).model._meta.model_name}/"


@cache
def recorded(seconds: float = 0.25) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(b"\0\0" * int(8000 * seconds))
    return stream.getvalue()


def save(cast: Cast, slug: str, name: str = "Example", /, **values: Any) -> Any:
    instance, links = make(cast, slug, name, **values)
    if slug == "audio-file":
        content = recorded()
        return save_audio_file(instance, io.BytesIO(content), len(content))
    if slug == "user":
        return save_user(instance, teams=links["teams"], actor=SYSTEM)
    return save_object(instance, links=links)


def make(cast: Cast, slug: str, name: str = "Example", /, **values: Any) -> tuple[Any, Links]:
    """Return an object that is not stored yet, and its links and children; ``values`` replace some of its fields."""
    instance, links = _MAKERS[slug](cast, name)
    for field, value in values.items():
        setattr(instance, field, value)
    return instance, links


def other(cast: Cast, slug: str, name: str) -> Any:
    """Return the object of that name, made first if there is none."""
    model = kind(slug).model
    return model.objects.filter(name=name).first() or save(cast, slug, name)


def sound(cast: Cast) -> AudioFile:
    """A row without the file that belongs to it."""
    made: AudioFile = AudioFile.objects.filter(name="Waltz.wav").first() or AudioFile.objects.create(
        name="Waltz.wav", file="audio/waltz.wav", sha256="0" * 64, size=44, channels=1, rate=8000, bits=16, seconds=1
    )
    return made


def group(name: str, place: int, *teams: Team, seconds: int | None = None) -> DistributionGroup:
    made = DistributionGroup(distribution_group=name, distribution_group_seq=place, group_fallback_time=seconds)
    made.chosen = {"group_teams": list(teams)}
    return made


def _groups(cast: Cast) -> list[DistributionGroup]:
    return [group("First", 1, cast.care), group("Then", 2, cast.claims, cast.sales, seconds=30)]


def _multimedia(cast: Cast, name: str) -> tuple[Any, Links]:
    return MultimediaProfile(name=name, description="For all", type="BLENDED", voice=1, chat=2, email=3, social=4), {}


def _site(cast: Cast, name: str) -> tuple[Any, Links]:
    return Site(name=name, multimedia_profile=cast.praha.multimedia_profile), {}


def _work_type(cast: Cast, name: str) -> tuple[Any, Links]:
    return WorkType(name=name, description="For breaks", type="IDLE_CODE"), {}


def _code(cast: Cast, name: str) -> tuple[Any, Links]:
    return AuxiliaryCode(name=name, description="Short", work_type=cast.lunch.work_type, paid=False), {}


def _skill(cast: Cast, name: str) -> tuple[Any, Links]:
    values = {"type": "ENUM", "list_values_for_enum": ["one", "two"], "outbound": True, "outbound_script": "Hello\nyou"}
    return SkillDefinition(name=name, description="Tier", service_level_threshold=20, **values), {}


def _skill_profile(cast: Cast, name: str) -> tuple[Any, Links]:
    skill = ProfileSkill(skill=other(cast, "skill-definition", "Tier"), skill_value="one")
    return SkillProfile(name=name, description="For new ones"), {"skills": [skill]}


def _team(cast: Cast, name: str) -> tuple[Any, Links]:
    profiles = {
        "multimedia_profile": cast.praha.multimedia_profile,
        "skill_profile": other(cast, "skill-profile", "Beginners"),
    }
    return Team(name=name, site=cast.praha, desktop_layout="Wide", **profiles), {}


def _audio(cast: Cast, name: str) -> tuple[Any, Links]:
    return AudioFile(name=name if name.endswith(".wav") else f"{name}.wav"), {}


_QUEUE = {
    "description": "Where they wait",
    "max_time_in_queue": 600,
    "service_level_threshold": 30,
    "timezone": "Europe/Prague",
    "permit_monitoring": True,
    "permit_recording": True,
    "record_all_calls": True,
    "pause_or_resume_enabled": True,
    "recording_pause_duration": 20,
}


def _queue(cast: Cast, name: str) -> tuple[Any, Links]:
    routing = {"routing_type": "SKILLS_BASED", "skill_based_agent_selection": "BEST_AVAILABLE_AGENT"}
    queue = InboundQueue(name=name, channel_type="TELEPHONY", default_music_in_queue=sound(cast), **routing, **_QUEUE)
    return queue, {"groups": _groups(cast)}


def _outdial_queue(cast: Cast, name: str) -> tuple[Any, Links]:
    campaign = {"outbound_campaign": True, "routing_type": "LONGEST_AVAILABLE_AGENT"}
    queue = OutdialQueue(name=name, default_music_in_queue=sound(cast), **campaign, **_QUEUE)
    return queue, {"groups": _groups(cast)}


def _entry_point(cast: Cast, name: str) -> tuple[Any, Links]:
    social = {"channel_type": "SOCIAL_CHANNEL", "social_channel_type": "WHATSAPP", "asset_name": "@care"}
    return InboundEntryPoint(
        name=name, description="Messages", service_level_threshold=60, timezone="UTC", **social
    ), {}


def _outdial_entry_point(cast: Cast, name: str) -> tuple[Any, Links]:
    queue = other(cast, "outdial-queue", "Outgoing")
    values = {"description": "Out", "service_level_threshold": 5, "timezone": "UTC", "outdial_queue": queue}
    return OutdialEntryPoint(name=name, **values), {}


def _mapping(cast: Cast, name: str) -> tuple[Any, Links]:
    number = "".join(str(ord(character) % 10) for character in name or "")
    return EntryPointMapping(dialed_number=number, entry_point=hotline(cast), region="CZ"), {}


def hotline(cast: Cast) -> InboundEntryPoint:
    found = InboundEntryPoint.objects.filter(name="Hotline").first()
    values = {"channel_type": "TELEPHONY", "social_channel_type": "", "asset_name": ""}
    made: InboundEntryPoint = found or save(cast, "entry-point", "Hotline", **values)
    return made


def _address_book(cast: Cast, name: str) -> tuple[Any, Links]:
    entries = [
        AddressBookEntry(entry_name="Anna", phone_number="+420 222"),
        AddressBookEntry(entry_name="Bob", phone_number="(33) 1-2"),
    ]
    return AddressBook(name=name, description="Suppliers", parent_site=cast.praha), {"entries": entries}


def _ani(cast: Cast, name: str) -> tuple[Any, Links]:
    entries = [OutdialAniEntry(entry_name="Main", entry_number="sip:care@example.com")]
    return OutdialAni(name=name, description="Ours"), {"entries": entries}


def _desktop(cast: Cast, name: str) -> tuple[Any, Links]:
    queue = other(cast, "queue", "Orders")
    values = {
        "description": "Everything chosen",
        "parent_site": cast.praha,
        "screen_popups": True,
        "last_agent_routing": True,
        "wrap_up_type": "AUTO",
        "auto_wrap_up_time": 30,
        "agent_available_after_outdial": True,
        "allow_auto_wrap_up_extension": True,
        "wrap_up_options": "SPECIFIC",
        "idle_options": "SPECIFIC",
        "transfer_options": "SPECIFIC",
        "buddy_team_option": "SPECIFIC",
        "consult_to_queue": True,
        "outdial_enabled": True,
        "outdial_ep": other(cast, "outdial-entry-point", "Way out"),
        "address_book": other(cast, "address-book", "Suppliers"),
        "dial_plan_enabled": True,
        "dial_plan": ["Inland", "World"],
        "outdial_ani": other(cast, "outdial-ani", "Ours"),
        "dn_validation_option": "VALIDATION CRITERIA",
        "validation_criteria": ["Four digits"],
        "queue_statistics_option": "SPECIFIC",
        "logged_in_team_statistics": True,
        "team_statistics_option": "SPECIFIC",
        "agent_threshold_alerts_enabled": True,
        "agent_threshold_alerts": ["Long calls"],
    }
    links = {
        "wrap_up_codes": [cast.solved],
        "idle_codes": [cast.lunch, cast.training],
        "transfer_targets": [queue],
        "buddy_teams": [cast.care],
        "selected_queues": [queue],
        "selected_teams": [cast.claims],
    }
    return DesktopProfile(name=name, **values), links


def _user_profile(cast: Cast, name: str) -> tuple[Any, Links]:
    access = ("module_access", "entry_point_access", "site_access", "queue_access", "team_access")
    values = {**dict.fromkeys(access, "SPECIFIC"), **dict.fromkeys(UserProfile.MODULES, "VIEW")}
    links: Links = {
        "entry_points": [hotline(cast)],
        "sites": [cast.lyon],
        "queues": [other(cast, "queue", "Orders")],
        "teams": [cast.claims],
    }
    return UserProfile(name=name, description="Leads", profile_type="SUPERVISOR", **values), links


def _user(cast: Cast, name: str) -> tuple[Any, Links]:
    local = (name or "").strip().casefold().replace(" ", ".")
    values = {
        "profile": cast.agent.profile,
        "contact_center_enabled": True,
        "site": cast.praha,
        "skill_profile": other(cast, "skill-profile", "Beginners"),
        "desktop_profile": cast.agent.desktop_profile,
        "multimedia_profile": cast.praha.multimedia_profile,
        "external_id": "x-1",
        "default_dn": "2001",
        "first_name": "Eva",
        "last_name": "Example",
    }
    return User(email=f"{local}@example.org", **values), {"teams": [cast.claims, cast.care]}


_MAKERS: dict[str, Callable[[Cast, str], tuple[Any, Links]]] = {
    "multimedia-profile": _multimedia,
    "site": _site,
    "work-type": _work_type,
    "auxiliary-code": _code,
    "skill-definition": _skill,
    "skill-profile": _skill_profile,
    "team": _team,
    "audio-file": _audio,
    "queue": _queue,
    "outdial-queue": _outdial_queue,
    "entry-point": _entry_point,
    "outdial-entry-point": _outdial_entry_point,
    "entry-point-mapping": _mapping,
    "address-book": _address_book,
    "outdial-ani": _ani,
    "desktop-profile": _desktop,
    "user-profile": _user_profile,
    "user": _user,
}


def described(instance: Any) -> dict[str, Any]:
    """Return all that its columns hold, references by number, children as tuples of that."""
    object_type = type_of(type(instance))
    found: dict[str, Any] = {}
    for column in object_type.columns:
        links = column.field in object_type.links
        value = sorted(getattr(instance, column.field).values_list("pk", flat=True)) if links else None
        found[column.field] = value if links else getattr(instance, column.attname)
    children = object_type.children
    if children is not None:
        plain = [column for column in children.columns if column.field not in children.links]
        found[children.name] = [
            tuple(getattr(child, column.attname) for column in plain)
            + tuple(sorted(getattr(child, name).values_list("pk", flat=True)) for name in children.links)
            for child in getattr(instance, children.name).all()
        ]
    return found
