"""The families of the lecture."""

import httpx


def test_every_family_has_the_parameters_of_its_original_and_a_prediction(site: httpx.Client) -> None:
    page = site.get("/figures/families").raise_for_status().text
    plain = page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    parameters = ("61.7 k", "61.0 M", "138 M", "7.00 M", "23.8 M", "11.7 M", "4.23 M")
    assert [each for each in parameters if f"<td>{each}</td>" not in plain] == []
    assert page.count(">church</a>") == 6  # all but LeNet-5, which knows digits alone
