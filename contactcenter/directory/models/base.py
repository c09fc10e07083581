"""What every configuration object has: a name that is its key, and the rules for it."""

import re
import unicodedata
import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.conditions import Only
from contactcenter.lib.keys import KeyField
from contactcenter.lib.validators import validate_single_line

MANY_TEXTS = 1000


@cache
def time_zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})


def validate_time_zone(value: str) -> None:
    if value not in time_zone_names():
        raise ValidationError(
            _("“%(value)s” is not a time zone: use a name such as Europe/Prague."),
            code="invalid_time_zone",
            params={"value": value},
        )


def validate_no_bar(value: str) -> None:
    if "|" in value:
        raise ValidationError(_("“|” cannot be used: it separates values in files."), code="invalid_characters")


_PHONE = re.compile(r"\+?[0-9 ()./\-]+")


def validate_phone(value: str) -> None:
    """A phone number or an extension: 2 to 20 digits, and what people write between them."""
    if not _PHONE.fullmatch(value) or not 2 <= sum(map(str.isdecimal, value)) <= 20:
        raise ValidationError(
            _("“%(value)s” is not a phone number or extension: use digits, with + in front where it is international."),
            code="invalid_phone",
            params={"value": value},
        )


_DN_LENGTH = 40


def dn_field(name: Any, **options: Any) -> "models.CharField[str, str]":
    help_text = _("Phone number or extension.")
    return models.CharField(
        name, max_length=_DN_LENGTH, blank=True, validators=[validate_phone], help_text=help_text, **options
    )


@deconstructible
class NameValidator:
    """Allows letters and digits of any script, the space, and the given marks."""

    def __init__(self, marks: str = "", *, first_letter: bool = False) -> None:
        self.marks = marks
        self.first_letter = first_letter

    def __call__(self, value: str) -> None:
        bad = next((character for character in value if not self._allows(character)), None)
        if bad is not None:
            raise ValidationError(
                _("“%(bad)s” cannot be used here: use letters, digits, spaces and %(marks)s"),
                code="invalid_characters",
                params={
                    "bad": bad if bad.isprintable() else f"U+{ord(bad):04X}",
                    "marks": " ".join(self.marks),
                },
            )
        if self.first_letter and not (value.strip() or "a")[0].isalpha():  # spaces around do not count
            raise ValidationError(_("Start with a letter."), code="invalid_characters")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameValidator) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.marks, self.first_letter))

    def _allows(self, character: str) -> bool:
        # marks (M) belong to letters in many scripts
        return character == " " or character in self.marks or unicodedata.category(character)[0] in "LNM"


class DirectoryObject(models.Model):
    """Base of all configuration objects."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    # Fields that keep their first value; changing one is refused with its name.
    immutable: tuple[str, ...] = ()
    # Fields that count only while others have certain values.
    conditions: tuple[Only, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **options: Any) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        instance._loaded = {
            name: instance.__dict__[attname]
            for name in cls.immutable
            if (attname := cls._meta.get_field(name).attname) in instance.__dict__  # type: ignore[union-attr]
        }
        return instance

    _loaded: dict[str, object] | None = None

    def derive(self) -> None:
        """Set what follows from other fields."""

    def clean(self) -> None:
        super().clean()
        self.derive()
        errors = {
            name: ValidationError(
                gettext("This cannot be changed once the %(label)s exists.") % {"label": self._meta.verbose_name},
                code="immutable",
            )
            for name, value in (self._loaded or {}).items()
            if getattr(self, self._meta.get_field(name).attname) != value  # type: ignore[union-attr]
        }
        if errors:
            raise ValidationError(errors)


class NamedObject(DirectoryObject):
    """An object whose key is its name. Subclasses declare ``name`` with their own marks and a ``UniqueKey``."""

    key = KeyField()

    class Meta(DirectoryObject.Meta):
        abstract = True
        ordering = ["key"]

    if TYPE_CHECKING:
        name: models.CharField[str, str]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        given, self.name = self.name or "", (self.name or "").strip()
        if given and not self.name:
            raise ValidationError({"name": ValidationError(gettext("Give it a name."), code="blank")})


def name_field(marks: str, *, first_letter: bool = False) -> "models.CharField[str, str]":
    return models.CharField(_("name"), max_length=80, validators=[NameValidator(marks, first_letter=first_letter)])


def seconds_field(name: Any, low: int, high: int, **options: Any) -> "models.PositiveIntegerField[Any, Any]":
    return models.PositiveIntegerField(name, validators=[MinValueValidator(low), MaxValueValidator(high)], **options)


def time_zone_field(**options: Any) -> "models.CharField[str, str]":
    return models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone], **options)


def texts_field(name: Any, *, each: int, **options: Any) -> "ArrayField[list[str], list[str]]":
    """Several short texts; files join them with a bar, so that none may hold one."""
    text = models.CharField(max_length=each, validators=[validate_single_line, validate_no_bar])
    return ArrayField(text, verbose_name=name, default=list, blank=True, size=MANY_TEXTS, **options)


def description_field() -> "models.CharField[str, str]":
    return models.CharField(_("description"), max_length=255, blank=True)
