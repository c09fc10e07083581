"""Every change of the directory: validated in one place, for console, API and imports alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

import pghistory
from django.db import models, transaction
from django.db.models import F, ManyToManyRel, ProtectedError
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contactcenter.directory import rules, signals
from contactcenter.directory.access import Level, Module
from contactcenter.directory.agents import hold_agents
from contactcenter.directory.catalog import Children, type_of
from contactcenter.directory.models import (
    AddressBookEntry,
    AuxiliaryCode,
    CompanySettings,
    DirectoryObject,
    Membership,
    OutdialAniEntry,
    Team,
    User,
    UserProfile,
)
from contactcenter.directory.models.conditions import clear_what_does_not_count
from contactcenter.directory.models.users import PASSWORD_SET
from contactcenter.directory.records import child_values, read_children
from contactcenter.events.audience import EVERYONE, user_token
from contactcenter.events.services import ACCESS_CHANGED, SESSION_ENDED, publish
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import Conflict, NotFound
from contactcenter.lib.storing import store

D = TypeVar("D", bound=DirectoryObject)


@transaction.atomic
def save_object(instance: D, *, links: rules.Links | None = None) -> D:
    """Validate and store a configuration object; ``links`` names what it is linked to, and its children, all of them.

    Links and children that are not named stay; whatever does not count beside the object's other values is cleared.
    Children are instances of their model, those there are with their primary key; teams of a distribution group
    stand in its ``chosen``. Raises ``ValidationError`` by field; a name already taken has the code
    ``duplicate_name``.
    """
    _lock(instance)
    before = stored_links(instance)
    after = {**before, **(links or {})}
    instance.derive()
    clear_what_does_not_count(instance, after)
    rules.validate(instance, after)
    links = {name: rows for name, rows in after.items() if rows is not before[name]}
    if contradicted := rules.contradictions(type(instance), [instance]):
        raise contradicted[instance.pk]
    with _access_in_order(instance) if isinstance(instance, UserProfile) and instance.pk else nullcontext():
        store(instance)
        _store_links(instance, links, before)
    return instance


def _lock(instance: models.Model) -> None:
    """Have two who change the same object follow one another: each writes all of its links and children."""
    if instance.pk:
        if isinstance(instance, UserProfile):  # they come first wherever both are locked, or two would wait for ever
            lock_administrators()
        type(instance)._base_manager.select_for_update(no_key=True).filter(pk=instance.pk).first()


def stored_links(instance: Any) -> dict[str, list[Any]]:
    """Return what an object is linked to, and its children; nothing yet of one that is new."""
    object_type = type_of(type(instance))
    found = {name: list(getattr(instance, name).all()) if instance.pk else [] for name in object_type.links}
    if object_type.children is not None:
        owners = [instance.pk] if instance.pk else []
        found[object_type.children.name] = list(read_children(object_type.children, owners))
    return found


def _store_links(instance: Any, links: rules.Links, before: rules.Links) -> None:
    children = type_of(type(instance)).children
    for name, linked in links.items():
        if children is not None and name == children.name:
            _store_children(instance, children, linked, before[name])
        else:
            getattr(instance, name).set(linked)


def _store_children(instance: Any, children: Children, rows: Sequence[Any], before: Sequence[Any]) -> None:
    """Write the children that changed, and remove those that are not named: there may be thousands."""
    values = {row.pk: child_values(children, row) for row in before}
    changed = [row for row in rows if child_values(children, row) != values.get(row.pk)]
    _make_room(children, changed, before)
    kept = {row.pk for row in rows}
    children.model._base_manager.filter(pk__in=[pk for pk in values if pk not in kept]).delete()
    for row in changed:
        setattr(row, children.owner, instance)
        if row.pk:
            row.save()
    children.model._base_manager.bulk_create([row for row in changed if row.pk is None])
    for row in changed:
        for name in children.links:
            if row.chosen is not None:
                getattr(row, name).set(row.chosen[name])


def _make_room(children: Children, rows: Sequence[Any], stored: Sequence[Any]) -> None:
    """Have a row whose key another takes over begin anew: the database does not wait until both are stored."""
    if not children.key_is_checked_at_once:
        return
    takers = {children.key_of(row): row.pk for row in rows}
    displaced = {row.pk for row in stored if takers.get(children.key_of(row), row.pk) != row.pk}
    for row in rows:
        if row.pk in displaced:
            row.pk = None
            row._state.adding = True


@contextmanager
def _access_in_order(profile: UserProfile) -> Iterator[None]:
    """Keep an administrator, and tell those whose access a profile's change widens or narrows."""
    administrators = lock_administrators()
    before = _access_of(UserProfile.objects.get(pk=profile.pk))
    yield
    if administrators and not User.objects.administrators().exists():
        raise nobody_left()
    if _access_of(profile) != before:
        publish(ACCESS_CHANGED, audience=map(user_token, profile.users.values_list("pk", flat=True)), payload={})


