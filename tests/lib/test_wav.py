"""Sound files, as recorders, converters and mistaken people make them."""

import io
import struct
import time
import wave

import pytest

from contactcenter.lib.errors import Invalid
from contactcenter.lib.wav import MAX_WAV_BYTES, WavInfo, read_wav

PCM_REST = bytes.fromhex("000000001000800000aa00389b71")


def chunk(kind: bytes, content: bytes, size: int | None = None) -> bytes:
    length = len(content) if size is None else size
    return struct.pack("<4sI", kind, length) + content + b"\0" * (len(content) % 2)


def fmt(
    code: int = 7, channels: int = 1, rate: int = 8_000, bits: int = 8, *, frame: int | None = None, more: bytes = b""
) -> bytes:
    frame = channels * bits // 8 if frame is None else frame
    return chunk(b"fmt ", struct.pack("<HHIIHH", code, channels, rate, rate * frame, frame, bits) + more)


def extensible(code: int, bits: int, rest: bytes = PCM_REST) -> bytes:
    return fmt(0xFFFE, 2, 48_000, bits, more=struct.pack("<HHIH", 22, bits, 3, code) + rest)


def riff(*chunks: bytes) -> bytes:
    content = b"WAVE" + b"".join(chunks)
    return struct.pack("<4sI", b"RIFF", len(content)) + content


def read(content: bytes, size: int | None = None) -> WavInfo:
    return read_wav(io.BytesIO(content), "hello.wav", len(content) if size is None else size)


def refusal(content: bytes, code: str, size: int | None = None) -> str:
    with pytest.raises(Invalid, match=r"“hello\.wav”") as caught:
        read(content, size)
    assert caught.value.code == code
    return caught.value.message


SECOND = chunk(b"data", b"\xff" * 8_000)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (riff(fmt(), SECOND), WavInfo("G.711 µ-law", 1, 8_000, 8, 1.0)),
        (riff(fmt(6), SECOND), WavInfo("G.711 A-law", 1, 8_000, 8, 1.0)),
        (riff(fmt(1), SECOND), WavInfo("PCM", 1, 8_000, 8, 1.0)),
        (riff(fmt(1, bits=16), SECOND), WavInfo("PCM", 1, 8_000, 16, 0.5)),
        (riff(fmt(1, 2, 16_000, 16), SECOND), WavInfo("PCM", 2, 16_000, 16, 0.125)),
        (riff(fmt(1, bits=24), SECOND), WavInfo("PCM", 1, 8_000, 24, 8_000 / 24_000)),
        (riff(fmt(more=b"\0\0"), SECOND), WavInfo("G.711 µ-law", 1, 8_000, 8, 1.0)),
        (riff(extensible(1, 16), chunk(b"data", b"\0" * 19_200)), WavInfo("PCM", 2, 48_000, 16, 0.1)),
        (riff(extensible(7, 8), chunk(b"data", b"\0" * 9_600)), WavInfo("G.711 µ-law", 2, 48_000, 8, 0.1)),
    ],
)
def test_formats(content: bytes, expected: WavInfo) -> None:
    assert read(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        riff(chunk(b"LIST", b"INFOx"), fmt(), chunk(b"fact", b"\0" * 4), SECOND, chunk(b"id3 ", b"x")),  # odd lengths
        riff(SECOND, fmt()),
        riff(fmt(), SECOND) + b"junk",
        riff(fmt(), SECOND, b"LIST\xff\xff\xff\xff"),  # nothing behind the sound matters
        riff(fmt(), SECOND)[:4] + b"\xff\xff\xff\xff" + riff(fmt(), SECOND)[8:],  # as streaming programs write it
        riff(chunk(b"JUNK", b"\0" * 200_001), fmt(), SECOND),
    ],
)
def test_other_chunks(content: bytes) -> None:
    assert read(content).seconds == 1.0


def test_odd_data_without_padding() -> None:
    assert read(riff(fmt(), chunk(b"data", b"\xff" * 7_999))[:-1]).seconds == 7_999 / 8_000


def test_what_the_standard_library_writes() -> None:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(44_100)
        writer.writeframes(b"\0" * 44_100)
    assert read(stream.getvalue()) == WavInfo("PCM", 2, 44_100, 16, 0.25)


