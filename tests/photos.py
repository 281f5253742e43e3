"""Photos for tests: drawn here, four quarters in four colours, so that what is upright can be told."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

HEIC = (
    Path(__file__).parent / "pictures" / "quadrants.heic"
)  # 48 by 64 when upright; with a place, a maker and an orientation
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def quarters(width: int = 64, height: int = 48) -> Image.Image:
    """Red and green above, blue and white below."""
    picture = Image.new("RGB", (width, height), WHITE)
    half = (width // 2, height // 2)
    for colour, corner in ((RED, (0, 0)), (GREEN, (half[0], 0)), (BLUE, (0, half[1]))):
        picture.paste(colour, (*corner, corner[0] + half[0], corner[1] + half[1]))
    return picture


def packed(picture: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def a_photo(name: str = "photo.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, packed(quarters()) if data is None else data, "image/jpeg")
