"""Previews tell, too, where nobody would be left who may change the configuration."""

from collections.abc import Mapping, Sequence

from bulkops.merging import Draft
from contactcenter.directory.access import Level, Module
from contactcenter.directory.models import User, UserProfile
from contactcenter.directory.services import nobody_left


class Administrators:
    """Who may change the configuration, as the rows of a preview so far would leave it."""

    def __init__(self) -> None:
        self._keys = set(User.objects.administrators().values_list("key", flat=True))

    def keep(self, drafts: Sequence[Draft]) -> None:
        """Refuse those after which nobody is left: the same ones that are refused when they are stored."""
        if self._keys and drafts:
            self._keep(drafts, _users_of(drafts))

    def _keep(self, drafts: Sequence[Draft], users: Mapping[int, set[str]]) -> None:
        left = self._after(drafts, users)
        if left:
            self._keys = left
        elif len(drafts) == 1:
            drafts[0].refuse("", nobody_left().message)
        else:
            middle = len(drafts) // 2
            self._keep(drafts[:middle], users)
            self._keep(drafts[middle:], users)

    def _after(self, drafts: Sequence[Draft], users: Mapping[int, set[str]]) -> set[str]:
        keys = set(self._keys)
        for draft in drafts:
            changed = draft.record.instance
            if isinstance(changed, User):
                concerned, may = {changed.key}, changed.may(Module.PROVISIONING, Level.EDIT)
            else:
                concerned, may = users.get(changed.pk, set()), changed.level(Module.PROVISIONING) >= Level.EDIT
            keys = keys | concerned if may else keys - concerned
        return keys


def _users_of(drafts: Sequence[Draft]) -> dict[int, set[str]]:
    """Return the keys of the active users of each profile among the drafts."""
    profiles = [draft.record.instance.pk for draft in drafts if isinstance(draft.record.instance, UserProfile)]
    found: dict[int, set[str]] = {}
    if profiles:
        rows = User.objects.filter(profile__in=profiles, is_active=True).values_list("profile", "key")
        for profile, key in rows:
            found.setdefault(profile, set()).add(key)
    return found
