"""Names that are unique however they are written: a stored key, and the constraint on it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext

from contactcenter.lib.text import name_key


class _KeyAttribute(DeferredAttribute):
    """Reads as the key of the source field as it is now; what the database returned is kept only as loaded."""

    field: "KeyField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        return self if instance is None else name_key(getattr(instance, self.field.source) or "")

    def __set__(self, instance: Any, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class KeyField(models.CharField[str, str]):
    """Stores ``name_key`` of another field, however the object is saved (also by ``bulk_create``)."""

    descriptor_class = _KeyAttribute

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs["editable"] = False
        # case folding may lengthen a text: "ß" becomes "ss", one ligature three letters
        kwargs.setdefault("max_length", 254 * 3)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}


class UniqueKey(models.UniqueConstraint):
    """A unique constraint on a key that reports itself at the field people type, as ``duplicate_name``."""

    def __init__(self, *, name: str, field: str = "name", fields: tuple[str, ...] = ("key",)) -> None:
        super().__init__(fields=fields, name=name)
        self.field = field

    def deconstruct(self) -> Any:
        path, _args, _kwargs = super().deconstruct()
        return path, (), {"name": self.name, "field": self.field, "fields": self.fields}

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        if self.field in (exclude or ()):
            return  # it cannot be used anyway
        # the key is never a field of a form, and is checked all the same
        remaining = {name for name in exclude or () if name not in self.fields}
        try:
            super().validate(model, instance, exclude=remaining, using=using)
        except ValidationError as error:
            raise self.violation(instance) from error

    def violation(self, instance: models.Model) -> ValidationError:
        label, value = instance._meta.verbose_name, getattr(instance, self.field)
        message = gettext("“%(value)s” is already taken (%(label)s): choose another.")
        return ValidationError(
            {self.field: ValidationError(message % {"label": label, "value": value}, code="duplicate_name")}
        )
