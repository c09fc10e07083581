"""People, what they may do, and where they belong."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.access import ROLE_OF_PROFILE_TYPE, Level, Module, Role, most_allowed
from contactcenter.directory.models.base import (
    DirectoryObject,
    NamedObject,
    description_field,
    dn_field,
    name_field,
    time_zone_field,
)
from contactcenter.directory.models.conditions import Only
from contactcenter.directory.models.desktop import DesktopProfile
from contactcenter.directory.models.objects import MultimediaProfile, Site, Team
from contactcenter.directory.models.querysets import DirectoryQuerySet, UserQuerySet
from contactcenter.directory.models.queues import InboundEntryPoint, InboundQueue
from contactcenter.directory.models.skills import SkillProfile
from contactcenter.lib.actors import Actor
from contactcenter.lib.audit import audited
from contactcenter.lib.channels import CHANNEL_CHOICES, CHANNELS
from contactcenter.lib.keys import KeyField, UniqueKey
from contactcenter.lib.text import name_key
from contactcenter.lib.validators import validate_single_line

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ModuleLevel(models.TextChoices):
    NONE = "NONE", _("None")
    VIEW = "VIEW", _("View")
    EDIT = "EDIT", _("Edit")


def _module(name: Any) -> "models.CharField[str, str]":
    return models.CharField(name, max_length=4, choices=ModuleLevel.choices, blank=True)


@audited()
class UserProfile(NamedObject):
    """Gives its users their role, and says which teams a supervisor steers."""

    class Type(models.TextChoices):
        ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
        ADMINISTRATOR_ONLY = "ADMINISTRATOR_ONLY", _("Administrator only")
        SUPERVISOR = "SUPERVISOR", _("Supervisor")
        PREMIUM_AGENT = "PREMIUM_AGENT", _("Premium agent")
        STANDARD_AGENT = "STANDARD_AGENT", _("Standard agent")

    class Access(models.TextChoices):
        ALL = "ALL", _("All")
        SPECIFIC = "SPECIFIC", _("Only the selected")

    MODULES: ClassVar = (
        "provisioning",
        "real_time_reports",
        "historical_reports",
        "routing_strategy",
        "call_recording",
        "call_monitoring",
        "reporting_and_analytics",
        "recording_management",
        "agent_desktop",
        "logout_agents",
        "manage_agent_states",
        "supervisory_features",
        "multimedia",
    )

    name = name_field(",_-")
    description = description_field()
    profile_type = models.CharField(_("profile type"), max_length=20, choices=Type.choices)
    module_access = models.CharField(_("module access"), max_length=8, choices=Access.choices, default=Access.ALL)
    provisioning = _module(_("provisioning"))
    real_time_reports = _module(_("real time reports"))
    historical_reports = _module(_("historical reports"))
    routing_strategy = _module(_("routing strategy"))
    call_recording = _module(_("call recording"))
    call_monitoring = _module(_("call monitoring"))
    reporting_and_analytics = _module(_("reporting and analytics"))
    recording_management = _module(_("recording management"))
    agent_desktop = _module(_("agent desktop"))
    logout_agents = _module(_("logout agents"))
    manage_agent_states = _module(_("manage agent states"))
    supervisory_features = _module(_("supervisory features"))
    multimedia = _module(_("multimedia"))
    entry_point_access = models.CharField(
        _("entry point access"), max_length=8, choices=Access.choices, default=Access.ALL
    )
    entry_points = models.ManyToManyField(
        InboundEntryPoint, related_name="profiles", blank=True, verbose_name=_("entry points")
    )
    site_access = models.CharField(_("site access"), max_length=8, choices=Access.choices, default=Access.ALL)
    sites = models.ManyToManyField(Site, related_name="profiles", blank=True, verbose_name=_("sites"))
    queue_access = models.CharField(_("queue access"), max_length=8, choices=Access.choices, default=Access.ALL)
    queues = models.ManyToManyField(InboundQueue, related_name="profiles", blank=True, verbose_name=_("queues"))
    team_access = models.CharField(_("team access"), max_length=8, choices=Access.choices, default=Access.ALL)
    teams = models.ManyToManyField(Team, related_name="profiles", blank=True, verbose_name=_("teams"))

    immutable = ("profile_type",)
    conditions = (
        Only(MODULES, {"module_access": (Access.SPECIFIC,)}, mandatory=True),
        Only(("entry_points",), {"entry_point_access": (Access.SPECIFIC,)}, mandatory=True),
        Only(("sites",), {"site_access": (Access.SPECIFIC,)}, mandatory=True),
        Only(("queues",), {"queue_access": (Access.SPECIFIC,)}, mandatory=True),
        Only(("teams",), {"team_access": (Access.SPECIFIC,)}, mandatory=True),
    )
    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("user profile")
        verbose_name_plural = _("user profiles")
        constraints = [UniqueKey(name="user_profile_name")]

    @property
    def role(self) -> Role:
        return ROLE_OF_PROFILE_TYPE[self.profile_type]

    def level(self, module: Module) -> Level:
        """Return what the profile allows in a module: the role's level, narrowed where modules are specific."""
        most = most_allowed(self.role, module)
        if self.module_access == self.Access.ALL:
            return most
        return min(most, Level[getattr(self, module) or "NONE"])


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.select_related("profile").get(key=name_key(username or ""))
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Called by ``manage.py createsuperuser``: an administrator, with the profile made for that."""
        types = UserProfile.Type
        profile = UserProfile.objects.filter(profile_type=types.ADMINISTRATOR, module_access="ALL").first()
        if profile is None:
            taken = set(UserProfile.objects.values_list("key", flat=True))
            names = ("Administrator", *(f"Administrator {number}" for number in range(2, len(taken) + 3)))
            name = next(name for name in names if name_key(name) not in taken)
            profile = UserProfile.objects.create(name=name, profile_type=types.ADMINISTRATOR)
        user = User(email=email, profile=profile, **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


def _all_channels() -> list[str]:
    return list(CHANNELS)


LINK_CREATED, INVITATION_SENT, PASSWORD_SET = "link_created", "invitation_sent", "password_set"


@audited(
    *(pghistory.ManualEvent(label) for label in (LINK_CREATED, INVITATION_SENT, PASSWORD_SET)),  # type: ignore[no-untyped-call]
    exclude=["password", "last_login", "session_version"],
)
class User(AbstractBaseUser, DirectoryObject):  # type: ignore[django-manager-missing]  # ApiClient's
    """A person who signs in by e-mail. With contact center enabled the person is an agent."""

    email = models.EmailField(_("e-mail"), max_length=254)
    key = KeyField(source="email")
    first_name = models.CharField(_("first name"), max_length=150, blank=True, validators=[validate_single_line])
    last_name = models.CharField(_("last name"), max_length=150, blank=True, validators=[validate_single_line])
    profile = models.ForeignKey(UserProfile, models.PROTECT, related_name="users", verbose_name=_("user profile"))
    contact_center_enabled = models.BooleanField(
        _("contact center enabled"), default=False, help_text=_("Makes the user an agent.")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="users", null=True, blank=True, verbose_name=_("site"))
    teams = models.ManyToManyField(
        Team, through="Membership", related_name="members", blank=True, verbose_name=_("teams")
    )
    desktop_profile = models.ForeignKey(
        DesktopProfile,
        models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name=_("desktop profile"),
    )
    skill_profile = models.ForeignKey(
        SkillProfile,
        models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name=_("skill profile"),
        help_text=_("Empty: that of the first team that has one."),
    )
    multimedia_profile = models.ForeignKey(
        MultimediaProfile,
        models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name=_("multimedia profile"),
        help_text=_("Empty: that of the first team that has one, else the site's."),
    )
    channels = ArrayField(
        models.CharField(max_length=8, choices=CHANNEL_CHOICES),
        verbose_name=_("channels"),
        default=_all_channels,
        blank=True,
        help_text=_("Channels the agent may work on, as far as the multimedia profile gives capacity."),
    )
    external_id = models.CharField(_("external ID"), max_length=80, blank=True, validators=[validate_single_line])
    default_dn = dn_field(_("default DN"))
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the company's."),
    )
    time_zone = time_zone_field(blank=True, help_text=_("Empty: the company's."))
    is_active = models.BooleanField(_("active"), default=True)
    session_version = models.PositiveIntegerField(
        default=1, editable=False, help_text="Grows to end all sessions of the user."
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    conditions = (
        Only(
            ("site", "teams", "skill_profile", "desktop_profile", "multimedia_profile", "default_dn"),
            {"contact_center_enabled": (True,)},
        ),
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects: ClassVar[UserManager] = UserManager()

    class Meta(DirectoryObject.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["last_name", "first_name", "key"]
        constraints = [UniqueKey(name="user_email", field="email")]

    if TYPE_CHECKING:
        memberships: RelatedManager["Membership"]
        api_tokens: Any
        profile_id: int

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def actor(self) -> Actor:
        return Actor("user", self.pk, self.name)

    @property
    def role(self) -> Role:
        return self.profile.role

    def may(self, module: Module, level: Level) -> bool:
        return self.is_active and self.profile.level(module) >= level

    @property
    def may_use_workspace(self) -> bool:
        return self.contact_center_enabled and self.may(Module.AGENT_DESKTOP, Level.VIEW)

    @property
    def is_staff(self) -> bool:
        """Whether the console lets the user in."""
        return self.role in {Role.ADMINISTRATOR, Role.SUPERVISOR}

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's permission tables are not used: roles and modules decide, in our ModelAdmins."""
        return self.is_active and self.is_superuser and self.may(Module.PROVISIONING, Level.EDIT)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)

    @cached_property
    def sees_all_teams(self) -> bool:
        return self.role == Role.ADMINISTRATOR or (
            self.role == Role.SUPERVISOR and self.profile.team_access == UserProfile.Access.ALL
        )

    def supervised_team_ids(self) -> Iterable[int]:
        return self.profile.teams.values_list("pk", flat=True)

    def supervised_user_ids(self) -> Any:
        """Subquery of the people in the teams that the user supervises."""
        members = Membership.objects.all()
        if self.profile.team_access != UserProfile.Access.ALL:
            members = members.filter(team__profiles=self.profile_id)
        return members.values("user")

    def get_session_auth_hash(self) -> str:
        """Includes the session version, so that raising it signs the user out everywhere."""
        return self._session_hash(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterable[str]:
        return map(self._session_hash, super().get_session_auth_fallback_hash())

    def _session_hash(self, password_hash: str) -> str:
        return f"{self.session_version}-{password_hash}"

    def clean(self) -> None:
        super().clean()
        self.email = (self.email or "").strip()
        if not self.first_name and not self.last_name:
            self._name_from_email()
        known = [channel for channel in CHANNELS if channel in (self.channels or [])]
        self.channels = known

    def _name_from_email(self) -> None:
        words = [word for word in self.email.partition("@")[0].replace("_", ".").split(".") if word]
        self.first_name = words[0].capitalize()[:150] if words else ""
        self.last_name = " ".join(word.capitalize() for word in words[1:])[:150]


@audited()
class Membership(models.Model):
    """A user in a team. The order decides whose multimedia profile counts first."""

    # found by the index of the constraint below
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"

    @property
    def owner(self) -> User:
        """Who is named where a membership stands in the way."""
        return self.user
