"""Files of operations as answers: to be stored by whoever asks, and shown by no browser."""

from collections.abc import Callable
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from bulkops.files.limits import MEGABYTE
from contactcenter.lib.errors import NotFound

_TYPES = {"csv": "text/csv; charset=utf-8", "zip": "application/zip"}


def written(write: Callable[[IO[bytes]], str]) -> FileResponse:
    """Answer with what ``write`` writes to a stream; it returns the file's name."""
    with ExitStack() as on_error:
        stream: Any = on_error.enter_context(SpooledTemporaryFile(max_size=MEGABYTE))
        name = write(stream)
        on_error.pop_all()  # the answer closes it
    stream.seek(0)
    return _attachment(stream, name)


def stored(file: FieldFile, name: str) -> FileResponse:
    """Answer with a file of the storage. Raises ``NotFound`` where there is none."""
    if file:
        try:
            return _attachment(file.open("rb"), name)
        except FileNotFoundError:
            pass
    raise NotFound(_("This operation has no such file."))


def _attachment(stream: Any, name: str) -> FileResponse:
    safe = "".join(character if character.isprintable() else "_" for character in name)
    kind = _TYPES.get(name.rpartition(".")[2].casefold(), "application/octet-stream")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(stream, as_attachment=True, filename=safe, content_type=kind, headers=headers)
