"""Two matrices of the same size, their element-wise product, and its sum."""

from dataclasses import dataclass

from pydantic import Field

from app.lessons.figures.formula import TIMES, bracketed, plain
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_patch


class ProductsState(FigureState):
    """The two matrices, rows between semicolons."""

    patch: str = Field(default="1 2 3; 2 0 0; 7 9 1", max_length=1000)
    kernel: str = Field(default="3 2 0; 3 0 1; 0 5 2", max_length=1000)


@dataclass(frozen=True, slots=True)
class ProductsFigure:
    """The matrices, their products, and the sum as a formula."""

    patch: FigureMatrix
    kernel: FigureMatrix
    products: FigureMatrix
    total: float
    working: str


def draw_products(state: ProductsState) -> ProductsFigure:
    """The products; raises InvalidRequest where the matrices can't be read or differ in size."""
    patch, kernel = read_patch(state.patch, state.kernel)
    products = patch * kernel
    total = float(products.sum())

    def sources(row: int, column: int) -> tuple[tuple[str, ...], str]:
        factors = f"{plain(patch[row, column])} {TIMES} {bracketed(kernel[row, column])}"
        links = (f"patch.{row}.{column}", f"kernel.{row}.{column}")
        return links, f"{factors} = {plain(products[row, column])}"

    return ProductsFigure(
        patch=matrix_of("patch", patch),
        kernel=matrix_of("kernel", kernel),
        products=matrix_of("products", products, sources=sources),
        total=total,
        working=f"{' + '.join(bracketed(product) for product in products.ravel())} = {plain(total)}",
    )


PRODUCTS = FigureKind("products", ProductsState, draw_products)
