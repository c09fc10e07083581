"""Changes of many objects at once, as imports make them: a fixed number of statements for any number of objects.

What is stored here has been validated (``rules.validate``); a key that somebody else took in the meantime, or a
reference that is gone, ends in Django's ``IntegrityError``.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH
from django.db import connection, models
from django.utils.translation import gettext as _

from contactcenter.directory import signals
from contactcenter.directory.agents import hold_agents
from contactcenter.directory.catalog import Children, ObjectType
from contactcenter.directory.models import AuxiliaryCode, Membership, User, UserProfile
from contactcenter.directory.records import Link, Record, child_values, link_of
from contactcenter.directory.rules import contradictions
from contactcenter.directory.services import kind_name, lock_administrators, lock_defaults, nobody_left
from contactcenter.events.audience import user_token
from contactcenter.events.services import ACCESS_CHANGED, publish
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import Conflict
from contactcenter.lib.rows import insert_rows, insert_values, update_rows, update_values


@dataclass(slots=True)
class Change:
    """An object that is to become different: ``fields`` are the old values, ``links`` the old links and children."""

    record: Record
    fields: Mapping[str, Any]
    links: Mapping[str, list[Any]] = field(default_factory=dict)


def store_all(object_type: ObjectType, created: Sequence[Record], changed: Sequence[Change], *, actor: Actor) -> None:
    """Store new objects and changes of objects there are, links and children included. To be called in a transaction.

    The objects that change have been read with a lock.
    """
    with _keeping_an_administrator(object_type):
        _hold_agents(object_type, changed)
        if object_type.model is AuxiliaryCode:
            _give_up_defaults([*created, *(change.record for change in changed)])
        _insert([record.instance for record in created])
        update_rows([change.record.instance for change in changed], {name for one in changed for name in one.fields})
        for name in object_type.links:
            stored = [(change.record, change.record.rows.get(name, [])) for change in changed if name in change.links]
            _store_links(
                link_of(object_type.model, name),
                [
                    (record.instance.pk, rows, record.links[name])
                    for record, rows in (*((record, []) for record in created), *stored)
                ],
            )
        if object_type.children is not None:
            _store_children(object_type.children, created, changed)
        _tell(object_type, created, changed, actor)
    check_constraints()


# Of users: what agents can take follows from these, and from their teams.
_FOLLOWED = {"channels", "contact_center_enabled", "multimedia_profile_id", "site_id", "skill_profile_id"}


def _hold_agents(object_type: ObjectType, changed: Sequence[Change]) -> None:
    """Lock at once what follows one after the other, from users' fields and from their teams."""
    if object_type.model is User:
        hold_agents([one.record.instance.pk for one in changed if one.links or _FOLLOWED & one.fields.keys()])


def prepare(object_type: ObjectType) -> None:
    """Take the locks that come before those on the objects themselves. To be called before these are read."""
    if object_type.model in {User, UserProfile}:
        lock_administrators()
    if object_type.model is AuxiliaryCode:
        lock_defaults()


