"""Numbers: address books that agents call from, and the numbers that calls show."""

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import NamedObject, description_field, name_field, validate_phone
from contactcenter.directory.models.objects import Site
from contactcenter.directory.models.querysets import DirectoryQuerySet
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import KeyField, UniqueKey

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

NO_BOOK = "NONE"  # how files say that a desktop profile has no address book

_SIP = re.compile(r"sips?:[^\s@:;]+@[A-Za-z0-9.\-]+(:[0-9]{1,5})?", re.IGNORECASE)


def validate_number_or_sip(value: str) -> None:
    """A phone number, or a SIP URI such as ``sip:care@example.com``."""
    if _SIP.fullmatch(value):
        return
    try:
        validate_phone(value)
    except ValidationError as error:
        raise ValidationError(
            _("“%(value)s” is neither a phone number nor a SIP URI such as sip:care@example.com."),
            code="invalid_phone",
            params={"value": value},
        ) from error


@audited()
class AddressBook(NamedObject):
    """Numbers that agents call often."""

    name = name_field("._-")
    description = description_field()
    parent_site = models.ForeignKey(
        Site,
        models.PROTECT,
        related_name="address_books",
        null=True,
        blank=True,
        verbose_name=_("parent site"),
        help_text=_("Empty: the whole organization."),
    )

    immutable = ("parent_site",)
    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("address book")
        verbose_name_plural = _("address books")
        constraints = [UniqueKey(name="address_book_name")]

    if TYPE_CHECKING:
        entries: RelatedManager["AddressBookEntry"]

    def clean(self) -> None:
        super().clean()
        if self.key == NO_BOOK.casefold():
            raise ValidationError({"name": gettext("Choose another name: in files this means that there is none.")})


@audited()
class AddressBookEntry(models.Model):
    book = models.ForeignKey(AddressBook, models.CASCADE, related_name="entries")
    entry_name = name_field("._-")
    key = KeyField(source="entry_name")
    phone_number = models.CharField(
        _("phone number"),
        max_length=80,
        validators=[
            RegexValidator(
                r"\A[0-9()+\- ]*[0-9][0-9()+\- ]*\Z",
                _("Use digits, spaces, + - ( and )."),
                code="invalid_phone",
            )
        ],
    )

    class Meta:
        ordering = ["key"]
        verbose_name = _("entry of an address book")
        verbose_name_plural = _("entries of address books")
        constraints = [UniqueKey(name="address_book_entry_name", field="entry_name", fields=("book", "key"))]

    def __str__(self) -> str:
        return f"{self.entry_name}: {self.phone_number}"

    @property
    def owner(self) -> AddressBook:
        return self.book


@audited()
class OutdialAni(NamedObject):
    """The numbers of which an agent may show one to the called party."""

    name = name_field("._-")
    description = description_field()

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("outdial ANI")
        verbose_name_plural = _("outdial ANIs")
        constraints = [UniqueKey(name="outdial_ani_name")]

    if TYPE_CHECKING:
        entries: RelatedManager["OutdialAniEntry"]


@audited()
class OutdialAniEntry(models.Model):
    ani = models.ForeignKey(OutdialAni, models.CASCADE, related_name="entries")
    entry_name = name_field("._-")
    key = KeyField(source="entry_name")
    entry_number = models.CharField(_("entry number"), max_length=255, validators=[validate_number_or_sip])

    class Meta:
        ordering = ["key"]
        verbose_name = _("entry of an outdial ANI")
        verbose_name_plural = _("entries of outdial ANIs")
        constraints = [UniqueKey(name="outdial_ani_entry_name", field="entry_name", fields=("ani", "key"))]

    def __str__(self) -> str:
        return f"{self.entry_name}: {self.entry_number}"

    @property
    def owner(self) -> OutdialAni:
        return self.ani
