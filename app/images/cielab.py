"""CIE L*a*b* under D50, as TIFF stores it (CIE 15:2004), to sRGB."""

from functools import cache

from PIL import Image, ImageCms


def lab_to_rgb(image: Image.Image) -> Image.Image:
    """The image of mode LAB as sRGB, within 1.5 levels of 255. Colours outside sRGB are clipped."""
    rgb = ImageCms.applyTransform(image, _transform())
    if rgb is None:  # the type of a conversion in place
        raise ValueError("no conversion")
    return rgb


@cache
def _transform() -> ImageCms.ImageCmsTransform:
    # Without this flag the conversion interpolates in a table and is up to 45 levels off.
    exact = ImageCms.Flags.NOOPTIMIZE
    return ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB", flags=exact
    )
