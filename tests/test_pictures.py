"""What people send as photos, and what is made of it: attacks are refused in words, or nothing of them is left."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms, ImageFile
from PIL.PngImagePlugin import PngInfo

from linli.lib import pictures
from linli.lib.pictures import LONG_SIDE, MOST_BYTES, PREVIEW_SIDE, BadPicture, Picture, read_picture
from tests.photos import BLUE, GREEN, HEIC, RED, WHITE, packed, quarters

TURNED = 6  # the orientation of a telephone held upright
SECRET = b"<script>alert(document.domain)</script>"


def seen(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    picture.load()
    return picture


def corners(jpeg: bytes) -> list[tuple[int, ...]]:
    """The colours of the four quarters, above first."""
    picture = seen(jpeg).convert("RGB")
    wide, high = picture.size
    at = [
        (wide // 4, high // 4),
        (3 * wide // 4, high // 4),
        (wide // 4, 3 * high // 4),
        (3 * wide // 4, 3 * high // 4),
    ]
    return [tuple(picture.getpixel(point)) for point in at]  # type: ignore[arg-type]


def close(found: list[tuple[int, ...]], wanted: list[tuple[int, int, int]]) -> bool:
    return all(
        abs(a - b) < 24 for one, other in zip(found, wanted, strict=True) for a, b in zip(one, other, strict=True)
    )


def is_clean(picture: Picture) -> bool:
    """Both sizes hold pixels and what is needed to unpack them, and nothing else."""
    return all(
        set(seen(jpeg).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        and not seen(jpeg).getexif()
        and jpeg.endswith(b"\xff\xd9")
        for jpeg in (picture.jpeg, picture.preview)
    )


def refusal(data: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(BadPicture) as caught:
        read_picture(data, name)
    assert caught.value.sentence.en
    return caught.value.sentence.zh


def with_notes() -> Image.Exif:
    notes = Image.Exif()
    notes[0x010F] = "SECRETMAKER"
    notes[0x0112] = TURNED
    where = notes.get_ifd(0x8825)
    where[1], where[2] = "N", (40.0, 48.0, 33.0)
    return notes


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    packed_chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed_chunks)


def header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)


# -- what is kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_its_notes_and_stands_upright(kind: str) -> None:
    data = packed(quarters(), kind, exif=with_notes(), quality=95)
    assert b"SECRETMAKER" in data
    read = read_picture(data, "a")
    assert (read.width, read.height) == (48, 64)
    assert close(corners(read.jpeg), [BLUE, RED, WHITE, GREEN])
    assert is_clean(read)


def test_a_heic_from_a_telephone_is_read_upright_and_loses_its_notes() -> None:
    data = HEIC.read_bytes()
    assert b"SECRETMAKER" in data
    read = read_picture(data, "IMG_0001.HEIC")
    assert (read.width, read.height) == (48, 64)
    assert close(corners(read.jpeg), [BLUE, RED, WHITE, GREEN])
    assert is_clean(read)
    assert b"SECRETMAKER" not in read.jpeg


def test_a_large_photo_is_shrunk_to_its_longer_side_and_a_small_one_stays() -> None:
    large = read_picture(packed(quarters(4000, 3000)), "a")
    assert (large.width, large.height) == (LONG_SIDE, 1200)
    assert max(seen(large.preview).size) == PREVIEW_SIDE
    assert read_picture(packed(quarters(90, 60)), "a").width == 90


@pytest.mark.parametrize("ratio", [(30_000, 10), (10, 30_000), (1, 1)])
def test_a_strip_or_a_dot_is_a_photo_too(ratio: tuple[int, int]) -> None:
    read = read_picture(packed(Image.new("RGB", ratio, RED), "PNG"), "a")
    assert max(read.width, read.height) <= LONG_SIDE
    assert min(read.width, read.height) >= 1


def test_comments_profiles_and_texts_do_not_come_along() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    jpeg = read_picture(packed(quarters(), comment=SECRET, icc_profile=profile), "a")
    texts = PngInfo()
    texts.add_text("Comment", SECRET.decode(), zip=False)
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    drawn = read_picture(packed(quarters(), "PNG", pnginfo=texts, icc_profile=profile), "a")
    assert all(SECRET not in read.jpeg + read.preview and is_clean(read) for read in (jpeg, drawn))


def test_a_photo_in_other_colours_is_kept_in_those_of_screens() -> None:
    assert close(corners(read_picture(packed(quarters().convert("CMYK")), "a").jpeg), [RED, GREEN, BLUE, WHITE])
    turned = quarters().convert("L")
    assert seen(read_picture(packed(turned), "a").jpeg).mode == "RGB"


def test_a_profile_turns_the_colours_and_one_that_is_nonsense_is_left_aside() -> None:
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = (
        usual.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    )  # its red is our green
    turned = read_picture(packed(quarters(), icc_profile=swapped), "a")
    plain = read_picture(packed(quarters(), icc_profile=b"nonsense" * 40), "a")
    assert close(corners(plain.jpeg), [RED, GREEN, BLUE, WHITE])
    assert close(corners(turned.jpeg), [GREEN, RED, BLUE, WHITE])


def test_sixteen_bits_become_eight_and_what_is_seen_through_stands_on_white() -> None:
    deep = read_picture(packed(Image.new("I;16", (60, 60), 0x8000), "PNG"), "a")
    assert close(corners(deep.jpeg), [(128, 128, 128)] * 4)
    clear = read_picture(packed(Image.new("RGBA", (60, 60), (255, 0, 0, 0)), "PNG"), "a")
    assert close(corners(clear.jpeg), [WHITE] * 4)
    few = quarters().quantize(4)
    assert close(corners(read_picture(packed(few, "PNG"), "a").jpeg), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_one_is_kept(kind: str) -> None:
    first, second = Image.new("RGB", (60, 60), RED), Image.new("RGB", (60, 60), BLUE)
    moving = packed(first, kind, save_all=True, append_images=[second], duration=100)
    assert close(corners(read_picture(moving, "a").jpeg), [RED] * 4)


@pytest.mark.parametrize(
    "tail",
    [SECRET, b"PK\x03\x04" + b"evil.class" * 9, b"<?php system($_GET[0]); ?>", b"\xff\xd8\xff\xe1Exif\0\0second"],
)
def test_what_hangs_behind_a_picture_is_gone(tail: bytes) -> None:
    for data in (packed(quarters()), packed(quarters(), "PNG"), packed(quarters(), "WEBP", lossless=True)):
        read = read_picture(data + tail, "a")
        assert tail not in read.jpeg + read.preview
        assert is_clean(read)


def test_bytes_hidden_between_the_parts_of_a_picture_are_gone() -> None:
    plain = packed(quarters())
    hidden = plain[:2] + b"\xff\xec" + struct.pack(">H", len(SECRET) + 2) + SECRET + plain[2:]
    read = read_picture(hidden, "a")
    assert SECRET not in read.jpeg
    assert is_clean(read)


# -- what is refused


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<!doctype html><img src=x onerror=alert(1)>",
        b"GIF89a/*" + packed(quarters()),
        packed(quarters(), "GIF"),
        packed(quarters(), "BMP"),
        packed(quarters(), "TIFF"),
        packed(quarters(), "PDF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"PK\x03\x04" + packed(quarters()),
        b"\0\0\0\x1cftypavif" + b"\0" * 60,
        b"\0\0\0\x18ftypmp42" + b"\0" * 60,
    ],
    ids=["empty", "svg", "html", "gifar", "gif", "bmp", "tiff", "pdf", "eps", "zip", "avif", "film"],
)
def test_what_is_no_photo_is_refused_by_its_content_whatever_it_is_called(data: bytes) -> None:
    said = refusal(data, "holiday.jpg")
    assert "“holiday.jpg”不是照片" in said
    assert "JPEG、PNG、WebP、HEIC" in said


HALF: list[Callable[[], bytes]] = [
    lambda: packed(quarters(400, 300))[:-900],
    lambda: packed(quarters(400, 300), "PNG")[:-200],
    lambda: packed(quarters(400, 300), "WEBP", lossless=True)[:-60],
    lambda: HEIC.read_bytes()[:-200],
    lambda: b"\xff\xd8\xff\xe0" + b"\0" * 40,
    lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    lambda: b"RIFF\0\0\0\0WEBPVP8 ",
    lambda: b"RIFF\0\0\0\0WEBPJUNK",
    lambda: b"\0\0\0\x18ftypheic" + b"\xff" * 60,
    lambda: png(header(40, 40), (b"IDAT", b"not packed at all"), (b"IEND", b"")),
]


@pytest.mark.parametrize("spoiled", HALF)
def test_a_photo_that_did_not_arrive_whole_is_refused(spoiled: Callable[[], bytes]) -> None:
    assert "打不开，可能损坏了或没有传完" in refusal(spoiled())


def test_a_file_of_many_bytes_is_refused_with_its_size() -> None:
    assert "有 15.1 MB，超过 15 MB" in refusal(b"\xff\xd8\xff" + b"\0" * MOST_BYTES)


def no_memory_for_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nothing may be unpacked: the header alone decides."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(Image.Image, "load", refuse)
    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)


def bomb_png(side: int) -> bytes:
    return png(header(side, side), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))


def bomb_jpeg(side: int) -> bytes:
    """A real JPEG that says of itself to be larger."""
    data = packed(quarters(), progressive=False)
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", side, side) + data[at + 4 :]


def bomb_webp(side: int) -> bytes:
    size = (side - 1).to_bytes(3, "little") * 2
    return b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + b"\0" * 40


def bomb_lossless(side: int) -> bytes:
    return b"RIFF\xff\0\0\0WEBPVP8L\xff\0\0\0\x2f" + (side - 1 | (side - 1) << 14).to_bytes(4, "little") + b"\0" * 40


def bomb_lossy(side: int) -> bytes:
    return b"RIFF\xff\0\0\0WEBPVP8 \xff\0\0\0\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", side, side) + b"\0" * 40


def bomb_heic(side: int) -> bytes:
    """The sample, saying of itself to be larger; its reader refuses to believe it."""
    data = bytearray(HEIC.read_bytes())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", side, side)
    return bytes(data)


@pytest.mark.parametrize("bomb", [bomb_png, bomb_jpeg, bomb_webp, bomb_lossless, bomb_lossy])
@pytest.mark.parametrize("side", [7_100, 12_000, 16_000])
def test_too_many_pixels_are_refused_before_anything_is_unpacked(
    bomb: Callable[[int], bytes], side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bomb(side)
    no_memory_for_pixels(monkeypatch)
    assert "超过 5000 万像素" in refusal(data)


def test_a_heic_that_boasts_is_refused_quickly() -> None:
    began = time.monotonic()
    said = refusal(bomb_heic(30_000))
    assert "超过 5000 万像素" in said or "打不开" in said
    assert time.monotonic() - began < 2


def test_a_text_that_swells_when_unpacked_does_no_harm() -> None:
    """Four hundred megabytes of blanks in a comment of a few hundred kilobytes."""
    packer = zlib.compressobj(9)
    swollen = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
    real = packed(quarters(), "PNG")
    chunks = png((b"zTXt", b"Comment\0\0" + swollen), (b"iCCP", b"profile\0\0" + swollen))[8:]
    data = real[:33] + chunks + real[33:]
    began = time.monotonic()
    assert "打不开" in refusal(data)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\boot.ini", "a\0b.jpg", "很长" * 200 + ".jpg", "<b>x</b>.jpg"]
)
def test_a_name_is_only_said_and_never_longer_than_can_be_read(name: str) -> None:
    assert name[-60:] in refusal(b"nothing", name)
    assert len(refusal(b"nothing", name)) < 160


def test_patience_ends_with_a_sentence() -> None:
    with pytest.raises(BadPicture, match="too long"):
        read_picture(packed(quarters()), "a", until=time.monotonic() - 1)


def test_one_picture_is_unpacked_at_a_time_and_waiting_has_an_end() -> None:
    with pictures._one_at_a_time, pytest.raises(BadPicture, match="too long"):
        read_picture(packed(quarters()), "a", until=time.monotonic() + 0.05)
    assert read_picture(packed(quarters()), "a").width == 64
