"""Files of operations as answers: to be stored by whoever asks, and shown by no browser."""

import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import quote

from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.http import content_disposition_header
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
    kind = _TYPES.get(name.rpartition(".")[2].casefold(), "application/octet-stream")
    answer = FileResponse(stream, as_attachment=True, content_type=kind)
    answer["Content-Disposition"] = _disposition(name)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _disposition(name: str) -> str:
    """Name the file; where ASCII does not do, twice, because not every program understands the other form."""
    name = "".join(character if character.isprintable() else "_" for character in name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    disposition = content_disposition_header(as_attachment=True, filename=plain)
    return str(disposition) if plain == name else f"{disposition}; filename*=utf-8''{quote(name, safe='')}"
