"""The silhouette of a network: one shape for each layer that it names, within its frame."""

from app.nets.network import Network
from app.web.pages.silhouette import HEIGHT, WIDTH, silhouette


def test_lenet_is_its_seven_layers_ever_lower(network: Network) -> None:
    shapes = silhouette(network)
    assert [shape.kind for shape in shapes] == [
        *("convolution", "pooling", "convolution", "pooling", "convolution", "dense", "dense")
    ]
    ends = [max(float(point.split(",")[1]) for point in shape.points.split()) for shape in shapes]
    assert ends == sorted(ends, reverse=True)


def test_every_point_is_within_the_frame(network: Network) -> None:
    points = [point.split(",") for shape in silhouette(network) for point in shape.points.split()]
    assert all(0 <= float(x) <= WIDTH + 1 and 0 <= float(y) <= HEIGHT for x, y in points)
