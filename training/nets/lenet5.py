"""LeNet-5: LeCun, Bottou, Bengio & Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998."""

from torch import nn

from training.nets.parts import Chain


class LeNet5(Chain):
    """Section II.B, figure 2. (N, 1, 32, 32) gives (N, classes).

    | layer | maps  | size  | parameters |
    |-------|-------|-------|------------|
    | c1    | 6     | 28x28 | 156        |
    | s2    | 6     | 14x14 | 0          |
    | c3    | 16    | 10x10 | 2,416      |
    | s4    | 16    | 5x5   | 0          |
    | c5    | 120   | 1x1   | 48,120     |
    | f6    | 84    |       | 10,164     |
    | output| 10    |       | 850        |

    Three things are as they have been done since: c3 reads all maps of s2 (table I of the paper leaves some out),
    pooling averages without a weight and a bias of its own, and the output is a dense layer and a softmax.
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c1_tanh = nn.Tanh()
        self.s2 = nn.AvgPool2d(2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c3_tanh = nn.Tanh()
        self.s4 = nn.AvgPool2d(2)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.c5_tanh = nn.Tanh()
        self.flatten = nn.Flatten()
        self.f6 = nn.Linear(120, 84)
        self.f6_tanh = nn.Tanh()
        self.output = nn.Linear(84, classes)
        self.softmax = nn.Softmax(dim=1)
