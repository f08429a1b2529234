"""Each kind of view, by the address that shows it: what the tests load, and what `make shots` takes pictures of."""

from typing import Literal

VIEWS = {
    "start": "",
    "input": "?model=lenet5&image={image}&layer=input&target=2&temperature=3&top_k=10",
    "prediction": "?model=lenet5&image={image}&target=2&temperature=2",
    "drawing pad": "?model=lenet5&image={image}#drawing-pad",
    "choice of a network": "?model=lenet5&image={image}#networks",
    "layer": "?model=lenet5&image={image}&layer=conv_c1",
    "enlarged layer": "?model=lenet5&image={image}&layer=conv_c3&order=max&zoom=4&map=large&by=memory",
    "channel": "?model=resnet18-imagenette&image={image}&layer=conv1&channel=3&alike=1",
    "graph": "?model=resnet18-imagenette&image={image}&layer=conv3_1.add&map=large&open=all&by=macs",
    "cell": "?model=lenet5&image={image}&layer=conv_c3&channel=3&cell=4,6&overlay=0.6&alike=1",
    "cell of a sum": "?model=resnet18-imagenette&image={image}&layer=conv3_1.add&channel=3&cell=4,6&overlay=0.6",
    "vector": "?model=lenet5&image={image}&layer=output",
    "unit": "?model=lenet5&image={image}&layer=softmax&channel=2&map=none",
    "number": "?model=resnet18-imagenette&image={image}&layer=conv1&channel=3&cell=0,6&view=number",
    "number of a vector": "?model=lenet5&image={image}&layer=output&channel=2&view=number&trail=softmax:2:0:0",
    "pixel": "?model=squeezenet1_1&image={image}&layer=input&channel=1&cell=20,36&view=number",
    "explanation": "?model=lenet5&image={image}&why=2&against=7&beside=methods&wait=1",
    "slow explanation": "?model=lenet5&image={image}&why=2&against=7&method=smoothgrad&beside=methods&wait=1",
    "no explanation": "?model=lenet5&image={image}&why=2&method=cam&beside=random",
    "largest contribution": "?model=resnet18-imagenette&image={image}&layer=softmax&channel=2&view=number&path=1",
    "folded normalisation": "?model=resnet18-imagenette&image={image}&layer=bn1&channel=3&view=number&folded=1",
    "kernel": "kernel?image={image}&model=lenet5&layer=conv_c1&channel=2",
    "networks": "networks",
    "comparison": "compare",
    "comparison of none": "compare?models=",
    "comparison on a photo": "compare?image={image}",
    "comparison of two": "compare?image={image}&models=squeezenet1_1,efficientnet_lite0",
    "reference": "docs",
    "architecture": "?model=alexnet&layer=conv1",
    "architecture with weights elsewhere": "?model=vgg16&layer=conv1_1",
    "lessons": "learn",
    "glossary": "learn/glossary",
    "exercise": "exercises/sliding.output-size?output-size.answer=1&output-size.solution=1",
    "exercise of a matrix": "exercises/convolution?seed=1&answer.0.0=1&answer.0.1=2&solution=1",
    "exercise of a choice": "exercises/matching-kernel?seed=1&answer=0&solution=1",
    "form of a sheet": "exercises",
    "sheet of exercises": "exercises/sheet?lessons=3&variants=2&seed=cb00528578911b45",
    "answers of a sheet": "exercises/answers?lessons=3&variants=2&seed=cb00528578911b45&key=key",
    "error": "no/such/page",
}
REFUSED = {"no explanation": 409, "error": 404}  # the status of the page itself
WIDTHS = [390, 1024, 1440]
THEMES: list[Literal["light", "dark"]] = ["light", "dark"]