def test_it_is_read_without_going_back() -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

    content = riff(chunk(b"LIST", b"INFO"), fmt(), SECOND)
    assert read_wav(OneWay(content), "hello.wav", len(content)).seconds == 1.0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"ID3\x04\0\0\0\0\0\0\0\0\0", "is an MP3 sound file, not a WAV file. Convert it."),
        (b"\xff\xfb\x90\x64" + b"\0" * 400, "is an MP3 sound file, not a WAV file. Convert it."),
        (b"\xff\xf3\x40\xc0" + b"\0" * 400, "is an MP3 sound file"),
        (b"OggS\0\x02" + b"\0" * 20, "is an Ogg sound file"),
        (b"fLaC\0\0\0\x22", "is a FLAC sound file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG image"),
        (b"\0\0\0\x20ftypM4A \0\0", "is an MP4 file"),
        (b"RIFF\x10\0\0\0AVI LIST", "is not a WAV file."),
        (b"RIFX\0\0\0\x10WAVEfmt ", "is not a WAV file."),
        (b"RIFF", "is not a WAV file."),
        (b"Name,Site\r\n", "is not a WAV file."),
    ],
)
def test_other_kinds_of_files(content: bytes, words: str) -> None:
    assert words in refusal(content, "not_wav")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (riff(fmt(2, bits=4, frame=256), SECOND), "the format Microsoft ADPCM (0x0002). Convert it to PCM or G.711."),
        (riff(fmt(3, bits=32), SECOND), "IEEE float (0x0003)"),
        (riff(fmt(0x55, bits=0), SECOND), "MP3 (0x0055)"),
        (riff(fmt(0x1234), SECOND), "the format 0x1234."),
        (riff(extensible(3, 32), SECOND), "IEEE float (0x0003)"),
        (riff(extensible(1, 16, rest=b"\1" * 14), SECOND), "the format 0xFFFE."),
        (riff(fmt(0xFFFE, bits=16), SECOND), "the format 0xFFFE."),
    ],
)
def test_other_formats(content: bytes, words: str) -> None:
    assert words in refusal(content, "sound_format")


@pytest.mark.parametrize(
    "content", [b"", riff(fmt(), chunk(b"data", b"")), riff(fmt(1, 2, bits=16), chunk(b"data", b"\0\0\0"))]
)
def test_no_sound(content: bytes) -> None:
    assert refusal(content, "empty") == "There is no sound in “hello.wav”."


@pytest.mark.parametrize(
    "content",
    [
        riff(fmt()),
        riff(SECOND),
        riff(),
        riff(fmt(), SECOND)[:-1],
        riff(fmt(), SECOND)[:50],
        riff(fmt(), SECOND)[:30],
        riff(fmt(), chunk(b"data", b"\xff" * 100, size=101)),
        riff(fmt(), chunk(b"data", b"\xff" * 100, size=0xFFFFFFFF)),
        riff(chunk(b"LIST", b"INFO", size=0xFFFFFFF0), fmt(), SECOND),  # swallows the rest
        riff(chunk(b"fmt ", b"\1\0\1\0"), SECOND),
        riff(*[chunk(b"JUNK", b"")] * 2_000, fmt(), SECOND),
    ],
)
def test_damaged(content: bytes) -> None:
    assert refusal(content, "damaged") == "“hello.wav” is damaged: it is cut off, or parts of it are missing."


@pytest.mark.parametrize(
    "content",
    [
        riff(fmt(rate=0), SECOND),
        riff(fmt(rate=0xFFFFFFFF), SECOND),
        riff(fmt(rate=3_999), SECOND),
        riff(fmt(channels=0), SECOND),
        riff(fmt(channels=9), SECOND),
        riff(fmt(channels=0xFFFF, frame=0xFFFF), SECOND),
        riff(fmt(1, bits=0), SECOND),
        riff(fmt(1, bits=12, frame=2), SECOND),
        riff(fmt(7, bits=16), SECOND),
        riff(fmt(1, bits=16, frame=1), SECOND),
        riff(fmt(1, bits=16, frame=0), SECOND),
    ],
)
def test_absurd_claims(content: bytes) -> None:
    assert "is damaged: it claims " in refusal(content, "damaged")


def test_too_large() -> None:
    content = riff(fmt(), SECOND)
    assert read(content, size=MAX_WAV_BYTES).seconds == 1.0
    message = refusal(content, "too_large", size=MAX_WAV_BYTES + 1)
    assert message == "“hello.wav” has 10.1 MB, and a sound file may have 10 MB. Shorten it."


def test_many_small_chunks_do_not_keep_it_busy() -> None:
    begun = time.perf_counter()
    refusal(riff(*[chunk(b"JUNK", b"")] * 500_000), "damaged")
    assert time.perf_counter() - begun < 1
