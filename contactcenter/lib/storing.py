"""Saving what people typed."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _


def store(instance: models.Model, *, unchecked: Collection[str] = ()) -> None:
    """Save, and report what somebody else took in the meantime as if it had been taken before.

    ``unchecked`` names fields that nobody typed.
    """
    _refuse_nul(instance, unchecked)
    instance.full_clean(exclude=unchecked)
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError:
        instance.full_clean(exclude=unchecked)  # now it sees the other's row
        raise


def _refuse_nul(instance: models.Model, unchecked: Collection[str]) -> None:
    """PostgreSQL cannot store a NUL character in a text."""
    fields = [field for field in instance._meta.concrete_fields if field.editable and field.name not in unchecked]
    texts = {field.name: getattr(instance, field.attname) for field in fields}
    if wrong := [name for name, text in texts.items() if isinstance(text, str) and "\0" in text]:
        message = _("Take the NUL character out.")
        raise ValidationError({name: ValidationError(message, code="null_characters_not_allowed") for name in wrong})
