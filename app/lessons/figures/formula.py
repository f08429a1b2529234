"""Numbers in formulas: six significant digits, the minus sign, and brackets where a sign would follow a sign."""

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
NARROW = "\N{NARROW NO-BREAK SPACE}"  # between thousands: no line may end there


def plain(number: float) -> str:
    """The number; a negative zero is written as 0."""
    return f"{number + 0.0:.6g}".replace("-", MINUS)


def bracketed(number: float) -> str:
    """The number as a factor or a term after a sign."""
    return f"({plain(number)})" if number < 0 else plain(number)


def signed(number: float) -> str:
    """The number with the sign before it, as a term of a sum."""
    return f"{MINUS if number < 0 else '+'} {plain(abs(number))}"


def grouped(number: int) -> str:
    """A count with all its digits, in groups of three."""
    return f"{number:,}".replace(",", NARROW)
