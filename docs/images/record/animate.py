"""Make the animated picture of the README out of the frames that ``pictures.spec.ts`` took."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from PIL import Image, ImageDraw, ImageFilter

ROOT = Path(__file__).parents[3]
FRAMES = ROOT / "test-results" / "frames"
TARGET = ROOT / "docs" / "images" / "sign-in.webp"
LARGEST = 400_000
"""Bytes. A picture that takes longer to load than to look at is too large."""

SCALE = 2
"""Pixels of a frame for each CSS pixel."""

WIDTH = 1250
"""Pixels of the result."""

POINTER = [(0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12)]
"""The outline of an arrow, in CSS pixels."""


class _Additions(TypedDict, total=False):
    pointer: tuple[float, float]
    """Where the mouse pointer is drawn: on the window if there is one."""
    popup: str
    """Picture of a window in front of the page."""


class Frame(_Additions):
    """As in ``pictures.spec.ts``."""

    picture: str
    milliseconds: int


def compose(frame: Frame) -> Image.Image:
    """Return the picture with the window and the mouse pointer on it."""
    image = Image.open(FRAMES / frame["picture"]).convert("RGB")
    left, top = 0, 0
    if "popup" in frame:
        popup = with_title_bar(Image.open(FRAMES / frame["popup"]).convert("RGB"))
        left, top = (image.width - popup.width) // 2, (image.height - popup.height) // 2
        shadow = Image.new("L", image.size, 0)
        area = (left, top + 12, left + popup.width, top + popup.height + 12)
        ImageDraw.Draw(shadow).rectangle(area, 150)
        image.paste((0, 0, 0), mask=shadow.filter(ImageFilter.GaussianBlur(24)))
        image.paste(popup, (left, top))
        top += title_height()
    if "pointer" in frame:
        x, y = frame["pointer"]
        outline = [(left + (x + dx) * SCALE, top + (y + dy) * SCALE) for dx, dy in POINTER]
        ImageDraw.Draw(image).polygon(outline, fill="black", outline="white", width=3)
    height = round(image.height * WIDTH / image.width)
    return image.resize((WIDTH, height), Image.Resampling.LANCZOS)


def title_height() -> int:
    """Return the pixels of a window's title bar."""
    return 24 * SCALE


def with_title_bar(content: Image.Image) -> Image.Image:
    """Return the page inside a window."""
    bar = title_height()
    window = Image.new("RGB", (content.width, content.height + bar), (222, 226, 232))
    window.paste(content, (0, bar))
    draw = ImageDraw.Draw(window)
    x, y, size = content.width - bar, bar // 2, 5 * SCALE
    for sign in (1, -1):
        draw.line((x - size, y - sign * size, x + size, y + sign * size), (90, 90, 90), 3)
    draw.rectangle((0, 0, window.width - 1, window.height - 1), outline=(150, 155, 165), width=2)
    return window


def main() -> None:
    """Write the picture."""
    frames: list[Frame] = json.loads((FRAMES / "frames.json").read_text(encoding="utf-8"))
    first, *others = [compose(frame) for frame in frames]
    first.save(
        TARGET,
        save_all=True,
        append_images=others,
        duration=[frame["milliseconds"] for frame in frames],
        loop=0,
        lossless=False,
        quality=80,
        method=6,
        minimize_size=True,
    )
    size = TARGET.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{TARGET.name} has {size} bytes, more than {LARGEST}.")


if __name__ == "__main__":
    main()
