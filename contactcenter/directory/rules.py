"""Rules about an object together with the objects it is linked to: for pages, API and imports alike."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from contactcenter.directory.access import Role
from contactcenter.directory.catalog import Children, Kind, type_of
from contactcenter.directory.models import (
    AuxiliaryCode,
    DesktopProfile,
    DistributionGroup,
    ProfileSkill,
    SkillDefinition,
    Team,
    User,
    WorkType,
)
from contactcenter.directory.models.conditions import check_conditions, is_empty

Links = Mapping[str, Sequence[Any]]
Errors = dict[str, ValidationError]


def validate(instance: Any, links: Links, *, exclude: Collection[str] = ()) -> None:
    """Refuse values that are wrong by themselves, or contradict each other or what the object is linked to.

    ``links`` holds, by the field's name, everything it is to be linked to, and its children. Raises
    ``ValidationError`` by field with everything that was found, a child's at ``<children>.<number>.<field>`` with
    numbers starting from 0. Asks the database nothing: whether a key is taken is not looked at.
    """
    errors: Errors = {}
    clean_fields = partial(_clean_fields, instance, frozenset(exclude))
    for step in (clean_fields, instance.clean, partial(_check, instance, links)):
        try:
            step()
        except ValidationError as error:
            for name, found in error.update_error_dict({}).items():
                errors.setdefault(name, ValidationError(found))
    if errors:
        raise ValidationError(errors)


def _clean_fields(instance: Any, exclude: frozenset[str]) -> None:
    """As the model's own, without going through the fields that are left out for each object anew."""
    errors = {}
    model: Any = type(instance)
    for field in _cleaned(model, exclude):
        value = getattr(instance, field.attname)
        if field.blank and value in field.empty_values:
            continue
        try:
            setattr(instance, field.attname, field.clean(value, instance))
        except ValidationError as error:
            errors[field.name] = error.error_list
    if errors:
        raise ValidationError(errors)


@cache
def _cleaned(model: Any, exclude: frozenset[str]) -> list[Any]:
    return [one for one in model._meta.fields if one.name not in exclude and not one.generated]


def _check(instance: Any, links: Links) -> None:
    errors = check_conditions(instance, links)
    rule = _RULES.get(type(instance))
    if rule is not None:
        errors = {**dict(rule(instance, links)), **errors}
    children = type_of(type(instance)).children
    if children is not None and children.name in links:
        for number, found in check_children(children, links[children.name]).items():
            errors |= {f"{children.name}.{number}.{name}": error for name, error in found.items()}
        if children.at_least_one and not links[children.name]:
            errors[children.name] = ValidationError(_("Give it at least one skill."), code="required")
    if errors:
        raise ValidationError(errors)


# --- Links -------------------------------------------------------------------------------------------------------


def _desktop_profile(profile: DesktopProfile, links: Links) -> Iterator[tuple[str, ValidationError]]:
    kinds = WorkType.Type
    for name, kind in (("idle_codes", kinds.IDLE_CODE), ("wrap_up_codes", kinds.WRAP_UP_CODE)):
        if wrong := [code.name for code in links.get(name, ()) if (code.kind or code.work_type.type) != kind]:
            message = _("Not idle codes: %(names)s.") if kind == kinds.IDLE_CODE else _("Not wrap-up codes: %(names)s.")
            yield name, ValidationError(message % {"names": ", ".join(wrong)})


def needed(instance: Any, links: Links) -> Mapping[str, Promise]:
    """Return fields that have to be filled beside the object's other values, with the words to ask for them."""
    return _needed_of_user(instance, links) if isinstance(instance, User) else {}


def _needed_of_user(user: User, links: Links) -> dict[str, Promise]:
    found: dict[str, Promise] = {}
    if not user.contact_center_enabled or not user.profile_id:
        return found
    if user.role != Role.ADMINISTRATOR:
        found["site"] = _lazy("Choose a site: agents and supervisors belong to one.")
    if user.role == Role.AGENT:
        found["teams"] = _lazy("Choose at least one team: an agent belongs to one.")
    if links.get("teams"):
        found["desktop_profile"] = _lazy("Choose a desktop profile: members of teams have one.")
    return found


def _user(user: User, links: Links) -> Iterator[tuple[str, ValidationError]]:
    """Teams are agent teams of the user's site; an agent has at least one, and then a desktop profile."""
    if not user.contact_center_enabled or not user.profile_id:
        return
    missing = {name: message for name, message in needed(user, links).items() if is_empty(user, name, links)}
    for name, message in missing.items():
        yield name, ValidationError(str(message))
    if "site" in missing:
        return
    teams: Sequence[Team] = links.get("teams", ())
    if wrong := [team.name for team in teams if team.site_id != user.site_id]:
        yield "teams", ValidationError(_("Not teams of the user's site: %(names)s.") % {"names": ", ".join(wrong)})
    elif wrong := [team.name for team in teams if team.type != Team.Type.AGENT]:
        yield "teams", ValidationError(_("Not teams of agents: %(names)s.") % {"names": ", ".join(wrong)})