def check_constraints() -> None:
    """Have constraints that wait for the commit speak up now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _insert(instances: Sequence[Any]) -> None:
    for instance in instances:
        if isinstance(instance, User):
            # as ``set_unusable_password``, whose random choice takes longer than all the rest of a row
            instance.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2)
    insert_rows(instances)


def _store_links(link: Link, items: Iterable[tuple[int, Sequence[Any], Sequence[Any]]]) -> None:
    gone: list[int] = []
    moved: list[dict[str, int]] = []
    new: list[dict[str, int]] = []
    for owner_id, rows, targets in items:
        wanted = {target.pk: position for position, target in enumerate(targets)}
        for row in rows:
            position = wanted.pop(row.target, None)
            if position is None:
                gone.append(row.id)
            elif link.ordered and row.position != position:
                moved.append({"id": row.id, "position": position})
        new.extend(link.values(owner_id, target_id, position) for target_id, position in wanted.items())
    if gone:
        link.through._base_manager.filter(pk__in=gone).delete()
    update_values(link.through, moved)
    insert_values(link.through, new)


def _store_children(children: Children, created: Sequence[Record], changed: Sequence[Change]) -> None:
    gone: list[int] = []
    new: list[Any] = []
    updated: list[Any] = []
    for record in created:
        new += _owned(children, record, record.links[children.name])
    for change in changed:
        if children.name not in change.links:
            continue
        stored = {child.pk: child for child in change.links[children.name]}
        wanted = _owned(children, change.record, change.record.links[children.name])
        gone += stored.keys() - {child.pk for child in wanted}
        new += [child for child in wanted if child.pk is None]
        updated += [
            child
            for child in wanted
            if child.pk is not None and child_values(children, child) != child_values(children, stored[child.pk])
        ]
    if gone:
        children.model._base_manager.filter(pk__in=gone).delete()
    update_rows(updated, [column.attname for column in children.columns if column.field not in children.links])
    insert_rows(new)
    for name in children.links:
        items = [(child.pk, (child.linked or {}).get(name, ()), child.chosen[name]) for child in (*new, *updated)]
        _store_links(link_of(children.model, name), items)


def _owned(children: Children, record: Record, rows: Iterable[Any]) -> list[Any]:
    rows = list(rows)
    for row in rows:
        setattr(row, f"{children.owner}_id", record.instance.pk)
    return rows


def _give_up_defaults(records: Iterable[Record]) -> None:
    """One code of each kind is the default: those that become it take the place of the others."""
    codes = {record.instance.kind: record.instance.pk for record in records if record.instance.is_default}
    if codes:
        others = AuxiliaryCode.objects.filter(kind__in=codes, is_default=True)
        others.exclude(pk__in=[pk for pk in codes.values() if pk]).update(is_default=False)


# --- Taking back -------------------------------------------------------------------------------------------------


def restore_all(object_type: ObjectType, items: Sequence[tuple[Record, Mapping[str, Any]]], *, actor: Actor) -> None:
    """Give objects back what they were: old values of fields, and rows of links and children with their numbers."""
    changes = []
    for record, before in items:
        now = {name: getattr(record.instance, name) for name in before["fields"]}
        changes.append(Change(record, now, {name: record.links[name] for name in before["links"]}))
        for name, value in before["fields"].items():
            setattr(record.instance, name, value)
    for error in contradictions(object_type.model, [change.record.instance for change in changes]).values():
        raise Conflict(" ".join(error.messages), code="referenced")
    with _keeping_an_administrator(object_type):
        _hold_agents(object_type, changes)
        update_rows([record.instance for record, _before in items], {name for one in changes for name in one.fields})
        for name in object_type.links:
            link = link_of(object_type.model, name)
            owners = [(record, before["links"][name]) for record, before in items if name in before["links"]]
            _restore_links(link, [(record.instance.pk, rows) for record, rows in owners])
        if object_type.children is not None:
            _restore_children(object_type.children, items)
        _tell(object_type, [], changes, actor)
    check_constraints()


def _restore_links(link: Link, items: Sequence[tuple[int, Sequence[Sequence[int]]]]) -> None:
    """``items``: owner and its rows ``[row, target, position]``."""
    rows = [
        {"id": row_id, **link.values(owner_id, target_id, position)}
        for owner_id, found in items
        for row_id, target_id, position in found
    ]
    owners = [owner_id for owner_id, _rows in items]
    _restore_rows(link.through, rows, link.through._base_manager.filter(**{f"{link.owner}__in": owners}))


def _restore_children(children: Children, items: Sequence[tuple[Record, Mapping[str, Any]]]) -> None:
    found = [(record, before["links"][children.name]) for record, before in items if children.name in before["links"]]
    owners = [record.instance.pk for record, _rows in found]
    rows = [row for _record, rows in found for row in rows]
    plain = [{name: value for name, value in row.items() if name != "links"} for row in rows]
    _restore_rows(children.model, plain, children.model._base_manager.filter(**{f"{children.owner}__in": owners}))
    for name in children.links:
        _restore_links(link_of(children.model, name), [(row["id"], row["links"][name]) for row in rows])


def _restore_rows(model: Any, rows: Sequence[Mapping[str, Any]], stored: "models.QuerySet[Any]") -> None:
    """Have exactly these rows, with these numbers, in the place of the stored ones."""
    stored.exclude(pk__in=[row["id"] for row in rows]).delete()
    present = set(stored.values_list("pk", flat=True))
    update_values(model, [row for row in rows if row["id"] in present])
    insert_values(model, [row for row in rows if row["id"] not in present])


def remove_all(object_type: ObjectType, records: Sequence[Record], *, actor: Actor) -> None:
    """Delete objects that nothing refers to, with their links and children."""
    ids = [record.instance.pk for record in records]
    with _keeping_an_administrator(object_type):
        if object_type.model is User:
            hold_agents(ids, to_delete=True)
        object_type.model._base_manager.filter(pk__in=ids).delete()
    check_constraints()
    if object_type.model is User:
        teams = {team.pk for record in records for team in record.links["teams"]}
        signals.agents_changed.send(User, user_ids=ids, team_ids=teams)


def in_use(object_type: ObjectType, ids: Collection[int]) -> dict[int, str]:
    """Return, by the object's number, what refers to it or was done with it. One statement a kind of reference."""
    found: dict[int, str] = {}
    for relation in _relations(object_type.model):
        for pk, referrer in _referring(relation, ids):
            found.setdefault(pk, referrer)
    if object_type.model is User:
        signed_in = User.objects.filter(pk__in=ids, last_login__isnull=False).values_list("pk", flat=True)
        found |= {pk: _("the user has signed in") for pk in signed_in}
        for _receiver, used in signals.agents_used.send(User, user_ids=list(ids)):
            used_ids: Any = used or ()
            found |= {pk: _("the agent has a status history") for pk in used_ids}
    return found


