"""The base of all list and form pages: roles decide, services write, everything that changes something is a POST."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin

from contactcenter.console import audit, registry
from contactcenter.console.access import CONFIGURATION, Access
from contactcenter.console.forms import ConsoleForm
from contactcenter.console.registry import NavigationEntry
from contactcenter.lib.errors import AppError

M = TypeVar("M", bound=Model)

SELECTED_AT_MOST = 200  # rows one request deletes; more are a job for a bulk operation


@dataclass(frozen=True)
class RowAction:
    """One line of a row's menu: a link to a page, which asks before anything happens."""

    label: str
    link: str
    is_danger: bool = False


class ConsoleModelAdmin(ModelAdmin):
    """Subclasses declare ``access`` and say how to ``write`` and ``erase`` through their services."""

    access: ClassVar[Access]
    # one sentence above the list: what these are for
    description: ClassVar[str | Promise] = ""
    # whether the line of the sidebar leads to what these belong to, not to themselves
    is_below_entry: ClassVar[bool] = False

    form: type[ModelForm[Any]] = ConsoleForm
    actions: Sequence[Any] = ("delete_selected_rows",)
    list_per_page = 50
    search_help_text = gettext_lazy("Search")
    show_full_result_count = False
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER
    list_before_template = "console/_list_intro.html"
    warn_unsaved_form = True

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        """Store the object through its service. ``ValidationError`` and ``AppError`` end up in the form."""
        raise NotImplementedError

    def erase(self, request: HttpRequest, obj: Any) -> None:
        """Delete the object through its service. Raises ``AppError`` where that cannot be."""
        raise NotImplementedError

    @property
    def entry(self) -> NavigationEntry | None:
        """The line of the sidebar that leads here, for the breadcrumbs."""
        return registry.entry_of(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    # --- Who may -----------------------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.access.view(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.view(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.access.edit(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.edit(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.edit(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        visible: QuerySet[Any] = rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows
        return visible

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page offers as a filter: by any other column one could guess at its values, hashes too."""
        field, _separator, comparison = lookup.partition("__")
        return field in self.get_list_filter(request) and comparison in {"", "exact", "id__exact", "isnull"}

    # --- Form pages ----------------------------------------------------------------------------------------------

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """Fields that keep their first value are shown, not offered."""
        always: Sequence[Any] = super().get_readonly_fields(request, obj)
        return (*always, *getattr(obj, "immutable", ())) if obj is not None else always

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        """Without the pop-up windows for related objects: each has its page in the sidebar."""
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        show: Callable[[], HttpResponse] = partial(super().changeform_view, request, object_id, form_url, extra_context)
        try:
            return show()
        except (ValidationError, AppError) as refusal:
            # Nothing is stored: Django has a transaction around it. Show the form with what the service said.
            request.refusal = refusal  # type: ignore[attr-defined]
            return show()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["show_history"] = self.has_trail and CONFIGURATION.may_view(request)
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """``save_related`` does it all, because it knows the rows too."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        form.rows = {formset.prefix: formset.given() for formset in formsets if formset.has_changed()}
        self.write(request, form.instance, form, change=change)

    def construct_change_message(self, *args: Any, **kwargs: Any) -> str:
        """For Django's log, which is not kept."""
        return ""

    def log_addition(self, *args: Any) -> None:
        """The audit trail records every change, from wherever it comes; Django's log knows this console only."""

    log_change = log_deletion = log_deletions = log_addition

    @property
    def has_trail(self) -> bool:
        return self._trail in audit.event_models()

    @property
    def _trail(self) -> str:
        """The kind of object that the trail knows: a proxy's changes are those of its table."""
        return str(self.opts.concrete_model._meta.label_lower)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_trail or not self.has_view_permission(request):
            raise Http404
        return redirect(f"{reverse('admin:audit')}?kind={self._trail}&object={unquote(object_id)}")

    # --- Deleting ------------------------------------------------------------------------------------------------

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self.gone(request, object_id)
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        refusal = ""
        if request.method == "POST":
            try:
                self.erase(request, obj)
            except AppError as error:
                refusal = error.message
            else:
                messages.success(request, _("“%(name)s” is deleted.") % {"name": obj})
                return redirect(self.url_of_list())
        return self.confirm(
            request,
            obj,
            title=_("Delete %(kind)s") % {"kind": self.opts.verbose_name},
            text=self.consequence_of_deleting(obj),
            verb=_("Delete “%(name)s”") % {"name": obj},
            refusal=refusal,
            is_danger=True,
        )

    def consequence_of_deleting(self, obj: Any) -> str:
        """Say what happens to whom, for the page that asks."""
        return _("“%(name)s” is deleted for good. The audit trail keeps what it was.") % {"name": obj}

    @admin.action(description=gettext_lazy("Delete selected"), permissions=["delete"])
    def delete_selected_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Delete what can be deleted, and say of the others why not."""
        chosen = list(queryset[: SELECTED_AT_MOST + 1])
        if len(chosen) > SELECTED_AT_MOST:
            text = _("Select at most %(most)d rows: more are a job for a bulk operation.")
            messages.error(request, text % {"most": SELECTED_AT_MOST})
            return None
        if "confirmed" not in request.POST:
            kind = self.opts.verbose_name if len(chosen) == 1 else self.opts.verbose_name_plural
            context = {"objects": chosen, "kind": kind, "action": "delete_selected_rows", "opts": self.opts}
            return self.page(request, "console/confirm_selected.html", _("Delete selected"), **context)
        self._erase_all(request, chosen)
        return None

    def _erase_all(self, request: HttpRequest, chosen: Iterable[Any]) -> None:
        deleted = 0
        for obj in chosen:
            name = str(obj)
            try:
                self.erase(request, obj)
                deleted += 1
            except AppError as error:
                messages.warning(request, f"{name}: {error.message}")
        text = ngettext("%(count)d deleted.", "%(count)d deleted.", deleted) % {"count": deleted}
        (messages.success if deleted else messages.info)(request, text)

    # --- Pages ---------------------------------------------------------------------------------------------------

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        for selected in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(selected)
            except ValidationError as error:
                raise BadRequest from error
        response: HttpResponse | None = super().response_action(request, queryset)
        return response

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        return [*super().get_list_display(request), self._row_menu(request)]

    def _row_menu(self, request: HttpRequest) -> Callable[[Any], str]:
        @admin.display(description="")
        def row_menu(obj: Any) -> str:
            context = {"object": obj, "actions": self.row_actions(request, obj)}
            return render_to_string("console/_row_menu.html", context)

        return row_menu

    def hint(self, obj: Any) -> str:
        """What stands below the object's name among the results of a search."""
        return capfirst(str(self.opts.verbose_name))

    def row_actions(self, request: HttpRequest, obj: Any) -> list[RowAction]:
        if not self.has_change_permission(request, obj):
            return [RowAction(_("View details"), self.url_of(obj))]
        found = [RowAction(_("Edit"), self.url_of(obj))]
        if self.has_delete_permission(request, obj):
            found.append(RowAction(_("Delete"), self.url_of(obj, "delete"), is_danger=True))
        return found

    def url_of(self, obj: Any, page: str = "change") -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[obj.pk])

    def url_of_list(self) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer for an object that does not exist, or not any more."""
        response: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return response

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        """Answer with a page of this object's own, inside the console."""
        request.current_app = self.admin_site.name
        own = {"opts": self.opts, "model_admin": self, "title": title, "media": self.media}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **own, **context})

    def confirm(self, request: HttpRequest, obj: Any, **context: Any) -> TemplateResponse:
        """Ask before something happens: ``title``, ``text``, the ``verb`` of the button, perhaps a ``refusal``."""
        back = {"original": obj, "back": self.url_of(obj)}
        return self.page(request, "console/confirm.html", **{**back, **context})
