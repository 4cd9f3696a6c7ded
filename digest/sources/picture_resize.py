"""Pictures made ready to travel: measured, turned upright, no wider than a screen needs."""

from __future__ import annotations

import io
import warnings
from hashlib import sha256

from PIL import Image, ImageOps, UnidentifiedImageError

from digest.model import Picture

_WIDEST = 1200  # pixels: twice the width of an email
_LARGEST = 50_000_000  # pixels; a picture with more is not unpacked
_QUALITY = 84
_KINDS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "GIF": ("image/gif", "gif")}


def ready(url: str, data: bytes) -> Picture | None:
    """Return the picture ready to travel; None where the bytes are no picture that emails can show."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
            if image.width * image.height > _LARGEST:
                return None
            image.load()
            return _picture(url, data, image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    except Image.DecompressionBombWarning:
        return None


def _picture(url: str, data: bytes, image: Image.Image) -> Picture:
    kind = image.format or ""
    upright = ImageOps.exif_transpose(image)
    fits = upright.width <= _WIDEST and kind in _KINDS and upright.size == image.size
    if not fits:
        upright.thumbnail((_WIDEST, 4 * _WIDEST))
        # WebP and AVIF state an alpha channel for photographs too; a PNG of one is several times as large
        layered = upright.mode in {"RGBA", "LA", "P"}
        clear = layered and (
            kind in _KINDS or upright.convert("RGBA").getchannel("A").getextrema() != (255, 255)
        )
        kind, out = "PNG" if clear else "JPEG", io.BytesIO()
        if clear:
            upright.save(out, kind, optimize=True)
        else:
            upright.convert("RGB").save(out, kind, quality=_QUALITY, optimize=True)
        data = out.getvalue()
    media_type, ending = _KINDS[kind]
    return Picture(
        url=url,
        # by its bytes alone: a publisher's file name may hold a planning label
        name=f"{sha256(data).hexdigest()[:16]}.{ending}",
        media_type=media_type,
        data=data,
        width=upright.width,
        height=upright.height,
    )