def nobody_left() -> Conflict:
    message = _("Without this nobody could change the configuration any more: keep an active administrator who may.")
    return Conflict(message, code="last_administrator")


def _access_of(profile: UserProfile) -> object:
    levels = [profile.level(module) for module in Module]
    return levels, profile.team_access, set(profile.teams.values_list("pk", flat=True))


def lock_defaults() -> list[AuxiliaryCode]:
    """Have two who move a default at once wait for one another. To be called before other locks on codes."""
    return list(AuxiliaryCode.objects.filter(is_default=True).order_by("pk").select_for_update(no_key=True))


@transaction.atomic
def save_auxiliary_code(code: AuxiliaryCode) -> AuxiliaryCode | None:
    """As ``save_object``; a new default takes the place of the one there was, which is returned."""
    before = None
    if code.is_default and code.work_type_id:
        others = (default for default in lock_defaults() if default.pk != code.pk)
        before = next((default for default in others if default.kind == code.work_type.type), None)
    if before is not None:
        before.is_default = False
        store(before)
    save_object(code)
    return before


@transaction.atomic
def delete_object(instance: models.Model) -> None:
    """Delete a configuration object that nothing refers to. Raises ``Conflict`` that names what does."""
    # from here on nobody else can begin to refer to it
    if not type(instance)._default_manager.select_for_update().filter(pk=instance.pk):
        raise NotFound
    if linked := _linked_to(instance):
        raise _still_used(instance, linked)
    try:
        instance.delete()
    except ProtectedError as error:
        raise _still_used(instance, error.protected_objects) from error


def _linked_to(instance: models.Model) -> list[models.Model]:
    """Return what lists the object among others, which the database would quietly let go of."""
    relations = [relation for relation in instance._meta.related_objects if isinstance(relation, ManyToManyRel)]
    names = [
        str(relation.get_accessor_name())
        for relation in relations
        if isinstance(instance, relation.model)  # a proxy is also told of what refers to its table's other proxies
        and relation.through
        and relation.through._meta.auto_created  # others have foreign keys that protect
    ]
    return [row for name in names for row in getattr(instance, name).all()]


_REFERRERS = 20  # named of each kind; thousands may stand in the way


