"""Photographs as people send them, made into plain small JPEG files: nothing but what is to be seen goes on.

Whoever sends a file may have made it to do harm. So its kind is read from its first bytes and never from its name, its size
from its header before anything is unpacked, one is unpacked at a time, and what is kept is drawn anew from the pixels: where it
was taken, by which telephone, and whatever hangs behind the picture stay out.
"""

from __future__ import annotations

import hashlib
import io
import threading
import time
from dataclasses import dataclass

import pi_heif
from PIL import Image, ImageCms, ImageOps

from linli.lib.refusals import Refused
from linli.lib.text import Said

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_PROFILE_BYTES = 1024 * 1024
LONG_SIDE, PREVIEW_SIDE, QUALITY = 1600, 320, 82
MOST_SECONDS = 20.0  # for all pictures of one form
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
KINDS_SAID = Said("JPEG、PNG、WebP、HEIC", "JPEG, PNG, WebP or HEIC")
TOO_BIG = Said(
    "照片“{name}”有 {megabytes} MB，超过 15 MB，没有收下。请换一张小一些的。",
    "The photo “{name}” has {megabytes} MB, more than 15 MB, and was not taken. Please choose a smaller one.",
)
NO_PICTURE = Said(
    "“{name}”不是照片，没有收下。可以传 {kinds} 格式的照片。",
    "“{name}” is not a photo and was not taken. Photos may be {kinds}.",
)
TOO_MANY_PIXELS = Said(
    "照片“{name}”尺寸太大（超过 5000 万像素），没有收下。请换一张，或用手机重新拍一张。",
    "The photo “{name}” is too large (more than 50 million pixels) and was not taken. Choose another, or take a new one.",
)
UNREADABLE = Said(
    "照片“{name}”打不开，可能损坏了或没有传完。请重新选择，或重新拍一张。",
    "The photo “{name}” cannot be opened; it may be damaged or incomplete. Choose it again, or take a new one.",
)
TOO_SLOW = Said(
    "照片处理得太慢，“{name}”没有收下。请少传几张，或过一会儿再试。",
    "Reading the photos took too long, and “{name}” was not taken. Send fewer, or try again in a while.",
)
# Unpacked pictures are large. One at a time keeps a server within its memory whatever is sent to it at once.
_one_at_a_time = threading.Lock()


class BadPicture(Refused):
    """This file is no photo that can be kept."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept, and a small one for lists; both JPEG."""

    jpeg: bytes
    preview: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.jpeg).hexdigest()


def read_picture(data: bytes, name: str, *, until: float | None = None) -> Picture:
    """Draw the photo anew. `until` is the moment of the monotonic clock at which patience ends; `name` stands in refusals."""
    shown = name[-60:]
    if len(data) > MOST_BYTES:
        raise too_big(len(data), shown)
    kind = kind_of(data)
    if kind is None:
        raise BadPicture(NO_PICTURE.filled(name=shown, kinds=KINDS_SAID))
    left = MOST_SECONDS if until is None else until - time.monotonic()
    if left <= 0 or not _one_at_a_time.acquire(timeout=left):
        raise BadPicture(TOO_SLOW.filled(name=shown))
    try:
        return _drawn_anew(data, kind, shown)
    finally:
        _one_at_a_time.release()


def too_big(size: int, name: str) -> BadPicture:
    tenths = -(-size * 10 // (1024 * 1024))
    return BadPicture(TOO_BIG.filled(name=name[-60:], megabytes=f"{tenths // 10}.{tenths % 10}"))


def kind_of(data: bytes) -> str | None:
    """The format by the first bytes, if it is one that we read."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "HEIC" if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS else None


def _drawn_anew(data: bytes, kind: str, name: str) -> Picture:
    try:
        seen = _opened(data, kind, name)
        profile = seen.info.get("icc_profile")
        large = _in_srgb(_fitted(_plain(ImageOps.exif_transpose(seen)), LONG_SIDE), profile)
        return Picture(_jpeg(large), _jpeg(_fitted(large, PREVIEW_SIDE)), large.width, large.height)
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture(TOO_MANY_PIXELS.filled(name=name)) from None
    except Exception:  # a spoiled file makes readers fail in every way there is
        raise BadPicture(UNREADABLE.filled(name=name)) from None


def _opened(data: bytes, kind: str, name: str) -> Image.Image:
    if kind == "WEBP":  # its reader makes room for all pixels before it says how many there are
        _refuse_large(*_webp_size(data), name)
    if kind == "HEIC":
        return _heic(data, name)
    seen = Image.open(io.BytesIO(data), formats=[kind])
    _refuse_large(*seen.size, name)
    seen.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG may be unpacked at a fraction of its size
    seen.load()
    return seen


def _heic(data: bytes, name: str) -> Image.Image:
    found = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    width, height = found.size
    _refuse_large(width, height, name)
    picture: Image.Image = found.to_pillow()
    return picture


def _refuse_large(width: int, height: int, name: str) -> None:
    if width * height > MOST_PIXELS:
        raise BadPicture(TOO_MANY_PIXELS.filled(name=name))


def _webp_size(data: bytes) -> tuple[int, int]:
    """The size as its header has it: of the whole canvas, of a lossless or of a lossy picture."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    fitted = picture.copy()
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return fitted


def _plain(seen: Image.Image) -> Image.Image:
    """Eight bits a colour and no transparency: what can be seen through stands on white."""
    if seen.mode.startswith("I"):  # sixteen bits of grey
        return seen.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if seen.mode in ("RGB", "CMYK", "L"):
        return seen
    if seen.has_transparency_data:
        layer = seen.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return seen.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen shows them. A profile that cannot be used is left aside: the photo matters, not its shade."""
    if profile and len(profile) <= MOST_PROFILE_BYTES:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or picture.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture.convert("RGB")
    return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    """From the bare pixels, so that no comment and no note of the original comes along."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
