"""Valid bodies for every kind of configuration object: the least that is needed, everything, and other values."""

from typing import Any

from contactcenter.directory.catalog import OBJECT_TYPES, Kind, ObjectType
from contactcenter.directory.models import AudioFile, UserProfile
from tests.callers import Caller
from tests.directory.api.references import References

Body = dict[str, Any]

LISTS = {object_type.children.name for object_type in OBJECT_TYPES if object_type.children}
JSON_TYPES = [object_type for object_type in OBJECT_TYPES if object_type.model is not AudioFile]


def kind_of(slug: str) -> ObjectType:
    return next(object_type for object_type in OBJECT_TYPES if object_type.slug == slug)


class World(References):
    """A company with something of every kind, and the bodies that refer to it."""

    def example(self, slug: str) -> int:
        """Return the number of some object of a kind."""
        return int(kind_of(slug).model.objects.order_by("-pk")[0].pk)

    def spare(self, slug: str) -> int:
        """Return the number of an object that nothing refers to."""
        object_type = kind_of(slug)
        if object_type.model is AudioFile:
            return self.music[1]
        body = self.least(object_type)
        if "name" in body:
            body["name"] = f"Spare {slug}"  # queues share their names with outdial queues
        made = Caller(self.cast.admin).post(f"/directory/{slug}/", body)
        return int(made.json()["id"])

    def least_of(self, slug: str) -> Body:
        return self.least(kind_of(slug))

    def full_of(self, slug: str) -> Body:
        return self.full(kind_of(slug))

    # --- The least -----------------------------------------------------------------------------------------------

    def least(self, object_type: ObjectType) -> Body:
        """Return a body that holds what is mandatory and nothing else."""
        return dict(self._least()[object_type.slug])

    def _least(self) -> dict[str, Body]:
        cast = self.cast
        times = {"max_time_in_queue": 600, "service_level_threshold": 30}
        off = dict.fromkeys(
            (
                "agent_available_after_outdial",
                "allow_auto_wrap_up_extension",
                "consult_to_queue",
                "outdial_enabled",
                "dial_plan_enabled",
                "agent_statistics",
                "logged_in_team_statistics",
            ),
            False,
        )
        options = dict.fromkeys(
            (
                "wrap_up_options",
                "idle_options",
                "transfer_options",
                "buddy_team_option",
                "queue_statistics_option",
                "team_statistics_option",
            ),
            "ALL",
        )
        accesses = ("module_access", "entry_point_access", "site_access", "queue_access", "team_access")
        return {
            "multimedia-profile": {"name": "New", "type": "BLENDED", "voice": 1, "chat": 2, "email": 3, "social": 4},
            "site": {"name": "New", "multimedia_profile_id": self.multimedia},
            "work-type": {"name": "New", "type": "IDLE_CODE"},
            "auxiliary-code": {"name": "New", "default": False, "work_type_id": cast.lunch.work_type_id},
            "skill-definition": {"name": "New", "service_level_threshold": 20, "type": "TEXT"},
            "skill-profile": {"name": "New", "skills": [{"skill_id": self.skills[0], "skill_value": "7"}]},
            "team": {"name": "New", "site_id": cast.praha.pk, "type": "AGENT"},
            "queue": {
                "name": "New",
                "channel_type": "EMAIL",
                **times,
                "timezone": "Europe/Prague",
                "routing_type": "LONGEST_AVAILABLE_AGENT",
            },
            "outdial-queue": {
                "name": "New",
                **times,
                "timezone": "UTC",
                "default_music_in_queue_id": self.music[0],  # calls need it
            },
            "entry-point": {"name": "New", "service_level_threshold": 30, "timezone": "UTC", "channel_type": "CHAT"},
            "outdial-entry-point": {"name": "New", "timezone": "UTC"},
            "entry-point-mapping": {"dialed_number": "+420123456789", "entry_point_id": self.calls_in[0]},
            "address-book": {"name": "New"},
            "outdial-ani": {"name": "New"},
            "desktop-profile": {
                "name": "New",
                "wrap_up_type": "MANUAL",
                "dn_validation_option": "UNRESTRICTED",
                **off,
                **options,
            },
            "user-profile": {"name": "New", "profile_type": "SUPERVISOR", **dict.fromkeys(accesses, "ALL")},
            "user": {
                "email": "new.person@example.com",
                "user_profile_id": cast.admin.profile_id,
                "contact_center_enabled": False,
            },
        }

    # --- Everything ----------------------------------------------------------------------------------------------

    def full(self, object_type: ObjectType) -> Body:
        """Return a body in which every field says something, with conditions that let it."""
        body = {**self.least(object_type), **self._more()[object_type.slug]}
        if any(column.name == "description" for column in object_type.columns):
            body["description"] = "Words, words"
        return body

    def _more(self) -> dict[str, Body]:
        cast = self.cast
        recording = {
            "permit_monitoring": True,
            "permit_recording": True,
            "record_all_calls": True,
            "pause_or_resume_enabled": True,
            "recording_pause_duration": 25,
            "default_music_in_queue_id": self.music[0],
        }
        groups = [
            {
                "distribution_group": "First",
                "distribution_group_seq": 1,
                "group_fallback_time": None,
                "group_team_ids": sorted([cast.care.pk, self.capacity_team]),
            },
            {
                "distribution_group": "Then",
                "distribution_group_seq": 2,
                "group_fallback_time": 60,
                "group_team_ids": [cast.claims.pk],
            },
        ]
        return {
            "multimedia-profile": {},
            "site": {},
            "work-type": {},
            "auxiliary-code": {"default": True, "paid": False},
            "skill-definition": {
                "type": "ENUM",
                "list_values_for_enum": ["gold", "silver"],
                "outbound": True,
                "outbound_script": "Say hello.\nThen ask.",
            },
            "skill-profile": {
                "skills": [
                    {"skill_id": self.skills[0], "skill_value": "7"},
                    {"skill_id": self.skills[1], "skill_value": "one|two"},
                ]
            },
            "team": {
                "multimedia_profile_id": self.multimedia,
                "skill_profile_id": self.skill_profiles[0],
                "desktop_layout": "Wide",
            },
            "queue": {
                "channel_type": "TELEPHONY",
                **recording,
                "routing_type": "SKILLS_BASED",
                "skill_based_agent_selection": "BEST_AVAILABLE_AGENT",
                "groups": groups,
            },
            "outdial-queue": {
                **recording,
                "outbound_campaign": True,
                "routing_type": "LONGEST_AVAILABLE_AGENT",
                "groups": groups,
            },
            "entry-point": {
                "channel_type": "SOCIAL_CHANNEL",
                "social_channel_type": "FACEBOOK MESSENGER",
                "asset_name": "Page",
            },
            "outdial-entry-point": {"service_level_threshold": 40, "outdial_queue_id": self.outdial_queue},
            "entry-point-mapping": {"region": "CZ"},
            "address-book": {
                "parent_site_id": cast.praha.pk,
                "entries": [
                    {"entry_name": "Bakery", "phone_number": "+420 (2) 22-33"},
                    {"entry_name": "Cobbler", "phone_number": "112"},
                ],
            },
            "outdial-ani": {
                "entries": [
                    {"entry_name": "Care", "entry_number": "+420222333"},
                    {"entry_name": "Sales", "entry_number": "sip:sales@example.com"},
                ],
            },
            "desktop-profile": self._full_desktop_profile(),
            "user-profile": {
                "module_access": "SPECIFIC",
                **dict.fromkeys(UserProfile.MODULES, "VIEW"),
                "entry_point_access": "SPECIFIC",
                "entry_point_ids": [self.calls_in[0]],
                "site_access": "SPECIFIC",
                "site_ids": [cast.praha.pk, cast.lyon.pk],
                "queue_access": "SPECIFIC",
                "queue_ids": self.queues,
                "team_access": "SPECIFIC",
                "team_ids": [cast.care.pk],
            },
            "user": {
                "user_profile_id": cast.agent.profile_id,
                "contact_center_enabled": True,
                "site_id": cast.praha.pk,
                "team_ids": [cast.claims.pk, cast.care.pk],  # in the order that counts
                "skill_profile_id": self.skill_profiles[0],
                "desktop_profile_id": cast.agent.desktop_profile_id,
                "multimedia_profile_id": self.multimedia,
                "external_id": "E-7",
                "default_dn": "4321",
                "first_name": "Éva",
                "last_name": "Nagy",
                "channels": ["voice", "email"],
                "language": "fr",
                "timezone": "Europe/Paris",
                "active": False,
            },
        }

    def _full_desktop_profile(self) -> Body:
        cast = self.cast
        switches = ("screen_popups", "last_agent_routing", "outdial_enabled", "dial_plan_enabled")
        options = (
            "wrap_up_options",
            "idle_options",
            "transfer_options",
            "buddy_team_option",
            "queue_statistics_option",
            "team_statistics_option",
        )
        return {
            **dict.fromkeys((*switches, "agent_threshold_alerts_enabled", "agent_available_after_outdial"), True),
            **dict.fromkeys(options, "SPECIFIC"),
            "parent_site_id": cast.praha.pk,
            "wrap_up_type": "AUTO",
            "auto_wrap_up_time": 30,
            "wrap_up_code_ids": [cast.solved.pk],
            "idle_code_ids": [cast.lunch.pk, cast.training.pk],
            "transfer_target_ids": self.queues,
            "buddy_team_ids": [cast.care.pk],
            "outdial_ep_id": self.calls_out[0],
            "address_book_id": self.books[0],
            "dial_plan": ["US", "Any"],
            "outdial_ani_id": self.anis[0],
            "dn_validation_option": "VALIDATION CRITERIA",
            "validation_criteria": ["Four digits"],
            "selected_queue_ids": [self.queues[0]],
            "selected_team_ids": [cast.care.pk, cast.sales.pk],
            "agent_threshold_alerts": ["Too long idle"],
        }

    # --- Other values --------------------------------------------------------------------------------------------

    def others(self, object_type: ObjectType) -> Body:
        """Return for every field that may change a value that the full body does not have."""
        full = self.full(object_type)
        found: Body = {}
        for column in object_type.columns:
            if not column.is_immutable and column.name in full:
                found[column.name] = _other(column.kind, full[column.name])
        found |= self._others()[object_type.slug]
        return {name: value for name, value in found.items() if value is not None}

    def _others(self) -> dict[str, Body]:
        cast = self.cast
        music = {"default_music_in_queue_id": self.music[1], "timezone": "Asia/Tokyo"}
        row = {"distribution_group_seq": 1, "group_fallback_time": None}
        groups = {"groups": [{"distribution_group": "Only", "group_team_ids": [cast.sales.pk], **row}]}
        entries = {"entries": [{"entry_name": "Zoo", "phone_number": "333"}]}
        return {
            "multimedia-profile": {"type": "BLENDED_REALTIME", "voice": 0},
            "site": {"multimedia_profile_id": self.other_multimedia},
            "work-type": {"type": "WRAP_UP_CODE"},
            "auxiliary-code": {},
            "skill-definition": {},
            "skill-profile": {"skills": [{"skill_id": self.skills[1], "skill_value": "two"}]},
            "team": {"multimedia_profile_id": self.other_multimedia, "skill_profile_id": self.skill_profiles[1]},
            "queue": {**music, **groups, "skill_based_agent_selection": "LONGEST_AVAILABLE_AGENT"},
            "outdial-queue": {**music, **groups, "routing_type": ""},
            "entry-point": {"timezone": "Asia/Tokyo", "social_channel_type": "SMS"},
            "outdial-entry-point": {"timezone": "Asia/Tokyo", "outdial_queue_id": self.other_outdial_queue},
            "entry-point-mapping": {"dialed_number": "555", "entry_point_id": self.calls_in[1], "region": "Default"},
            "address-book": entries,
            "outdial-ani": {"entries": [{"entry_name": "Zoo", "entry_number": "333"}]},
            "desktop-profile": {
                **dict.fromkeys(("wrap_up_options", "idle_options"), "ALL"),
                **dict.fromkeys(("transfer_options", "queue_statistics_option"), "NONE"),
                **dict.fromkeys(("buddy_team_option", "team_statistics_option"), "ALL"),
                "parent_site_id": cast.lyon.pk,
                "wrap_up_type": "MANUAL",
                "wrap_up_code_ids": [self.called_back],
                "idle_code_ids": [cast.training.pk],
                "transfer_target_ids": [self.queues[1]],
                "buddy_team_ids": [cast.sales.pk],
                "outdial_ep_id": self.calls_out[1],
                "address_book_id": self.books[1],
                "outdial_ani_id": self.anis[1],
                "dn_validation_option": "PROVISIONED VALUE",
                "selected_queue_ids": [self.queues[1]],
                "selected_team_ids": [cast.claims.pk],
            },
            "user-profile": {
                **dict.fromkeys(UserProfile.MODULES, "EDIT"),
                **dict.fromkeys(
                    ("module_access", "entry_point_access", "site_access", "queue_access", "team_access"), "ALL"
                ),
                "entry_point_ids": [self.calls_in[1]],
                "site_ids": [cast.lyon.pk],
                "queue_ids": [self.queues[1]],
                "team_ids": [cast.sales.pk],
            },
            "user": {
                "email": "other.person@example.com",
                "user_profile_id": self.outsiders,
                "site_id": None,  # another would need other teams
                "team_ids": [cast.care.pk],
                "skill_profile_id": self.skill_profiles[1],
                "desktop_profile_id": cast.stranger.desktop_profile_id,
                "multimedia_profile_id": self.other_multimedia,
                "default_dn": "77",
                "channels": ["chat"],
                "language": "",
                "timezone": "",
                "active": True,
            },
        }


def _other(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.SWITCH:
            return not value
        case Kind.INTEGER:
            return value + 1
        case Kind.TEXTS:
            return [*value, "more"]
        case _:
            return "Other"
