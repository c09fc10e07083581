"""Which auxiliary code of each kind is the default, followed row by row: as if these were applied one by one."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bulkops.merging import Draft
from bulkops.models import OperationRow
from contactcenter.directory.models import AuxiliaryCode


class Defaults:
    """As the rows of an import so far leave them."""

    def __init__(self) -> None:
        self._codes = {code.kind: code for code in AuxiliaryCode.objects.filter(is_default=True)}

    def tell(self, code: AuxiliaryCode) -> None:
        """Have a code that was read before these rows know whether it is the default now."""
        code.is_default = self._has(code)

    def follow(self, draft: Draft) -> None:
        """A code that becomes the default takes the place of the one there was."""
        code = draft.record.instance
        draft.is_default = code.is_default
        if draft.is_refused:
            return
        if not code.is_default:
            if self._has(code):
                del self._codes[code.kind]
            return
        before = self._codes.get(code.kind)
        if before is not None and not self._has(code):
            before.is_default = False
            draft.took_default_from = before
            draft.first.row.notes = [_("“%(name)s” is not the default any more.") % {"name": before.name}]
        self._codes[code.kind] = code

    def _has(self, code: AuxiliaryCode) -> bool:
        found = self._codes.get(code.kind)
        return found is not None and found.key == code.key


class ReturnedDefaults:
    """As the rows of an undo so far leave them; the last row of the import comes first."""

    def __init__(self) -> None:
        self._stored = dict(AuxiliaryCode.objects.filter(is_default=True).values_list("kind", "pk"))
        self._ids: dict[str, int | None] = dict(self._stored)

    def has(self, code: AuxiliaryCode) -> bool:
        return self._ids.get(code.kind) == code.pk

    def follow(self, row: OperationRow, code: AuxiliaryCode) -> None:
        before = row.before or {}
        was_default = before.get("fields", {}).get("is_default", None if "fields" in before else False)
        if was_default and self._ids.get(code.kind) is None:
            self._ids[code.kind] = code.pk
        elif was_default is False and self.has(code):
            self._ids[code.kind] = before.get("took_default_from")

    def afresh(self, taken_back: Iterable[tuple[OperationRow, AuxiliaryCode]]) -> dict[str, int | None]:
        """Follow only these rows, and return the kinds whose default is another now."""
        self._ids = dict(self._stored)
        for row, code in taken_back:
            self.follow(row, code)
        return {kind: pk for kind, pk in self._ids.items() if pk != self._stored.get(kind)}
