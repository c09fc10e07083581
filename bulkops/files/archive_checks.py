"""What can be wrong with a zip file, as far as its directory tells."""

import re
import stat
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bulkops.files.limits import MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED, RATIO_FREE_ARCHIVE, RATIO_FREE_MEMBER
from bulkops.files.wording import quoted
from contactcenter.lib.text import megabytes

Entry = tuple[str, ZipInfo]  # with its path
Problem = tuple[str, str]  # code and sentence

_LOCAL_HEADER = 30  # bytes before each member's name and data
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_FOREIGN = re.compile(r"\A[A-Za-z]:|[\\\x00-\x1f]")
_ARCHIVE = re.compile(r"\.(7z|bz2|gz|jar|rar|tar|tgz|xz|zip|zst)\Z", re.IGNORECASE)


def path_of(info: ZipInfo) -> str:
    """Some programs write names in UTF-8 without saying so."""
    path = info.orig_filename  # the other one ends at a NUL
    if info.flag_bits & _NAME_IS_UTF8:
        return path
    try:
        return path.encode("cp437").decode()
    except UnicodeError:
        return path


def is_ignored(path: str) -> bool:
    """Folders, and what operating systems put beside files."""
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return path.endswith("/") or parts[:1] == ("__MACOSX",) or hidden


def problems_of(
    entries: Sequence[Entry], files: Sequence[Entry], allowed: Collection[str], directory: int, size: int
) -> list[Problem]:
    """Check the directory at this place of a zip file of this size; ``allowed`` are paths of archives within it."""
    if any(path == "[Content_Types].xml" for path, _info in entries):
        return [("not_zip", _("It is an Office document: save each of its sheets as CSV."))]
    found = [*_of_the_whole(files, size), *_of_members(entries)]
    if nested := [path for path, _info in files if _ARCHIVE.search(path) and path not in allowed]:
        found.append(("nested", _("Archives inside it: %(names)s.") % {"names": quoted(nested)}))
    counted = Counter(str(PurePosixPath(path)) for path, _info in files)
    if twice := [path for path, times in counted.items() if times > 1]:
        found.append(("duplicates", _("More than once in it: %(names)s.") % {"names": quoted(twice)}))
    if _overlap([info for _path, info in entries], directory):
        found.append(("damaged", _("It is damaged: files in it overlap.")))
    return found


def _of_the_whole(files: Sequence[Entry], size: int) -> list[Problem]:
    found = []
    if not files:
        found.append(("empty", _("There are no files in it.")))
    if len(files) > MAX_MEMBERS:
        sentence = ngettext(
            "It holds %(count)d file, but at most %(most)d are possible.",
            "It holds %(count)d files, but at most %(most)d are possible.",
            len(files),
        )
        found.append(("too_many_members", sentence % {"count": len(files), "most": MAX_MEMBERS}))
    unpacked = sum(info.file_size for _path, info in files)
    if unpacked > MAX_UNPACKED:
        sentence = _("Unpacked it has %(size)s MB, but at most %(most)s MB are possible.")
        found.append(("too_large", sentence % {"size": megabytes(unpacked), "most": megabytes(MAX_UNPACKED)}))
    if unpacked > RATIO_FREE_ARCHIVE and unpacked > MAX_RATIO * size:
        found.append(("ratio", _("It is suspiciously small for what it unpacks to.")))
    return found


def _of_members(entries: Sequence[Entry]) -> list[Problem]:
    found = []
    for code, is_wrong, sentence in _CHECKS:
        if names := [path for path, info in entries if is_wrong(path, info)]:
            found.append((code, sentence % {"names": quoted(names)}))
    return found


def _leads_outside(path: str, _info: ZipInfo) -> bool:
    """Also what does so on other systems only."""
    return not path or path.startswith("/") or ".." in PurePosixPath(path).parts or bool(_FOREIGN.search(path))


def _is_encrypted(_path: str, info: ZipInfo) -> bool:
    return bool(info.flag_bits & _ENCRYPTED)


def _is_link(_path: str, info: ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _is_packed_oddly(_path: str, info: ZipInfo) -> bool:
    return info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}


def _swells(_path: str, info: ZipInfo) -> bool:
    return info.file_size > RATIO_FREE_MEMBER and info.file_size > MAX_RATIO * info.compress_size


_CHECKS: list[tuple[str, Callable[[str, ZipInfo], bool], Promise]] = [
    ("unsafe_path", _leads_outside, gettext_lazy("Unsafe file names: %(names)s.")),
    ("encrypted", _is_encrypted, gettext_lazy("Encrypted: %(names)s. Make the zip without a password.")),
    ("link", _is_link, gettext_lazy("Links instead of files: %(names)s.")),
    ("compression", _is_packed_oddly, gettext_lazy("Not compressed by the usual method, Deflate: %(names)s.")),
    ("ratio", _swells, gettext_lazy("Suspiciously small for what they unpack to: %(names)s.")),
]


def _overlap(infos: Sequence[ZipInfo], directory: int) -> bool:
    """Members that share packed data unpack to many times what was uploaded."""
    spans = sorted((info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size) for info in infos)
    spans.append((directory, directory))
    return spans[0][0] < 0 or any(end > start for (_start, end), (start, _end) in pairwise(spans))
