"""Why a file is not read at all."""

from contactcenter.lib.errors import Invalid


class FileRefused(Invalid):
    """The file cannot be used."""

    code = "file_refused"
