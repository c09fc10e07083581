"""What settings and users mean for agents right now, for the pages of the directory."""

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contactcenter.directory.models import CompanySettings, Membership, User
from contactcenter.directory.notes import add_note
from contactcenter.lib.channels import CHANNEL_NAMES, CHANNELS
from statuses.models import AgentState, Availability, PhoneLine, WorkItem
from statuses.templatetags.status_tags import duration


def register() -> None:
    add_note(CompanySettings, "agents_may_change_channels", _switched_off)
    add_note(CompanySettings, "phone_lines_reported", _lines_reported)
    add_note(CompanySettings, "work_item_hours", _work_held)
    add_note(User, "multimedia_profile", _where_capacity_is_from)
    add_note(User, "channels", _units)


def _switched_off(_company: CompanySettings) -> str:
    off = Q()
    for channel in CHANNELS:
        off |= Q(**{f"{channel}_units__gt": 0, f"{channel}_on": False})
    count = Availability.objects.filter(off).count()
    text = ngettext(
        "%(count)d agent has a channel switched off now.", "%(count)d agents have a channel switched off now.", count
    )
    return text % {"count": count}


def _lines_reported(_company: CompanySettings) -> str:
    with_voice = Availability.objects.filter(voice_units__gt=0)
    fresh = PhoneLine.objects.filter(lease_until__gt=timezone.now())
    return _(
        "Of %(agents)d agents with the voice channel, %(reported)d have a fresh report now, and %(ready)d of these"
        " phones are ready."
    ) % {
        "agents": with_voice.count(),
        "reported": with_voice.filter(pk__in=fresh.values("pk")).count(),
        "ready": with_voice.filter(pk__in=fresh.filter(ready=True).values("pk")).count(),
    }


def _work_held(_company: CompanySettings) -> str:
    count = WorkItem.objects.count()
    oldest = WorkItem.objects.aggregate(oldest=Min("added_at"))["oldest"]
    if oldest is None:
        return _("No work items are held now.")
    text = ngettext(
        "%(count)d work item is held now, since %(time)s.",
        "%(count)d work items are held now, the oldest since %(time)s.",
        count,
    )
    return text % {"count": count, "time": duration((timezone.now() - oldest).total_seconds())}


def _where_capacity_is_from(user: User) -> str:
    """Name the multimedia profile that counts, where it is not the user's own."""
    if user.multimedia_profile_id is not None or not user.contact_center_enabled:
        return ""
    with_profile = Membership.objects.filter(user=user, team__multimedia_profile__isnull=False)
    first = with_profile.select_related("team__multimedia_profile").order_by("position", "pk").first()
    if first is not None:
        names = {"profile": first.team.multimedia_profile, "team": first.team.name}
        return _("Now “%(profile)s” counts, of the team “%(team)s”.") % names
    if user.site is None:  # of no agent
        return ""
    names = {"profile": user.site.multimedia_profile, "site": user.site.name}
    return _("Now “%(profile)s” counts, of the site “%(site)s”.") % names


def _units(user: User) -> str:
    state = AgentState.objects.active().filter(pk=user.pk).first()
    if state is None:
        return ""
    units = ", ".join(f"{CHANNEL_NAMES[channel]} {getattr(state, f'{channel}_units')}" for channel in CHANNELS)
    return _("Capacity now: %(units)s.") % {"units": units}
