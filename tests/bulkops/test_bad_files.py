"""Files that cannot be used at all, or only in part: each with a clear message, and nothing half applied."""

import io
import random
import stat
from collections.abc import Iterator
from zipfile import ZipFile, ZipInfo

import pytest

from bulkops.files.limits import MAX_MEMBERS, MEGABYTE
from contactcenter.demo.sounds import wav
from contactcenter.directory.models import AudioFile, Site
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Invalid
from tests.bulkops.company import SOUNDS
from tests.bulkops.support import (
    assert_good,
    counts,
    differences,
    dump,
    imported,
    outcomes,
    refusals,
    start,
    table,
    zipped,
)

pytestmark = pytest.mark.usefixtures("company")

HEADER = "Name,Multimedia Profile"
GOOD = f"{HEADER}\nNice,Blended\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
MP3 = b"ID3\x04" + bytes(500)


def sites(count: int) -> str:
    return "\n".join([HEADER, *(f"Site {number},Blended" for number in range(count))])


def symlink() -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        info = ZipInfo("site.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def bomb() -> bytes:
    return zipped({"site.csv": HEADER + "\n" + "," * (60 * MEGABYTE)})


# --- Refused as a whole ------------------------------------------------------------------------------------------

CSV_FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "only a header": (HEADER, ["“site.csv” has no rows below its header"]),
    "only a header and blank lines": (f"{HEADER}\n,\n \n", ["“site.csv” has no rows below its header"]),
    "blank": (" \n\n", ["“site.csv” is empty"]),
    "no header": (f"\n{HEADER}\nNice,Blended\n", ["Row 1 of “site.csv” is blank"]),
    "a column is missing": ("Name\nNice\n", ["“site.csv”", "Missing columns: “Multimedia Profile”"]),
    "a column is unknown": ("Name,Multimedia Profile,City\nNice,Blended,N\n", ["Unknown columns: “City”"]),
    "a column is repeated": ("Name,NAME,Multimedia Profile\n", ["Repeated columns: “Name”, “NAME”"]),
    "all at once": (
        "Name,name,City\n",
        ["Unknown columns: “City”", "Repeated columns: “Name”, “name”", "Missing columns: “Multimedia Profile”"],
    ),
    "of another object": ("Email,User Profile,Contact Center Enabled\n", ["Unknown columns: “Email”"]),
    "5,001 rows": (sites(5001), ["“site.csv” has 5001 rows", "at most 5000"]),
    "more than 10 MB": (HEADER + "\n" + "x" * (10 * MEGABYTE), ["“site.csv” has 10.1 MB", "at most 10 MB"]),
    "a quote is never closed": (f'{HEADER}\nNice,Blended\n"Nancy,Blended\n', ["Row 3 of “site.csv”"]),
    "text after a quote": (f'{HEADER}\n"Ni"ce,Blended\n', ["Row 2 of “site.csv”"]),
    "a picture": (PNG, ["“site.csv” is a PNG image, not a CSV file"]),
    "a PDF": (b"%PDF-1.7 \x00\x01\x02", ["is a PDF document"]),
    "a sound": (SOUNDS["hudba.wav"], ["is a WAV sound file"]),
    "no text": (GOOD.encode() + b"\x81\x8d\xff\xfe", ["“site.csv” is not readable text"]),
    "cut off within a character": (f"{HEADER}\nPlzeň žluťoučký,Blended".encode()[:-9] + b"\xc5", ["not readable text"]),
}
ZIP_FILES: dict[str, tuple[bytes, list[str]]] = {
    "empty": (zipped({}), ["There are no files in it"]),
    "outside": (zipped({"../site.csv": GOOD}), ["Unsafe file names: “../site.csv”"]),
    "absolute": (zipped({"/etc/site.csv": GOOD}), ["Unsafe file names"]),
    "on Windows": (zipped({"C:\\site.csv": GOOD}), ["Unsafe file names"]),
    "a link": (symlink(), ["Links instead of files: “site.csv”"]),
    "a zip in it": (zipped({"a.csv": GOOD, "b.zip": zipped({"c.csv": GOOD})}), ["Archives inside it: “b.zip”"]),
    "a bomb": (bomb(), ["“site.zip”", "uspiciously small"]),
    "too many": (zipped({f"{n}.csv": GOOD for n in range(MAX_MEMBERS + 1)}), ["2001 files", "at most 2000"]),
    "something else in it": (zipped({"a.csv": GOOD, "b.txt": "Hello"}), ["what is not a CSV file: b.txt"]),
    "a picture in it": (zipped({"a.csv": GOOD, "b.csv": PNG}), ["“b.csv” is a PNG image"]),
    "a bad header in the last": (zipped({"a.csv": GOOD, "b.csv": "Name\nNancy"}), ["“b.csv”", "Missing columns"]),
    "too many rows in the last": (zipped({"a.csv": GOOD, "b.csv": sites(5001)}), ["“b.csv” has 5001 rows"]),
    "bad quotes in the last": (zipped({"a.csv": GOOD, "b.csv": f'{HEADER}\nA,B\n"C'}), ["Row 3 of “b.csv”"]),
    "damaged": (zipped({"a.csv": GOOD * 100})[:-30], ["“site.zip” cannot be opened as a zip"]),
    "a spreadsheet": (zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": ""}), ["Office document"]),
}
BUNDLES: dict[str, tuple[str | bytes, list[str]]] = {
    "no zip": (GOOD, ["“bundle.csv” is not a zip: a bundle is a zip of CSV files"]),
    "an unknown name": (zipped({"site.csv": GOOD, "places.csv": GOOD}), ["do not begin with an object: places.csv"]),
    "no CSV": (zipped({"site.txt": GOOD}), ["do not begin with an object: site.txt"]),
    "sounds as CSV": (zipped({"audio-file-2.csv": "Name\nx.wav"}), ["do not begin with an object: audio-file-2.csv"]),
    "objects in a zip": (zipped({"site.zip": zipped({"site.csv": GOOD})}), ["Archives inside it: “site.zip”"]),
    "a zip among the sounds": (
        zipped({"audio-file.zip": zipped({"a.zip": zipped({"a.wav": SOUNDS["hudba.wav"]})})}),
        ["Archives inside it: “a.zip”"],
    ),
    "a bad one among good ones": (
        zipped({"site.csv": GOOD, "team.csv": "Name,Site\nCare,Nice"}),
        ["“team.csv”", "Missing columns: “Type”"],
    ),
}
SOUND_FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "a table": ("Name\nx.wav\n", ["“audio-file.csv” is not a zip: audio files come as a zip of .wav files"]),
    "a sound": (SOUNDS["hudba.wav"], ["is not a zip: audio files come as a zip of .wav files"]),
    "empty": (zipped({}), ["There are no files in it"]),
}


