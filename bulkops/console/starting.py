"""New bulk operation: first which object and which way, then the file. Each step is a form of its own."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bulkops.console.access import open_to_runners
from bulkops.console.answers import go_to, part_or_page
from bulkops.files import limits
from bulkops.models import BUNDLE, Operation
from bulkops.services import MAX_UPLOAD, start_export, start_import
from bulkops.sounds import AUDIO
from contactcenter.console.registry import Area, entry_of
from contactcenter.directory.access import viewer
from contactcenter.directory.catalog import OBJECT_TYPES, Need, ObjectType, object_type
from contactcenter.lib.errors import AppError


@dataclass(frozen=True)
class Choice:
    """An object that operations are about. ``found`` is ``None`` of a bundle of several."""

    slug: str
    label: str
    found: ObjectType | None

    @property
    def mandatory(self) -> list[str]:
        """The columns that a file must have."""
        if self.found is None or self.slug == AUDIO:
            return []
        return [column.title for column in self.found.columns if column.need is Need.MANDATORY]

    @property
    def has_template(self) -> bool:
        return self.found is not None and self.slug != AUDIO

    @property
    def parts(self) -> "list[Choice]":
        """What a bundle may hold, in the order in which it is loaded."""
        return [Choice(one.slug, str(one.label_plural), one) for one in OBJECT_TYPES]


def choice_of(slug: str) -> Choice | None:
    if slug == BUNDLE:
        return Choice(BUNDLE, _("several objects"), None)
    found = object_type(slug)
    return Choice(slug, str(found.label_plural), found) if found else None


class ImportForm(forms.Form):
    file = forms.FileField(
        allow_empty_file=True,  # the service says which file is empty
        label=gettext_lazy("File"),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )


class ExportForm(forms.Form):
    file_name = forms.CharField(
        max_length=200,
        label=gettext_lazy("File name"),
        error_messages={"required": gettext_lazy("Give the file a name.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_runners
def new_operation(request: HttpRequest) -> HttpResponse:
    values = request.POST if request.method == "POST" else request.GET
    choice = choice_of(values.get("object_type", ""))
    kind = values.get("operation", "")
    if choice is None or kind not in {Operation.Kind.IMPORT, Operation.Kind.EXPORT} or "step" in request.GET:
        return _choose(request, choice, kind)
    if kind == Operation.Kind.EXPORT and choice.found is None:
        return _choose(request, choice, kind, _("A bundle can be imported only: export one object after the other."))
    form = _form(request, choice, kind)
    if request.method == "POST" and form.is_valid():
        try:
            return go_to(request, _start(request, choice, form.cleaned_data))
        except AppError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _step(request, "bulkops/console/_new_file.html", {"choice": choice, "kind": kind, "form": form})


def _form(request: HttpRequest, choice: Choice, kind: str) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if kind == Operation.Kind.IMPORT:
        return ImportForm(data, request.FILES if data is not None else None)
    return ExportForm(data, initial={"file_name": f"{choice.slug}-{timezone.localdate():%Y-%m-%d}"})


def _start(request: HttpRequest, choice: Choice, values: dict[str, Any]) -> Operation:
    actor = viewer(request).actor
    if "file_name" in values:
        return start_export(choice.slug, values["file_name"], actor=actor)
    dry_run = request.POST.get("at_once") != "yes"
    return start_import(choice.slug, values["file"], values["file"].name, dry_run=dry_run, actor=actor)


# --- The steps ---------------------------------------------------------------------------------------------------


def _choose(request: HttpRequest, chosen: Choice | None, kind: str, refusal: str = "") -> HttpResponse:
    context = {"groups": _groups(), "bundle": choice_of(BUNDLE), "chosen": chosen, "kind": kind, "refusal": refusal}
    return _step(request, "bulkops/console/_new_object.html", context)


def _groups() -> list[tuple[str, list[Choice]]]:
    """All objects, grouped and ordered as in the sidebar."""
    found = [(entry_of(f"admin:directory_{one.model._meta.model_name}_changelist"), one) for one in OBJECT_TYPES]
    areas = list(Area)
    ordered = sorted(
        ((entry, one) for entry, one in found if entry is not None),
        key=lambda pair: (areas.index(pair[0].area), pair[0].order),
    )
    return [
        (str(area.label), [Choice(one.slug, str(one.label_plural), one) for _entry, one in pairs])
        for area, pairs in groupby(ordered, key=lambda pair: pair[0].area)
    ]


def _step(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    context = {
        **context,
        "title": _("New bulk operation"),
        "running": Operation.objects.active().first(),
        "limits": {
            "rows": limits.MAX_ROWS,
            "csv": limits.MAX_CSV_BYTES // limits.MEGABYTE,
            "unpacked": limits.MAX_UNPACKED // limits.MEGABYTE,
            "upload": MAX_UPLOAD,
        },
    }
    return part_or_page(request, template, context)
