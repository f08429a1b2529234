"""From layers and channels to maps of the view."""

import numpy as np

from app.attribution.maps import NO_EVIDENCE, ZERO_MAP, evidence_note, reduce_channels, upsample


def test_cells_divide_the_view_evenly() -> None:
    enlarged = upsample(np.array([[0, 1]], np.float32), 1, 4)
    np.testing.assert_allclose(enlarged, [[0, 0.25, 0.75, 1]])


def test_the_strongest_channel_keeps_its_sign() -> None:
    values = np.array([[[1.0, -1]], [[-3, 0.5]]], np.float32)
    np.testing.assert_array_equal(reduce_channels(values, "strongest"), [[-3, -1]])
    np.testing.assert_array_equal(reduce_channels(values, "sum"), [[-2, -0.5]])


def test_a_map_without_evidence_has_a_note() -> None:
    assert evidence_note(np.array([[-1.0, 0]], np.float32)) == NO_EVIDENCE
    assert evidence_note(np.zeros((2, 2), np.float32)) == ZERO_MAP
    assert evidence_note(np.array([[-1.0, 1]], np.float32)) == ""
