"""LeNet-5: LeCun, Bottou, Bengio & Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998."""

from torch import nn

from training.nets.parts import Chain, scaled


class LeNet5(Chain):
    """Section II.B, figure 2. (N, 1, 32, 32) gives (N, classes).

    | layer    | maps | size  | parameters |
    |----------|------|-------|------------|
    | conv_c1  | 6    | 28x28 | 156        |
    | pool_s2  | 6    | 14x14 | 0          |
    | conv_c3  | 16   | 10x10 | 2,416      |
    | pool_s4  | 16   | 5x5   | 0          |
    | conv_c5  | 120  | 1x1   | 48,120     |
    | dense_f6 | 84   |       | 10,164     |
    | output   | 10   |       | 850        |

    Three things are as they have been done since: C3 reads all maps of S2 (table I of the paper leaves some out),
    pooling averages without a weight and a bias of its own, and the output is a dense layer and a softmax.

    Args:
        classes: how many.
        width: the share of the paper's filters and units.
    """

    def __init__(self, classes: int = 10, width: float = 1) -> None:
        super().__init__()
        c1, c3, c5, f6 = (scaled(filters, width) for filters in (6, 16, 120, 84))
        self.conv_c1 = nn.Conv2d(1, c1, 5)
        self.tanh_c1 = nn.Tanh()
        self.pool_s2 = nn.AvgPool2d(2)
        self.conv_c3 = nn.Conv2d(c1, c3, 5)
        self.tanh_c3 = nn.Tanh()
        self.pool_s4 = nn.AvgPool2d(2)
        self.conv_c5 = nn.Conv2d(c3, c5, 5)
        self.tanh_c5 = nn.Tanh()
        self.flatten = nn.Flatten()
        self.dense_f6 = nn.Linear(c5, f6)
        self.tanh_f6 = nn.Tanh()
        self.output = nn.Linear(f6, classes)
        self.softmax = nn.Softmax(dim=1)
