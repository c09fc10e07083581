"""What the page of timeouts sends: a form for the company, and one for each status."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from statuses.models import Status, TimeoutDefaults, TimeoutRule
from statuses.models.timeouts import LONGEST_IDLE, SHORTEST_IDLE

KEEP: Final = "keep"

Targets = Mapping[str, Status]  # what timeouts may lead to, by the number as the page sends it


class MinutesField(forms.IntegerField):
    def clean(self, value: Any) -> int | None:
        try:
            minutes: int | None = super().clean(value)
        except forms.ValidationError as error:
            if error.code == "required":
                raise
            minutes = 0
        if minutes is None or SHORTEST_IDLE <= minutes <= LONGEST_IDLE:
            return minutes
        raise forms.ValidationError(
            _("Give a whole number of minutes from %(least)d to %(most)d.")
            % {"least": SHORTEST_IDLE, "most": LONGEST_IDLE}
        )


class TargetField(forms.Field):
    """The number of a status, or that the status is kept; empty, where that is allowed: as the company has it."""

    targets: Targets

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if text not in {"", KEEP, *self.targets}:
            raise forms.ValidationError(_("This status is gone, or no timeout can lead to it. Choose another."))
        return text


class TimeoutForm(forms.Form):
    """It is bound only when it changes something: what was not touched stays as others may have made it meanwhile.

    ``seen`` is what the page had shown; when something else is stored by now, the change is not made unseen.
    """

    minutes = MinutesField()
    idle = TargetField()
    disconnect = TargetField()
    seen = forms.CharField(required=False)

    row: Any

    def __init__(self, row: Any, targets: Targets, data: Mapping[str, Any] | None, prefix: str) -> None:
        self.row = row
        self.targets = targets
        self.stored = self._values()
        given = data or {}
        sent = {name: str(given.get(f"{prefix}-{name}", "")).strip() for name in self.stored}
        seen = given.get(f"{prefix}-seen")  # nothing for a status that is newer than the page
        touched = seen is not None and _spelt(sent) not in (seen, self.now)
        super().__init__(data if touched else None, prefix=prefix)
        self.is_stale = touched and seen != self.now
        self.shown = sent if touched else self.stored
        for field in self.fields.values():
            if isinstance(field, TargetField):
                field.targets = targets

    def clean(self) -> dict[str, Any]:
        if self.is_stale:
            raise forms.ValidationError(
                _("Somebody else has changed this since you opened the page. Save again to put yours in its place.")
            )
        return self.cleaned_data

    @property
    def now(self) -> str:
        """What is stored, for the page to send back as ``seen``."""
        return _spelt(self.stored)

    def fill(self) -> None:
        """Put what can be used into the row."""
        self.is_valid()
        self._put({**self.stored, **getattr(self, "cleaned_data", {})})

    def _values(self) -> dict[str, str]:
        """Return what the page shows of the row, in the words in which it is sent."""
        raise NotImplementedError

    def _put(self, values: Mapping[str, Any]) -> None:
        self.row.idle_after_minutes = int(values["minutes"]) if values["minutes"] else None
        self.row.idle_target = self.targets.get(values["idle"])
        self.row.disconnect_target = self.targets.get(values["disconnect"])


class CompanyTimeoutForm(TimeoutForm):
    row: TimeoutDefaults
    enabled = forms.BooleanField(required=False)

    def _values(self) -> dict[str, str]:
        return {
            "enabled": "on" if self.row.idle_enabled else "",
            "minutes": str(self.row.idle_after_minutes),
            "idle": str(self.row.idle_target_id or KEEP),
            "disconnect": str(self.row.disconnect_target_id or KEEP),
        }

    def _put(self, values: Mapping[str, Any]) -> None:
        super()._put(values)
        self.row.idle_enabled = bool(values["enabled"])


class StatusTimeoutForm(TimeoutForm):
    row: TimeoutRule
    minutes = MinutesField(required=False)
    idle = TargetField(required=False)
    disconnect = TargetField(required=False)

    def _values(self) -> dict[str, str]:
        row = self.row
        return {
            "minutes": str(row.idle_after_minutes or ""),
            "idle": KEEP if row.idle_keep else str(row.idle_target_id or ""),
            "disconnect": KEEP if row.disconnect_keep else str(row.disconnect_target_id or ""),
        }

    def _put(self, values: Mapping[str, Any]) -> None:
        super()._put(values)
        self.row.idle_keep = values["idle"] == KEEP
        self.row.disconnect_keep = values["disconnect"] == KEEP


def _spelt(values: Mapping[str, str]) -> str:
    return "|".join(values.values())