def _still_used(instance: models.Model, rows: Iterable[models.Model]) -> Conflict:
    by_kind: dict[type[models.Model], list[Any]] = {}
    for row in rows:
        by_kind.setdefault(type(row), []).append(row.pk)
    owners: set[models.Model] = set()
    for kind, pks in by_kind.items():
        links = [field.name for field in kind._meta.concrete_fields if field.is_relation]
        few = kind._base_manager.select_related(*links).in_bulk(sorted(pks)[:_REFERRERS])
        owners.update(getattr(row, "owner", row) for row in few.values())
    found = sorted(((owner, kind_name(owner), str(owner)) for owner in owners), key=lambda row: row[1:])
    unnamed = len(found) - 5 + sum(max(0, len(pks) - _REFERRERS) for pks in by_kind.values())
    more = ngettext(" and %(count)d more", " and %(count)d more", unnamed) % {"count": unnamed} if unnamed > 0 else ""
    message = _("“%(name)s” is still used by %(names)s%(more)s. Change those first.") % {
        "name": instance,
        "names": ", ".join(f"{label} “{name}”" for _owner, label, name in found[:5]),
        "more": more,
    }
    referrers = [{"object_type": label, "id": owner.pk, "name": name} for owner, label, name in found[:_REFERRERS]]
    return Conflict(message, code="referenced", referrers=referrers)


def kind_name(row: Any) -> str:
    """Name the kind of object that people know the row as."""
    model = row.kind_of(row) if hasattr(row, "kind_of") else type(row)
    return str(model._meta.verbose_name)


@transaction.atomic
def save_entry(entry: AddressBookEntry | OutdialAniEntry) -> None:
    """Store one entry, without reading the others of its owner, of which there may be thousands."""
    _touch(entry.owner)
    store(entry)


@transaction.atomic
def delete_entry(entry: AddressBookEntry | OutdialAniEntry) -> None:
    _touch(entry.owner)
    entry.delete()


def _touch(owner: DirectoryObject) -> None:
    """Have the owner of what changes count as changed, and whoever changes the whole of it wait."""
    type(owner)._base_manager.filter(pk=owner.pk).update(updated_at=Now())


# --- Users -------------------------------------------------------------------------------------------------------


# Changed by services of their own; a form that was opened before such a change must not take it back.
_KEPT = ("password", "last_login", "is_active", "session_version")


@transaction.atomic
def save_user(user: User, *, teams: Sequence[Team] | None = None, actor: Actor) -> User:
    """Create or change a user. ``teams`` in order of precedence; ``None`` keeps those there are.

    Password and activity of a user there is already stay as they are.
    """
    before = _lock_before(user) if user.pk else None
    present = list(user.teams.order_by("memberships__position")) if before else []
    links = {"teams": present if teams is None else list(teams)}
    clear_what_does_not_count(user, links)
    rules.validate(user, links, exclude=["password"])
    members = links["teams"]
    if user._state.adding and not user.password:
        user.set_unusable_password()
    store(user)
    if members is not present:
        _set_teams(user, members)
    _tell_about_agents(before, user, {team.pk for team in present}, {team.pk for team in members}, actor)
    if before is not None:
        publish(ACCESS_CHANGED, audience=[user_token(user.pk)], payload={})
    return user


def _lock_before(user: User) -> User:
    """Return the user as stored, locked, and bring what is not to be changed up to date."""
    stored = User.objects.select_related("profile")
    if _is_administrator(stored.get(pk=user.pk)) and not _is_administrator(user):
        _refuse_last(user, lock_administrators())
    before: User = stored.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    for name in _KEPT:
        setattr(user, name, getattr(before, name))
    return before


def _set_teams(user: User, teams: Sequence[Team]) -> None:
    wanted = {team.pk: position for position, team in enumerate(teams)}
    present = {membership.team_id: membership for membership in user.memberships.all()}
    user.memberships.exclude(team__in=wanted).delete()
    for team_id, position in wanted.items():
        membership = present.get(team_id)
        if membership is None:
            Membership.objects.create(user=user, team_id=team_id, position=position)
        elif membership.position != position:
            membership.position = position
            membership.save(update_fields=["position"])


def _tell_about_agents(
    before: User | None, after: User, teams_before: set[int], teams_after: set[int], actor: Actor
) -> None:
    was = before is not None and before.is_active and before.contact_center_enabled
    now = after.is_active and after.contact_center_enabled
    if was:  # where the agent was shown, it is shown differently, or not any more
        signals.agents_changed.send(User, user_ids=[after.pk], team_ids=teams_before | teams_after)
    if now and not was:
        signals.agents_enabled.send(User, user_ids=[after.pk], actor=actor)
    elif was and not now:
        signals.agents_disabled.send(User, user_ids=[after.pk], actor=actor)


