"""The final activation of a network: the softmax or sigmoid that its output ends in, as an operator or written out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isclose, prod
from typing import Literal

from app.nets.reading.operators import Operator, OperatorGraph

ActivationKind = Literal["softmax", "log_softmax", "sigmoid", "hard_sigmoid", "mixture", "multiple"]
KEEPS_NUMBERS = {"Identity", "Cast", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose"}
ROUNDING = {"QuantizeLinear", "DequantizeLinear"}  # of real numbers: the activation before it has the same meaning
NOT_NEGATIVE = {"Relu", "Softplus", "Sigmoid", "HardSigmoid", "Softmax", "Clip", "Abs", "Exp"}
SUMS = {"Add", "Sum", "Mean"}
MEANS = {"ReduceMean", "GlobalAveragePool"}
SELECTING = {"Slice", "Split", "Gather", "ReduceMax", "GlobalMaxPool"}  # and these read their first input alone
COMBINING = {"Concat", "Mean", "Max", "Min"}  # what they make of probabilities of labels are such again, as a product
CHANGING = {"Add", "Sum", "Sub", "Mul", "Div"}
SIGMOIDS = {"Sigmoid", "HardSigmoid", "QLinearSigmoid"}
SOFTMAXES = {"Softmax", "QLinearSoftmax"}
MAX_MATCHES = 64  # operators that are looked at: a file may repeat them without end
LAST_AXIS_OPSET = 13  # from here on softmax is over one axis, by default the last; before, over all from `axis` on


@dataclass(frozen=True, slots=True)
class FinalActivation:
    """The activation that an output ends in, and the value `argument` that it is applied to.

    A "mixture" is a weighted sum or mean of softmaxes that adds up to 1, a vector divided by its sum, 1 - p beside p,
    or a softmax of integers; a "multiple" adds up to another number. They have no argument, nor has a sigmoid of
    integers, or one whose numbers are left out in part or averaged over places.
    `slope` and `shift` are those of a hard sigmoid, max(0, min(1, slope * x + shift)).
    """

    kind: ActivationKind
    argument: str = ""
    slope: float = 0.2
    shift: float = 0.5


class OutputSearch:
    """Matches the formulas of activations from the output backwards.

    Operators that keep or round the values, and a Clip of the result, may follow the activation. A softmax counts only
    if it is over all the `units` of the output.
    """

    def __init__(self, graph: OperatorGraph, output: str, units: int) -> None:
        self._graph = graph
        self._output = output
        self._units = units
        self._remaining = MAX_MATCHES
        self._makers: Mapping[str, Operator] = {
            value: operator for operator in graph.operators for value in operator.outputs if value
        }

    @property
    def operator(self) -> Operator | None:
        """The operator that computes the numbers of the output, before those that keep or round them."""
        return self.maker(self._output)

    def activation(self) -> FinalActivation | None:
        """The activation that the output ends in; None if there is none."""
        formula = self._formula(self._output)
        if formula is not None:
            return formula
        total = self._total(self._output)
        if total is None:
            return self._of_probabilities()
        return FinalActivation("mixture" if isclose(total, 1, rel_tol=1e-4) else "multiple")

    def computed_value(self, value: str) -> str:
        """The value before Identity and Cast, which are no layers."""
        while value in self._makers and self._makers[value].op in ("Identity", "Cast"):
            value = self._makers[value].inputs[0]
        return value

    def read_first(self, value: str) -> str:
        """The first value that the operator of a layer's output reads, before Identity and Cast."""
        return self.computed_value(self._makers[value].inputs[0])

    def maker(self, value: str) -> Operator | None:
        """The operator that computes the numbers of a value."""
        return self._makers.get(self._source(value))

    def is_same(self, first: str, second: str) -> bool:
        return self._source(first) == self._source(second)

    def constant(self, value: str) -> float | None:
        """The number that a constant is filled with; None if the value is no constant of one number."""
        numbers = self._graph.constants.get(self._source(value, KEEPS_NUMBERS))
        return float(numbers.reshape(-1)[0]) if numbers is not None and numbers.size == 1 else None

    def _formula(self, value: str) -> FinalActivation | None:
        """The activation that a value is the result of; a mixture only where a vector is divided by its sum."""
        operator = self.maker(value)
        self._remaining -= 1
        if operator is None or self._remaining < 0:
            return None
        match operator.op:
            case "Softmax" if self._is_over_units(operator):
                return FinalActivation("softmax", operator.inputs[0])
            case "LogSoftmax" if self._is_over_units(operator):
                return FinalActivation("log_softmax", operator.inputs[0])
            case "Sigmoid":
                return FinalActivation("sigmoid", operator.inputs[0])
            case "QLinearSoftmax" | "QLinearSigmoid":
                return self._of_integers(operator)
            case "HardSigmoid":
                numbers = operator.attributes
                return FinalActivation(
                    "hard_sigmoid", operator.inputs[0], numbers.get("alpha", 0.2), numbers.get("beta", 0.5)
                )
            case "Clip":
                return self._formula(operator.inputs[0])
            case "Log":
                return self._changed(operator.inputs[0], "softmax", "log_softmax")
            case "Exp":
                return self._changed(operator.inputs[0], "log_softmax", "softmax")
        return self._written_out(operator)

    def _of_probabilities(self) -> FinalActivation | None:
        """What an operator makes of the results of activations alone: a part or a mean of them. It has no argument."""
        operator = self.operator
        if operator is None or operator.op not in MEANS | SELECTING | COMBINING | CHANGING:
            return None
        read = operator.inputs[:1] if operator.op in MEANS | SELECTING else operator.inputs
        varying = [value for value in read if value in self._graph.input_dependent]
        inner = [maker for maker in map(self.maker, varying) if maker is not None]
        if {each.op for each in inner} - SIGMOIDS - SOFTMAXES or not varying or len(inner) < len(varying):
            return None
        is_changed = operator.op in CHANGING and (operator.op != "Mul" or len(varying) < len(read))
        if SIGMOIDS.issuperset(each.op for each in inner):
            return FinalActivation("multiple" if is_changed else "sigmoid")
        return FinalActivation("mixture" if operator.op in MEANS and self._is_over_units(inner[0]) else "multiple")

    def _of_integers(self, operator: Operator) -> FinalActivation | None:
        """The activation of an operator of integers: no layer gives the real numbers that it is applied to."""
        if operator.op == "QLinearSigmoid":
            return FinalActivation("sigmoid")
        return FinalActivation("mixture") if self._is_over_units(operator) else None

    def _written_out(self, operator: Operator) -> FinalActivation | None:
        match operator.op, operator.inputs:
            case "Div", (first, second):
                return self._quotient(first, second)
            case "Concat", (first, second) if self._is_complement(first, second) or self._is_complement(second, first):
                return FinalActivation("mixture")
            case "Reciprocal", (value,):
                return self._sigmoid_of(value)
            case "Mul", (first, second):
                for factor, other in ((first, second), (second, first)):
                    maker = self.maker(other)
                    if maker is not None and maker.op == "Reciprocal":
                        return self._quotient(factor, maker.inputs[0])
            case "Sub", (first, second):
                if self._is_log_sum(second, first):
                    return FinalActivation("log_softmax", self._unshifted(first))
        return None

    def _quotient(self, first: str, second: str) -> FinalActivation | None:
        """A softmax, a sigmoid, 1 / (1 + exp(-x)) or exp(x) / (1 + exp(x)), or numbers from 0 on over their sum."""
        if self.constant(first) == 1:
            return self._sigmoid_of(second)
        above = self.maker(first)
        if above is None:
            return None
        if self._is_sum(second, first):
            if above.op == "Exp":
                return FinalActivation("softmax", self._unshifted(above.inputs[0]))
            is_positive = above.op in NOT_NEGATIVE and (above.op != "Clip" or above.attributes.get("min", -1) >= 0)
            return FinalActivation("mixture") if is_positive else None
        power = self._one_plus(second)
        if above.op == "Exp" and power is not None and self.is_same(power.inputs[0], above.inputs[0]):
            return FinalActivation("sigmoid", above.inputs[0])
        return None

    def _sigmoid_of(self, denominator: str) -> FinalActivation | None:
        """The sigmoid whose denominator is 1 + Exp(-x)."""
        power = self._one_plus(denominator)
        negative = None if power is None else self.maker(power.inputs[0])
        if negative is None:
            return None
        if negative.op == "Neg":
            return FinalActivation("sigmoid", negative.inputs[0])
        if negative.op == "Mul":
            factors = [value for value in negative.inputs if self.constant(value) != -1]
            return FinalActivation("sigmoid", factors[0]) if len(factors) == 1 else None
        is_difference = negative.op == "Sub" and self.constant(negative.inputs[0]) == 0
        return FinalActivation("sigmoid", negative.inputs[1]) if is_difference else None

    def _one_plus(self, value: str) -> Operator | None:
        """The exponential of 1 + Exp(x)."""
        total = self.maker(value)
        if total is None or total.op != "Add":
            return None
        terms = [term for term in total.inputs if self.constant(term) != 1]
        power = self.maker(terms[0]) if len(terms) == 1 else None
        return power if power is not None and power.op == "Exp" else None

    def _is_complement(self, value: str, of: str) -> bool:
        """Whether a value is 1 - p of a probability p, which a sigmoid gives."""
        operator, other = self.maker(value), self._formula(of)
        if operator is None or operator.op != "Sub" or other is None or other.kind not in ("sigmoid", "hard_sigmoid"):
            return False
        return self.constant(operator.inputs[0]) == 1 and self.is_same(operator.inputs[1], of)

    def _is_sum(self, value: str, of: str) -> bool:
        """Whether a value is the sum of `of` over all units; of numbers from 0 on that is their L1 norm."""
        operator = self.maker(value)
        return operator is not None and operator.op in ("ReduceSum", "ReduceL1") and self._reduces(operator, of)

    def _is_log_sum(self, value: str, of: str) -> bool:
        """Whether a value is the logarithm of the sum of the exponentials of `of`, over all units."""
        operator = self.maker(value)
        if operator is None:
            return False
        if operator.op == "ReduceLogSumExp":
            return self._reduces(operator, of)
        total = self.maker(operator.inputs[0]) if operator.op == "Log" else None
        power = self.maker(total.inputs[0]) if total is not None and total.op == "ReduceSum" else None
        if total is None or power is None or power.op != "Exp":
            return False
        return self.is_same(power.inputs[0], of) and self._reduces(total, total.inputs[0])

    def _reduces(self, operator: Operator, value: str) -> bool:
        before, after = self._size(operator.inputs[0]), self._size(operator.outputs[0])
        return self.is_same(operator.inputs[0], value) and before == after * self._units

    def _unshifted(self, value: str) -> str:
        """x of x - max(x), which a softmax subtracts so that its exponentials do not overflow."""
        operator = self.maker(value)
        if operator is not None and operator.op == "Sub":
            first, second = operator.inputs
            largest = self.maker(second)
            if largest is not None and largest.op == "ReduceMax" and self.is_same(largest.inputs[0], first):
                return first
        return value

    def _changed(self, value: str, kind: ActivationKind, to: ActivationKind) -> FinalActivation | None:
        formula = self._formula(value)
        return FinalActivation(to, formula.argument) if formula is not None and formula.kind == kind else None

    def _total(self, value: str) -> float | None:
        """What the entries of a weighted sum of probabilities add up to; None if it is no such sum."""
        formula, operator = self._formula(value), self.maker(value)
        if operator is None or self._remaining < 0:
            return None
        if formula is not None:
            return 1 if formula.kind in ("softmax", "mixture") else None
        if operator.op in SUMS:
            totals = [total for term in operator.inputs if (total := self._total(term)) is not None]
            if len(totals) < len(operator.inputs):
                return None
            return sum(totals) / (len(totals) if operator.op == "Mean" else 1)
        return self._scaled_total(operator) if operator.op in ("Mul", "Div") else None

    def _scaled_total(self, operator: Operator) -> float | None:
        """The total of a product or quotient of probabilities and a number."""
        first, second = operator.inputs
        if operator.op == "Mul" and self.constant(first) is not None:
            first, second = second, first
        factor = self.constant(second)
        total = self._total(first) if factor else None
        if total is None or not factor:
            return None
        return total * factor if operator.op == "Mul" else total / factor

    def _is_over_units(self, operator: Operator) -> bool:
        shape: Sequence[int] = self._graph.shape(operator.inputs[0])
        if operator.attributes.get("opset", self._graph.opset) < LAST_AXIS_OPSET:  # QLinearSoftmax has its own
            axis = operator.attributes.get("axis", 1)
            return prod(shape[axis:]) == self._units > 1
        length: int = shape[operator.attributes.get("axis", -1)]
        return length == self._units > 1

    def _source(self, value: str, passed: Collection[str] = KEEPS_NUMBERS | ROUNDING) -> str:
        """The value whose numbers these are, before operators that are passed."""
        while value in self._makers and self._makers[value].op in passed:
            value = self._makers[value].inputs[0]
        return value

    def _size(self, value: str) -> int:
        return prod(self._graph.shape(value))
