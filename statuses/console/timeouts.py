"""Idle and disconnect timeouts: the company's, and what single statuses have of their own. One page, one save."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from contactcenter.console.access import Access, open_to
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.models import CompanySettings, Team
from statuses import access
from statuses.console.timeout_forms import CompanyTimeoutForm, StatusTimeoutForm, TimeoutForm
from statuses.console.timeout_words import Sentence, what_happens
from statuses.models import Status, TimeoutDefaults, TimeoutRule
from statuses.models.timeouts import LONGEST_IDLE, SHORTEST_IDLE
from statuses.services.timeouts import lock_defaults, save_timeouts
from statuses.states import FIRST_CUSTOM_ID, ONLINE
from statuses.timeouts import LOST_AFTER, Rules

TIMEOUTS: Final = Access(view=access.may_see_statuses, edit=access.may_manage_statuses)
FEW: Final = 40  # statuses; with more the page's script fills in the choices where somebody is about to choose


@dataclass(frozen=True)
class Row:
    status: Status
    form: StatusTimeoutForm
    happens: list[Sentence]


class Timeouts:
    """The whole page: what is stored, with what was sent put into it."""

    def __init__(self, data: QueryDict | None = None) -> None:
        teams = Prefetch("teams", Team.objects.order_by("key"))
        self.statuses = list(Status.objects.prefetch_related(teams).order_by("key"))
        self.statuses.sort(key=lambda status: status.pk if status.builtin else FIRST_CUSTOM_ID)
        self.targets = {str(status.pk): status for status in self.statuses if status.pk != ONLINE}
        self.company = CompanyTimeoutForm(TimeoutDefaults.load(), self.targets, data, "company")
        stored = TimeoutRule.objects.in_bulk()
        self.forms = [
            StatusTimeoutForm(
                stored.get(status.pk) or TimeoutRule(status=status), self.targets, data, f"status-{status.pk}"
            )
            for status in self.statuses
        ]
        every: list[TimeoutForm] = [self.company, *self.forms]
        for form in every:
            form.fill()
        self.is_wrong = any(form.errors for form in every)
        self.rules = Rules.made_of(self.company.row, [form.row for form in self.forms])

    def save(self) -> int:
        """Store what was changed; return how many of the forms did."""
        changed = [form.row for form in self.forms if form.is_bound]
        defaults = self.company.row if self.company.is_bound else None
        if changed or defaults:
            save_timeouts(defaults, changed)
        return len(changed) + bool(defaults)

    def rows(self) -> list[Row]:
        return [
            Row(status, form, what_happens(status, self.rules))
            for status, form in zip(self.statuses, self.forms, strict=True)
        ]

    def context(self) -> dict[str, Any]:
        return {
            "company": self.company,
            "rows": self.rows(),
            "targets": self.targets,
            "has_few": len(self.statuses) <= FEW,
            "idle_enabled": self.rules.idle_enabled,
            "least": SHORTEST_IDLE,
            "most": LONGEST_IDLE,
            "lost_after": LOST_AFTER.seconds,
        }


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(TIMEOUTS.view)
def timeouts(request: HttpRequest) -> HttpResponse:
    may_edit = TIMEOUTS.edit(request.user)
    if request.method != "POST":
        page = Timeouts()
    elif not may_edit:
        raise PermissionDenied
    else:
        with transaction.atomic():
            lock_defaults()
            page = Timeouts(request.POST)
            if not page.is_wrong:
                _tell(request, page.save())
                return redirect("admin:timeouts")
    context = {
        **page.context(),
        "title": _("Idle and disconnect timeouts"),
        "area": Area.ROUTING.label,
        "may_edit": may_edit,
        "is_wrong": page.is_wrong,
        "routing_is_on": CompanySettings.load().omnichannel_routing,
    }
    return console_page(request, "statuses/console/timeouts.html", context)


@require_POST
@open_to(TIMEOUTS.view)
def preview(request: HttpRequest) -> HttpResponse:
    """What would happen with values that are not stored yet."""
    return render(request, "statuses/console/_timeouts_preview.html", Timeouts(request.POST).context())


def _tell(request: HttpRequest, changed: int) -> None:
    if not changed:
        messages.info(request, _("Nothing was changed."))
        return
    text = ngettext("%(count)d timeout is saved and holds now.", "%(count)d timeouts are saved and hold now.", changed)
    messages.success(request, text % {"count": changed})