def _relations(model: type[models.Model]) -> Iterator[Any]:
    """Yield whatever leads to the model from others, also where there is no way back."""
    for relation in model._meta.get_fields(include_hidden=True):
        # a proxy is told of its siblings' relations, too
        if isinstance(relation, models.ForeignObjectRel) and issubclass(model, relation.model):
            yield relation


def _referring(relation: Any, ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield objects that something protects from being deleted, with the words for one that does."""
    if isinstance(relation, models.ManyToManyRel):
        if relation.through is None or not relation.through._meta.auto_created:
            return  # its own foreign keys are looked at
        link = link_of(relation.related_model, relation.field.name)
        owner = link.owner.removesuffix("_id")
        for row in _one_each(link.through, link.target, ids).select_related(owner):
            yield getattr(row, link.target), _named(getattr(row, owner))
    elif relation.on_delete is models.PROTECT:
        model, name = relation.related_model, relation.field.attname
        owners = [one.name for one in model._meta.concrete_fields if one.is_relation] if hasattr(model, "owner") else []
        for row in _one_each(model, name, ids).select_related(*owners or [None]):
            yield getattr(row, name), _named(row)


def _one_each(model: Any, name: str, ids: Collection[int]) -> "models.QuerySet[Any]":
    """One row for each of the objects that it refers to."""
    found: models.QuerySet[Any] = model._base_manager.filter(**{f"{name}__in": list(ids)})
    return found.order_by(name, "pk").distinct(name)


def _named(row: Any) -> str:
    owner = getattr(row, "owner", row)
    return f"{kind_name(owner)} “{owner}”"


def put_defaults(chosen: Mapping[str, int | None]) -> None:
    """Make these auxiliary codes the defaults of their kinds; none: there is no default any more."""
    if chosen:
        AuxiliaryCode.objects.filter(kind__in=chosen, is_default=True).update(is_default=False)
        AuxiliaryCode.objects.filter(pk__in=[pk for pk in chosen.values() if pk]).update(is_default=True)


# --- What others learn of it -------------------------------------------------------------------------------------


@contextmanager
def _keeping_an_administrator(object_type: ObjectType) -> Iterator[None]:
    """Refuse what would leave nobody who may change the configuration."""
    administrators = lock_administrators() if object_type.model in {User, UserProfile} else set()
    yield
    if administrators and not User.objects.administrators().exists():
        raise nobody_left()


def _tell(object_type: ObjectType, created: Sequence[Record], changed: Sequence[Change], actor: Actor) -> None:
    if object_type.model is User:
        _tell_about_agents(created, changed, actor)
    if object_type.model is UserProfile and changed:
        users = User.objects.filter(profile__in=[change.record.instance.pk for change in changed])
        publish(ACCESS_CHANGED, audience=map(user_token, users.values_list("pk", flat=True)), payload={})


def _tell_about_agents(created: Sequence[Record], changed: Sequence[Change], actor: Actor) -> None:
    came = [record.instance.pk for record in created if record.instance.contact_center_enabled]
    left: list[int] = []
    shown: list[int] = []  # differently
    teams: set[int] = set()
    for change in changed:
        user = change.record.instance
        now = user.is_active and user.contact_center_enabled
        was = user.is_active and change.fields.get("contact_center_enabled", user.contact_center_enabled)
        if was:
            shown.append(user.pk)
            teams.update(team.pk for team in change.links.get("teams", ()))
        if now and not was:
            came.append(user.pk)
        elif was and not now:
            left.append(user.pk)
    if shown:
        teams.update(Membership.objects.filter(user__in=shown).values_list("team", flat=True).distinct())
        signals.agents_changed.send(User, user_ids=shown, team_ids=teams)
    if came:
        signals.agents_enabled.send(User, user_ids=came, actor=actor)
    if left:
        signals.agents_disabled.send(User, user_ids=left, actor=actor)
    if changed:
        publish(ACCESS_CHANGED, audience=[user_token(change.record.instance.pk) for change in changed], payload={})
