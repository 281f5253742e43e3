"""A picture for the demonstration, drawn and not taken: a shed on a roof, as somebody might photograph it from below."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (1200, 900)
SKY, WALL, WINDOW, FRAME = (196, 216, 228), (203, 190, 170), (92, 116, 132), (236, 230, 220)
SHED, SHED_ROOF, STRUT = (62, 120, 176), (44, 92, 140), (120, 124, 128)


def roof_with_shed() -> SimpleUploadedFile:
    picture = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((120, 330, 1080, 900), fill=WALL)
    pen.rectangle((100, 305, 1100, 335), fill=FRAME)
    for left in range(190, 1000, 210):
        for top in range(400, 880, 170):
            pen.rectangle((left, top, left + 120, top + 105), fill=WINDOW, outline=FRAME, width=8)
    pen.rectangle((430, 165, 820, 305), fill=SHED)
    pen.polygon(((400, 170), (850, 170), (800, 110), (450, 110)), fill=SHED_ROOF)
    for left in range(430, 830, 39):
        pen.line((left, 170, left, 305), fill=SHED_ROOF, width=3)
    pen.line((860, 305, 930, 150), fill=STRUT, width=12)
    pen.line((1000, 305, 930, 150), fill=STRUT, width=12)
    return _jpeg(picture, "roof.jpg")


def sheet_on_a_board() -> SimpleUploadedFile:
    """A decision that hangs on the board at the gate."""
    picture = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((140, 90, 1060, 820), fill=SHED_ROOF, outline=STRUT, width=18)
    pen.rectangle((420, 150, 780, 760), fill=WALL, outline=FRAME, width=4)
    pen.rectangle((500, 190, 700, 215), fill=FRAME)
    for line in range(260, 700, 34):
        pen.line((460, line, 740 if line % 5 else 640, line), fill=STRUT, width=7)
    return _jpeg(picture, "board.jpg")


def _jpeg(picture: Image.Image, name: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
