"""Timings: measured once, then known."""

from app.engine.engine import Engine


def test_the_time_of_a_run_is_measured_once(engine: Engine) -> None:
    network = engine.network("lenet5")
    assert engine.timings.known(network) is None
    seconds = engine.timings.measure(network).result()
    assert seconds > 0
    assert engine.timings.known(network) == seconds
    assert engine.timings.measure(network).result() == seconds


def test_every_layer_has_a_time_or_none_of_its_own(engine: Engine) -> None:
    network = engine.network("lenet5")
    times = engine.timings.layers(network).result()
    assert list(times.layers) == [layer.id for layer in network.graph.layers]
    assert times.run > 0
    assert engine.timings.layers(network).result() is times
