"""README's tables of networks, methods, routes and settings from the code: `python -m docs.tables` writes them."""

from pathlib import Path

from app.attribution.registry import METHODS
from app.main import create_app
from app.nets.card import Card, read_card
from app.nets.graph import read_graph
from app.nets.published_networks import FOLDER, read_published_networks
from app.nets.reading.model_file import read_model_file
from app.settings import read_settings, settings_table

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
MODELS = ROOT / "models"


def main() -> None:
    README.write_text(with_tables(README.read_text()))


def with_tables(text: str) -> str:
    """The text with each table between its marks, such as `<!-- routes -->` and `<!-- /routes -->`, generated again."""
    tables = {
        "networks": networks_table(),
        "originals": originals_table(),
        "methods": methods_table(),
        "routes": routes_table(),
        "settings": settings_table(),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{table}{end}{rest.partition(end)[2]}"
    return text


def networks_table() -> str:
    """The included networks, from their cards and their files."""
    rows = [
        "| Id | Network | Input | Layers | Parameters | MACs | Top-1 measured | Licence |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows += [_network_row(read_card(path)) for path in sorted(MODELS.glob("*.json"))]
    return "\n".join(rows) + "\n"


def _network_row(card: Card) -> str:
    size = card.input
    graph = read_graph(read_model_file(MODELS / f"{card.id}.onnx").model, (size.height, size.width))
    top1 = f"{card.accuracy[0].top1} %" if card.accuracy else "not measured"
    cells = (
        f"`{card.id}`",
        _title(card),
        f"{size.width} x {size.height} {size.channels}",
        str(len(graph.layers)),
        f"{graph.params:,}",
        f"{graph.macs / 1e6:,.{0 if graph.macs >= 10_000_000 else 1}f} M",
        top1,
        card.licence or "",
    )
    return f"| {' | '.join(cells)} |"


def _title(card: Card) -> str:
    name = f"[{card.name}]({card.paper.url})" if card.paper else card.name
    return f"{name}, {card.year}" if card.year else name


def originals_table() -> str:
    """The published networks: figures of their graphs, and the weights known for them."""
    rows = [
        "| Id | Network | Parameters | MACs | Depth | Weights | Top-1 published with them |",
        "|---|---|---|---|---|---|---|",
    ]
    for card in read_published_networks(MODELS).cards:
        graph = read_graph(read_model_file(MODELS / FOLDER / f"{card.id}.onnx").model)
        known = card.weights
        cells = (
            f"`{card.id}`",
            _title(card),
            f"{graph.params:,}",
            f"{graph.macs / 1e6:,.{0 if graph.macs >= 10_000_000 else 1}f} M",
            str(graph.depth),
            f"{known.bytes / 1e6:,.0f} MB, {known.licence}" if known else "none known",
            f"{known.accuracy[0].top1} %" if known else "",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def methods_table() -> str:
    """The methods of explanation, fast ones first."""
    rows = [
        "| Name | Method | Gradients | Layer | Runs of the network |",
        "|---|---|---|---|---|",
    ]
    for method in sorted(METHODS.values(), key=lambda method: method.slow):
        cells = (
            f"`{method.name}`",
            f"[{method.title}]({method.paper.url}), {method.paper.year}",
            "needed" if method.needs_gradients else "not needed",
            "a layer with maps, by default the last before further weights" if method.at_layer else "input",
            "many" if method.slow else "one or two",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def routes_table() -> str:
    """Every route of the API, from its OpenAPI description."""
    rows = ["| Method | Path | Response |", "|---|---|---|"]
    for path, operations in create_app(read_settings()).openapi()["paths"].items():
        rows += [f"| {method.upper()} | `{path}` | {each['summary']} |" for method, each in operations.items()]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