_Rule = Callable[[Any, Links], Iterator[tuple[str, ValidationError]]]
_RULES: Mapping[type[models.Model], _Rule] = {DesktopProfile: _desktop_profile, User: _user}


# --- Children ----------------------------------------------------------------------------------------------------


def check_children(children: Children, rows: Sequence[Any]) -> dict[int, Errors]:
    """Return what is wrong with each child, by its number."""
    errors: dict[int, Errors] = {}
    references = [column for column in children.columns if column.kind is Kind.REFERENCE]
    unchecked = [children.owner, *(column.field for column in references)]  # looking them up takes a query each
    for number, row in enumerate(rows):
        try:
            row.clean_fields(exclude=unchecked)
        except ValidationError as error:
            errors[number] = {name: ValidationError(found) for name, found in error.error_dict.items()}
        for column in references:
            if getattr(row, column.attname) is None:
                message = _("Choose one.")
                errors.setdefault(number, {})[column.field] = ValidationError(message, code="required")
    rule = _CHILD_RULES.get(children.model)
    for number, name, problem in (*_repeated(children, rows), *(rule(rows) if rule is not None else ())):
        errors.setdefault(number, {}).setdefault(name, problem)
    return errors


_ChildError = tuple[int, str, ValidationError]


def _repeated(children: Children, rows: Sequence[Any]) -> Iterator[_ChildError]:
    seen: set[object] = set()
    for number, row in enumerate(rows):
        key = children.key_of(row)
        if key in seen:
            message = _("“%(name)s” stands here twice.") % {"name": getattr(row, children.key)}
            yield number, children.key, ValidationError(message, code="repeated")
        seen.add(key)


def _skills(rows: Sequence[ProfileSkill]) -> Iterator[_ChildError]:
    for number, row in enumerate(rows):
        if not row.skill_id:
            continue  # reported at the field
        try:
            row.skill_value = row.skill.spelt(row.skill_value)
        except ValidationError as error:
            yield number, "skill_value", error


def _groups(rows: Sequence[DistributionGroup]) -> Iterator[_ChildError]:
    numbers = sorted(row.distribution_group_seq or 0 for row in rows)
    if numbers != list(range(1, len(rows) + 1)):
        message = _("Number the groups of a queue 1, 2, 3 and so on, without a gap.")
        yield 0, "distribution_group_seq", ValidationError(message)
    for number, row in enumerate(rows):
        if row.distribution_group_seq == 1 and row.group_fallback_time is not None:
            message = _("Leave this empty: the first group is asked at once.")
            yield number, "group_fallback_time", ValidationError(message, code="not_applicable")
        if (row.distribution_group_seq or 0) > 1 and row.group_fallback_time is None:
            message = _("Give the seconds after which this group is asked too.")
            yield number, "group_fallback_time", ValidationError(message, code="required")
        if row.chosen is not None and not row.chosen.get("group_teams"):
            yield number, "group_teams", ValidationError(_("Choose at least one team."), code="required")


_CHILD_RULES: Mapping[type[models.Model], Callable[[Sequence[Any]], Iterator[_ChildError]]] = {
    ProfileSkill: _skills,
    DistributionGroup: _groups,
}


# --- Objects that others build on --------------------------------------------------------------------------------


def contradictions(model: type[models.Model], changed: Collection[Any]) -> dict[int, ValidationError]:
    """Return, by primary key, which changed objects would contradict others that build on them. One query at most."""
    found = _CONTRADICTIONS.get(model)
    stored = {instance.pk: instance for instance in changed if instance.pk is not None}
    return dict(found(stored)) if found is not None and stored else {}


def _work_types(stored: Mapping[int, WorkType]) -> Iterator[tuple[int, ValidationError]]:
    rows = AuxiliaryCode.objects.filter(work_type__in=stored).order_by().values_list("work_type", "kind").distinct()
    for pk, kind in rows:
        if kind != stored[pk].type:
            message = _("Codes use this work type: its type stays.")
            yield pk, ValidationError({"type": ValidationError(message, code="immutable")})


def _skill_definitions(stored: Mapping[int, SkillDefinition]) -> Iterator[tuple[int, ValidationError]]:
    enums = [pk for pk, skill in stored.items() if skill.type == SkillDefinition.Type.ENUM]
    rows = ProfileSkill.objects.filter(skill__in=enums).values_list("skill", "skill_value", "profile__name")
    for pk, value, profile in rows:
        if missing := set(value.split("|")) - set(stored[pk].list_values_for_enum):
            message = _(
                "The skill profile “%(profile)s” still has %(values)s: keep it in the list, or change that first."
            )
            told = message % {"profile": profile, "values": ", ".join(f"“{one}”" for one in sorted(missing))}
            yield pk, ValidationError({"list_values_for_enum": ValidationError(told, code="referenced")})


_CONTRADICTIONS: Mapping[type[models.Model], Callable[[Any], Iterator[tuple[int, ValidationError]]]] = {
    WorkType: _work_types,
    SkillDefinition: _skill_definitions,
}