def set_password(user: User, password: str) -> User:
    """Change the password, which ends other sessions; streams of the user ask again who they are."""
    user.set_password(password)
    with transaction.atomic(), pghistory.context(**user.actor.payload()):
        user.save(update_fields=["password"])
        pghistory.create_event(user, label=PASSWORD_SET)
        publish(ACCESS_CHANGED, audience=[user_token(user.pk)], payload={})
    return user


def _is_administrator(user: User) -> bool:
    """Whether the user may change everything, this for others included."""
    return user.may(Module.PROVISIONING, Level.EDIT)


def lock_administrators() -> set[int]:
    """Have two who remove each other at once wait for one another. To be called before other locks on users."""
    administrators = User.objects.administrators().order_by("pk").select_for_update(of=("self",), no_key=True)
    return {user.pk for user in administrators}


def _refuse_last(leaving: User, administrators: set[int]) -> None:
    if administrators == {leaving.pk}:
        raise Conflict(
            _("%(name)s is the last active administrator. Make somebody else an administrator first.")
            % {"name": leaving},
            code="last_administrator",
        )


def deactivate_user(user: User, *, actor: Actor) -> User:
    """End the user's sessions, tokens and status; history keeps the name."""
    with transaction.atomic():
        administrators = lock_administrators()
        # not the key: finished intervals, which refer to it, are written while their agent's state is locked
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not user.is_active:
            return user
        _refuse_last(user, administrators)
        User.objects.filter(pk=user.pk).update(is_active=False, session_version=F("session_version") + 1)
        user.refresh_from_db()
        publish(SESSION_ENDED, audience=[user_token(user.pk)], payload={})
        if user.contact_center_enabled:
            signals.agents_disabled.send(User, user_ids=[user.pk], actor=actor)
    return user


@transaction.atomic
def activate_user(user: User, *, actor: Actor) -> User:
    """Let a deactivated user sign in again, with the password there was."""
    changed = User.objects.filter(pk=user.pk, is_active=False).update(is_active=True)
    user.refresh_from_db()
    if changed and user.contact_center_enabled:
        signals.agents_enabled.send(User, user_ids=[user.pk], actor=actor)
    return user


@transaction.atomic
def delete_user(user: User, *, actor: Actor) -> None:
    """Remove a user whom nothing refers to any more."""
    _refuse_last(user, lock_administrators())
    user_id = user.pk
    team_ids = set(user.memberships.values_list("team", flat=True))
    hold_agents([user_id], to_delete=True)
    delete_object(user)
    publish(SESSION_ENDED, audience=[user_token(user_id)], payload={})
    signals.agents_changed.send(User, user_ids=[user_id], team_ids=team_ids)


# --- Company -----------------------------------------------------------------------------------------------------


@transaction.atomic
def change_company_settings(values: Mapping[str, object], *, actor: Actor) -> CompanySettings:
    """Change some settings; the others keep what they hold by then."""
    company = CompanySettings.objects.select_for_update().get(pk=1)
    for name, value in values.items():
        setattr(company, name, value)
    return save_company_settings(company, actor=actor) if values else company


@transaction.atomic
def save_company_settings(company: CompanySettings, *, actor: Actor) -> CompanySettings:
    """Store the settings; switching omnichannel routing on starts everybody afresh."""
    before = CompanySettings.objects.select_for_update().get(pk=1)
    company.pk = 1
    company.full_clean()
    company.save()
    if company.omnichannel_routing and not before.omnichannel_routing:
        signals.omnichannel_routing_switched_on.send(CompanySettings, actor=actor)
    publish("settings.changed", audience=[EVERYONE], payload={"omnichannel_routing": company.omnichannel_routing})
    return company
