"""Networks that PyTorch exports, with random weights: by both exporters, each with a gradient of autograd.

`python -m benchmarks.field.torch_exports FOLDER [NAME ...]` needs torch, torchvision, timm and onnxscript.
"""

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from torch import nn

from benchmarks.field.torch_networks import UNet, YoloLike

OPSETS = {"dynamo": 20, "torchscript": 17}
SIDE = 224
TIMM = {  # by the name of their file
    "convnext": ("convnext_atto", 96),
    "efficientnet": ("efficientnet_b0", 96),
    "regnet": ("regnety_002", 96),
    "resnext": ("resnext26ts", 96),
    "inception-resnet": ("inception_resnet_v2", 160),
    "vit": ("vit_tiny_patch16_224", SIDE),
    "swin": ("swin_tiny_patch4_window7_224", SIDE),
    "mobilevit": ("mobilevit_xxs", 128),
    "ghostnet": ("ghostnet_100", 96),
    "mixer": ("mixer_s32_224", SIDE),
    "coatnet": ("coatnet_nano_rw_224", SIDE),
    "nfnet": ("dm_nfnet_f0", 96),
    "repvgg": ("repvgg_a0", 96),
    "poolformer": ("poolformerv2_s12", 96),
    "hgnet": ("hgnetv2_b0", 96),
}
TORCHVISION = {
    "densenet": ("densenet121", 96),
    "mnasnet": ("mnasnet0_5", 96),
    "shufflenetv2": ("shufflenet_v2_x0_5", 96),
    "mobilenetv3": ("mobilenet_v3_small", 96),
    "googlenet": ("googlenet", 96),
    "segmentation-lraspp": ("lraspp_mobilenet_v3_large", 96),
    "segmentation-fcn": ("fcn_resnet50", 64),
}
OWN: dict[str, tuple[Callable[[], nn.Module], int]] = {"unet": (UNet, 64), "yolo-like": (YoloLike, 96)}


class FirstOutput(nn.Module):
    """A network with one output of those that it has: of a dictionary, the entry "out"."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        output = self.network(image)
        return output["out"] if isinstance(output, dict) else output


def main(arguments: Sequence[str]) -> None:
    folder, names = Path(arguments[0]), arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    for name in names or (*TIMM, *TORCHVISION, *OWN):
        network, side = _network(name)
        for exporter, opset in OPSETS.items():
            path = folder / f"torch-{name}-{exporter}.onnx"
            if path.exists():
                continue
            try:
                _export(network, side, path, opset)
                print(path.name, path.stat().st_size, flush=True)
            except Exception as error:  # an exporter that refuses a network makes no file
                print(path.name, "not exported:", str(error)[:200], flush=True)
                path.unlink(missing_ok=True)


def _network(name: str) -> tuple[nn.Module, int]:
    torch.manual_seed(0)
    if name in TIMM:
        model, side = TIMM[name]
        network = timm.create_model(model, pretrained=False)
    elif name in TORCHVISION:
        model, side = TORCHVISION[name]
        options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
        options |= {"weights_backbone": None} if name.startswith("segmentation") else {}
        network = torchvision.models.get_model(model, weights=None, **options)
    else:
        make, side = OWN[name]
        network = make()
    for module in network.modules():  # as after training: not the mean 0 and the variance 1 of a new one
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    for weight in network.parameters():  # a last layer of zeros has no gradient
        if weight.dim() > 1 and not weight.any():
            nn.init.normal_(weight, std=0.02)
    return FirstOutput(network).eval(), side


def _export(network: nn.Module, side: int, path: Path, opset: int) -> None:
    image = torch.randn(1, 3, side, side, requires_grad=True)
    output = network(image)
    index = int(output.detach().abs().argmax())
    output.flatten()[index].backward()
    gradient = image.grad
    assert gradient is not None
    np.savez(path.with_suffix(".npz"), input=image.detach().numpy(), index=index, gradient=gradient.numpy())
    options = {"opset_version": opset, "input_names": ["image"], "output_names": ["output"], "verbose": False}
    torch.onnx.export(network, (image.detach(),), path, dynamo="dynamo" in path.stem, external_data=False, **options)


if __name__ == "__main__":
    main(sys.argv[1:])
