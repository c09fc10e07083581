"""Address books and outdial ANIs, with their entries: a few below the form, thousands in a list of their own."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contactcenter.console import registry
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.console.registry import NavigationEntry
from contactcenter.directory.admin.base import (
    DIRECTORY,
    DirectoryAdmin,
    DirectoryRowFormSet,
    DirectoryRows,
    count_column,
    named,
)
from contactcenter.directory.models import (
    AddressBook,
    AddressBookEntry,
    DesktopProfile,
    OutdialAni,
    OutdialAniEntry,
)
from contactcenter.directory.services import delete_entry, save_entry
from contactcenter.lib.text import row_number

AT_ONCE = 50  # entries below the form


class EntryFormSet(DirectoryRowFormSet):
    most = AT_ONCE


class EntryRows(DirectoryRows):
    formset = EntryFormSet
    verbose_name = _("entry")
    verbose_name_plural = _("entries")


class BookRows(EntryRows):
    model = AddressBookEntry
    fields = ("entry_name", "phone_number")
    list_url_name = "admin:directory_addressbookentry_changelist"


class AniRows(EntryRows):
    model = OutdialAniEntry
    fields = ("entry_name", "entry_number")
    list_url_name = "admin:directory_outdialanientry_changelist"


@admin.register(AddressBook)
class AddressBookAdmin(DirectoryAdmin):
    description = _("Numbers that agents call often. A desktop profile gives one book to its agents.")
    list_display = (
        named,
        "parent_site",
        count_column("entry_count", _("entries"), AddressBookEntry, "book"),
        count_column("desktop_profile_count", _("desktop profiles"), DesktopProfile, "address_book"),
    )
    list_filter = ("parent_site",)
    list_select_related = ("parent_site",)
    search_fields = ("name", "description")
    fields = ("name", "description", "parent_site")
    inlines = (BookRows,)


@admin.register(OutdialAni)
class OutdialAniAdmin(DirectoryAdmin):
    description = _("Numbers of which agents choose the one that the called party sees.")
    list_display = (
        named,
        count_column("entry_count", _("entries"), OutdialAniEntry, "ani"),
        count_column("desktop_profile_count", _("desktop profiles"), DesktopProfile, "outdial_ani"),
    )
    search_fields = ("name", "description")
    fields = ("name", "description")
    inlines = (AniRows,)


class EntryAdmin(ConsoleModelAdmin):
    """Entries alone, mostly those of one owner: the list is filtered by it, and a new entry gets it."""

    access = DIRECTORY
    owner: ClassVar[str]  # the field
    is_below_entry = True
    list_before_template = "console/_entries_intro.html"
    ordering = ("key",)

    @property
    def entry(self) -> NavigationEntry | None:
        owners = self.opts.get_field(self.owner).related_model._meta
        return registry.entry_of(f"admin:{owners.app_label}_{owners.model_name}_changelist")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (self.owner,) if obj is not None else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new entry goes to the owner whose entries were shown."""
        filters = QueryDict(request.GET.get("_changelist_filters", ""))
        return {self.owner: filters.get(f"{self.owner}__id__exact"), **super().get_changeform_initial_data(request)}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        owners: Any = self.opts.get_field(self.owner).related_model
        owner = owners.objects.filter(pk=row_number(request.GET.get(f"{self.owner}__id__exact", ""))).first()
        context = {"owner": owner, **(extra_context or {})}
        if owner is not None:
            page = f"admin:{owners._meta.app_label}_{owners._meta.model_name}_change"
            context["owner_url"] = reverse(page, args=[owner.pk])
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        save_entry(obj)

    def erase(self, request: HttpRequest, obj: Any) -> None:
        delete_entry(obj)


@admin.register(AddressBookEntry)
class AddressBookEntryAdmin(EntryAdmin):
    owner = "book"
    list_display = ("entry_name", "phone_number", "book")
    list_filter = ("book",)
    list_select_related = ("book",)
    search_fields = ("entry_name", "phone_number")
    fields = ("book", "entry_name", "phone_number")


@admin.register(OutdialAniEntry)
class OutdialAniEntryAdmin(EntryAdmin):
    owner = "ani"
    list_display = ("entry_name", "entry_number", "ani")
    list_filter = ("ani",)
    list_select_related = ("ani",)
    search_fields = ("entry_name", "entry_number")
    fields = ("ani", "entry_name", "entry_number")
