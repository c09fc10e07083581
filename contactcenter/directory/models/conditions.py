"""Fields that count only while other fields have certain values: declared once, for pages, API and imports alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

EMPTY: tuple[object, ...] = (None, "", [], ())


@dataclass(frozen=True)
class Only:
    """``fields`` count only while each field in ``when`` has one of its values; ``mandatory``: then they are needed.

    Where the condition does not hold a field has its default.
    """

    fields: tuple[str, ...]
    when: Mapping[str, tuple[object, ...]]
    mandatory: bool = False

    def holds(self, instance: models.Model) -> bool:
        return all(getattr(instance, name) in values for name, values in self.when.items())

    def words(self, model: type[models.Model]) -> str:
        """Return the condition as people read it: “Type is CAPACITY”."""
        return _(" and ").join(
            _("%(field)s is %(values)s")
            % {
                "field": capfirst(str(model._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]
                "values": _(" or ").join(_spelt(value) for value in values),
            }
            for name, values in self.when.items()
        )


def _spelt(value: object) -> str:
    return ("ON" if value else "OFF") if isinstance(value, bool) else str(value)


def conditions_of(model: type[models.Model]) -> tuple[Only, ...]:
    found: tuple[Only, ...] = getattr(model, "conditions", ())
    return found


def default_of(model: type[models.Model], name: str) -> Any:
    """Return what a field holds where nothing is said about it."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:  # a list of children
        return []
    if isinstance(field, models.ManyToManyField) or not isinstance(field, models.Field):
        return []
    return field.get_default()


def is_empty(instance: models.Model, name: str, links: Mapping[str, Any]) -> bool:
    """Whether a field says no more than its default does."""
    attname, default = _facts(type(instance), name)
    value = links[name] if name in links else instance.__dict__.get(attname)
    return value in EMPTY or value == default


@cache
def _facts(model: type[models.Model], name: str) -> tuple[str, Any]:
    """Return where an instance has a field, and what it holds where nothing is said."""
    try:
        attname = str(model._meta.get_field(name).attname)  # type: ignore[union-attr]
    except (AttributeError, FieldDoesNotExist):
        attname = name
    return attname, default_of(model, name)


def check_conditions(instance: models.Model, links: Mapping[str, Any]) -> dict[str, ValidationError]:
    """Return what is wrong: fields that are filled while they do not count, and needed ones that are empty."""
    errors: dict[str, ValidationError] = {}
    model = type(instance)
    for only in conditions_of(model):
        holds = only.holds(instance)
        for name in only.fields:
            empty = is_empty(instance, name, links)
            if holds and only.mandatory and empty:
                message = _("Fill this in: it is needed when %(condition)s.") % {"condition": only.words(model)}
                errors[name] = ValidationError(message, code="required")
            elif not holds and not empty:
                errors[name] = refusal(only, model)
    return errors


def refusal(only: Only, model: type[models.Model]) -> ValidationError:
    message = _("Leave this empty: it counts only when %(condition)s.") % {"condition": only.words(model)}
    return ValidationError(message, code="not_applicable")


def clear_what_does_not_count(
    instance: models.Model, links: dict[str, Any], *, given: Collection[str] = ()
) -> dict[str, ValidationError]:
    """Set fields that do not count to their defaults; return a refusal for each that was ``given`` all the same."""
    refused = {}
    for only in conditions_of(type(instance)):
        if only.holds(instance):
            continue
        for name in only.fields:
            if name in given:
                refused[name] = refusal(only, type(instance))
            elif name in links:
                links[name] = []
            elif not is_empty(instance, name, links):
                setattr(instance, name, default_of(type(instance), name))
    return refused


def only_constraint(name: str, only: Only, **nothing: object) -> models.CheckConstraint:
    """Return a condition as a constraint of the database; ``nothing`` says what the empty fields hold."""
    return models.CheckConstraint(name=name, condition=_holds(only) | Q(**nothing))


def _holds(only: Only) -> Q:
    condition = Q()
    for name, values in only.when.items():
        condition &= Q(**{f"{name}__in": list(values)})
    return condition
