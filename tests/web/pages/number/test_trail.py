"""The trail from number to number: it grows by each step, comes back, and stays short."""

from urllib.parse import parse_qs

from app.nets.layer import CellPlace
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.number.trail import MAX_STEPS, Trail, read_trail, write_trail

HERE = CellPlace("conv_c3", 3, 4, 6)


def trail(network: Network, text: str | None = None, **choices: int) -> Trail:
    return Trail(network, Address.model_validate({"model": "lenet5", "trail": text, **choices}), HERE)


def test_a_trail_reads_as_it_was_written() -> None:
    places = (CellPlace("fc", 2), CellPlace("a:b", 1, 2, 3))
    assert tuple(read_trail(write_trail(places))) == places


def test_what_is_no_number_is_left_out() -> None:
    assert list(read_trail("fc:2:0:0,nothing,fc:x:0:0,fc:-1:0:0,:::,fc:1:2")) == [CellPlace("fc", 2)]


def test_a_unit_that_the_network_does_not_have_is_a_step_without_a_name(network: Network) -> None:
    assert [step.unit for step in trail(network, "softmax:9:0:0,softmax:10:0:0").steps] == ["9", None]


def test_the_oldest_steps_fall_off() -> None:
    places = tuple(CellPlace("fc", number) for number in range(MAX_STEPS + 5))
    assert tuple(read_trail(write_trail(places))) == places[5:]


def test_a_step_onward_adds_this_number(network: Network) -> None:
    link = trail(network, "output:2:0:0", plane=5).onward(CellPlace("pool_s2", 1, 8, 9))
    query = parse_qs(link.href[1:])
    assert query["trail"] == ["output:2:0:0,conv_c3:3:4:6"]
    assert (query["layer"], query["channel"], query["cell"]) == (["pool_s2"], ["1"], ["8,9"])
    assert "plane" not in query


def test_each_step_back_has_the_trail_before_it(network: Network) -> None:
    first, second = trail(network, "softmax:2:0:0,unknown:1:0:0,output:2:0:0").steps
    assert (first.name, first.unit, first.has_map) == ("softmax", "2", False)
    assert "trail" not in parse_qs(first.href[1:])
    assert parse_qs(second.href[1:])["trail"] == ["softmax:2:0:0"]


def test_a_number_beside_keeps_the_choices(network: Network) -> None:
    query = parse_qs(trail(network, "output:2:0:0", plane=5, terms=64).beside(CellPlace("conv_c3", 3, 4, 7))[1:])
    assert (query["plane"], query["terms"], query["trail"]) == (["5"], ["64"], ["output:2:0:0"])