def each() -> Iterator[object]:
    for slug, files in {"site": CSV_FILES | ZIP_FILES, "bundle": BUNDLES, "audio-file": SOUND_FILES}.items():
        for name, (content, told) in files.items():
            yield pytest.param(slug, content, told, id=f"{slug}: {name}")


@pytest.mark.parametrize(("slug", "content", "told"), list(each()))
@pytest.mark.parametrize("dry_run", [False, True])
def test_files_refused_as_a_whole(slug: str, content: str | bytes, told: list[str], dry_run: bool) -> None:
    before = dump()
    operation = imported(slug, content, dry_run=dry_run)
    assert operation.status == "failed"
    for part in told:
        assert part in operation.failure
    assert (counts(operation), operation.rows.count(), operation.files.count()) == ((0, 0, 0, 0), 0, 0)
    assert operation.finished_at is not None
    assert not operation.undoable
    assert differences(before, dump()) == {}


def test_nothing_at_all_is_not_even_started() -> None:
    with pytest.raises(Invalid, match="is empty"):
        start("site", b"")


def test_an_object_that_does_not_exist() -> None:
    with pytest.raises(Invalid, match="There is no object “person”"):
        start("person", GOOD, actor=SYSTEM)


# --- Encodings and dialects --------------------------------------------------------------------------------------

TEXT = 'Name,Multimedia Profile\n"Plzeň, Bílý Újezd",Hovory a zprávy\n'.replace("Plzeň, Bílý", "Plzeň - Bílý")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("Multi", '"Multi').replace("Profile\n", 'Profile"\n').encode(),
    ],
)
def test_files_as_programs_write_them(content: bytes) -> None:
    assert_good(imported("site", content))
    assert Site.objects.get(name="Plzeň - Bílý Újezd").multimedia_profile.name == "Hovory a zprávy"


def test_windows_1252() -> None:
    assert_good(imported("site", "Name,Multimedia Profile\nBesançon - Œuvre,Blended\n".encode("cp1252")))
    assert Site.objects.filter(name="Besançon - Œuvre").exists()


def test_a_zip_called_csv_and_a_csv_called_zip() -> None:
    assert_good(imported("site", zipped({"a.csv": GOOD}), name="site.csv"))
    assert counts(imported("site", GOOD, name="site.zip")) == (0, 0, 1, 0)


def test_what_systems_add_to_zips_is_skipped() -> None:
    extras = {"__MACOSX/._site.csv": "x", ".DS_Store": "x", "sites/": ""}
    operation = imported("site", zipped({**extras, "sites/site.csv": GOOD}))
    assert_good(operation)
    assert operation.files.count() == 1


def test_quoted_line_ends() -> None:
    row = {"Name": "New", "Type": "IDLE_CODE", "Description": 'One\n"two"\r\nthree, four'}
    assert_good(imported("work-type", table([row])))


