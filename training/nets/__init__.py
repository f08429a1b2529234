"""The classic networks by name; each takes `classes` and the options of its family."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from torch import nn

from training.nets.alexnet import AlexNet
from training.nets.googlenet import GoogLeNet
from training.nets.inception_v3 import InceptionV3
from training.nets.lenet5 import LeNet5
from training.nets.mobilenet_v1 import MobileNetV1
from training.nets.resnet import ResNet
from training.nets.vgg import VGG

NETWORKS: Mapping[str, Callable[..., nn.Module]] = MappingProxyType(
    {
        "lenet5": LeNet5,
        "alexnet": AlexNet,
        "vgg11": partial(VGG, "A"),
        "vgg11_lrn": partial(VGG, "A-LRN"),
        "vgg13": partial(VGG, "B"),
        "vgg16_1x1": partial(VGG, "C"),
        "vgg16": partial(VGG, "D"),
        "vgg19": partial(VGG, "E"),
        "resnet18": partial(ResNet, 18),
        "resnet34": partial(ResNet, 34),
        "resnet50": partial(ResNet, 50),
        "resnet101": partial(ResNet, 101),
        "resnet152": partial(ResNet, 152),
        "googlenet": GoogLeNet,
        "inception_v3": InceptionV3,
        "mobilenet_v1": MobileNetV1,
    }
)
