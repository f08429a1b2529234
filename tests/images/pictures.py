"""Pictures to store, and the contents of a store's folder."""

from pathlib import Path

import numpy as np

from app.errors import UnknownImage
from app.images.decode import Picture
from app.images.store import PictureStore, PixelsKind
from app.storage.content import FolderLimits
from app.storage.local_folder import FolderStore

BLOCK = 4096
DAY = 86_400


def picture(number: int, side: int = 30) -> Picture:
    """A picture that takes one block on disk (at 30 x 30), distinguished by its number."""
    rgb = np.random.default_rng(number).integers(0, 256, (side, side, 3), np.uint8)
    return Picture(rgb, "PNG", side, side)


def picture_store(folder: Path, max_bytes: int, ttl_s: float) -> PictureStore:
    return PictureStore(FolderStore(PixelsKind(), folder, FolderLimits(max_bytes, ttl_s)))


def kept_bytes(folder: Path) -> int:
    return sum(-(-path.stat().st_size // BLOCK) * BLOCK for path in folder.glob("*.npy"))


def there(store: PictureStore, image: str) -> bool:
    try:
        store.get(image)
    except UnknownImage:
        return False
    return True
