"""Pictures: images, photographs, dense meshes and smooth shading, in few bytes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, features

MOST_COLOURS = 256
"""With no more colours a picture has a palette, which is exact and small."""


PHOTOGRAPH = 4 * 2_000
"""A picture with many colours and fewer bytes than this is kept exactly."""

QUALITY = 90
"""Of photographs, of 100: a difference that is not seen."""


def encoded(pixels: np.ndarray) -> bytes:
    """Return pixels of shape (rows, columns, 4) as the bytes of a file.

    With few colours it is a PNG, which is exact; a photograph is a WebP, which is small.

    Examples
    --------
    >>> encoded(np.zeros((2, 3, 4), np.uint8))[1:4]
    b'PNG'
    """
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    picture = _compact(pixels)
    if picture.mode == "P" or pixels.size < PHOTOGRAPH or not features.check("webp"):
        return _file(picture, format="png", optimize=True)
    return _file(picture, format="webp", quality=QUALITY, method=2, exact=True)


def _file(picture: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, **options)
    return buffer.getvalue()


def kind(file: bytes) -> str:
    """Return the type of a picture's file.

    Examples
    --------
    >>> kind(encoded(np.zeros((2, 3, 4), np.uint8)))
    'image/png'
    """
    return "image/webp" if file[:4] == b"RIFF" else "image/png"


def _compact(pixels: np.ndarray) -> Image.Image:
    rows, columns = pixels.shape[:2]
    if (pixels[..., 3] != 255).any():
        return Image.fromarray(pixels)
    packed = pixels.reshape(-1, 4).view("<u4").ravel()
    colours, places = np.unique(packed, return_inverse=True)
    if len(colours) > MOST_COLOURS:
        return Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    picture = Image.fromarray(places.reshape(rows, columns).astype(np.uint8))
    picture.putpalette(colours.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
    return picture