def test_names_of_bundled_files() -> None:
    """A file's name begins with the object it holds, whatever follows, in any case and folder."""
    members = {
        "2/Sites in France.csv": GOOD,
        "team-members.CSV": table([{"Name": "New", "Site": "Nice", "Type": "AGENT"}]),
        "user-profile_1.csv": table([{"Name": "Nobody"}]),
        "work-types.csv": table([{"Name": "New", "Type": "IDLE_CODE"}]),
    }
    assert "“user-profile_1.csv”" in imported("bundle", zipped(members)).failure
    del members["user-profile_1.csv"]
    operation = imported("bundle", zipped(members))
    assert_good(operation)
    assert [file.object_type for file in operation.files.all()] == ["site", "work-type", "team"]


# --- Bad rows ----------------------------------------------------------------------------------------------------


def test_bad_rows_beside_good_ones() -> None:
    lines = [
        HEADER,
        "Nice,Blended",
        "Nancy",
        "",
        "Nantes,Blended,,x",
        "Nan\0cy,Blended",
        f"{'x' * 33_000},Blended",
        "Nîmes,Blended",
    ]
    operation = imported("site", "\n".join(lines))
    assert outcomes(operation) == ["created", "failed", "failed", "failed", "failed", "created"]
    told = {number: found[0][1] for number, found in refusals(operation).items()}
    assert told == {
        3: "The row has 1 cell, but the header has 2. Add the others, be they empty.",
        5: "The row has 4 cells, but the header has 2. Put cells with “,” in quotes.",
        6: "“Name”: take the NUL character out.",
        7: "“Name”: a cell may have at most 32767 characters. Shorten it.",
    }
    assert (operation.status, operation.failure) == ("completed_with_errors", "")


def test_cells_that_look_like_formulas_are_only_text() -> None:
    texts = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "'=1+1", "''=1", "'plain"]
    rows = [{"Name": f"New {place}", "Type": "IDLE_CODE", "Description": text} for place, text in enumerate(texts)]
    assert_good(imported("work-type", rows))
    assert counts(imported("work-type", rows)) == (0, 0, len(rows), 0)


# --- Sounds ------------------------------------------------------------------------------------------------------


def test_sounds_that_are_none() -> None:
    silence = wav([(440.0, 0.01)], "PCM")
    members = {
        "a good one.wav": silence,
        "b-mp3.wav": MP3,
        "c-cut.wav": silence[:30],
        "d.mp3": MP3,
        "e-empty.wav": b"",
        "f&.wav": silence,
        ("g" * 77) + ".wav": silence,
        "h-float.wav": silence.replace(b"fmt \x12\x00\x00\x00\x01\x00", b"fmt \x12\x00\x00\x00\x03\x00"),
        "i-large.wav": silence + random.Random(1).randbytes(11 * MEGABYTE),
        "j.wav": silence,
    }
    operation = imported("audio-file", zipped(members))
    assert counts(operation)[0] == 2
    told = {operation.rows.get(number=number).key: found[0][1] for number, found in refusals(operation).items()}
    assert "MP3" in told["b-mp3.wav"]
    assert told["d.mp3"]
    assert "float" in told["h-float.wav"]
    assert "10 MB" in told["i-large.wav"]
    assert "“&” cannot be used" in told["f&.wav"]
    assert all(f"“{name}”" in told[name] for name in ("b-mp3.wav", "c-cut.wav", "e-empty.wav", "i-large.wav"))
    assert AudioFile.objects.count() == 4


def test_sounds_in_folders() -> None:
    operation = imported("audio-file", zipped({"sounds/": "", "sounds/new one.WAV": SOUNDS["hudba.wav"]}))
    assert_good(operation)
    sound = AudioFile.objects.get(name="new one.WAV")
    assert (sound.encoding, sound.channels, sound.rate, sound.bits) == ("PCM", 1, 8000, 16)
    assert sound.seconds == pytest.approx(0.02)
    with sound.file.open("rb") as content:
        assert content.read() == SOUNDS["hudba.wav"]


def test_a_sound_is_replaced_and_the_old_one_kept() -> None:
    """Whoever plays it just now, or takes the import back, still finds it."""
    before = AudioFile.objects.get(name="hudba.wav")
    operation = imported("audio-file", zipped({"HUDBA.wav": SOUNDS["opus one.WAV"]}))
    assert outcomes(operation) == ["updated"]
    now = AudioFile.objects.get(key="hudba.wav")
    assert (now.pk, now.encoding, now.name) == (before.pk, "G.711 A-law", "HUDBA.wav")
    assert before.file.storage.exists(str(before.file))


def test_zips_of_the_same_name_in_different_folders() -> None:
    """The second sound of a name is refused, and does not take the first one's place in the storage either."""
    first, second = wav([(300.0, 0.02)], "PCM"), wav([(310.0, 0.05)], "PCM")
    operation = imported(
        "bundle",
        zipped({"a/audio-file.zip": zipped({"new.wav": first}), "b/audio-file.zip": zipped({"new.wav": second})}),
    )
    assert counts(operation) == (1, 0, 0, 1)
    with AudioFile.objects.get(name="new.wav").file.open("rb") as content:
        assert content.read() == first
