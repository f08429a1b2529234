"""The figure of a network in training, on a running server."""

import re

import httpx


def state(site: httpx.Client, query: str) -> tuple[int, float, float]:
    """The steps, the loss and the accuracy in per cent that the figure names."""
    page = site.get(f"/figures/training?{query}").raise_for_status().text.replace("\N{NO-BREAK SPACE}", " ")
    (found,) = re.findall(r"After (\d+) steps: loss ([\d.]+), accuracy ([\d.]+) %\.", page)
    return int(found[0]), float(found[1]), float(found[2])


def test_more_steps_give_a_smaller_loss_and_more_right_digits(site: httpx.Client) -> None:
    begin, middle, end = (state(site, f"step={step}") for step in (0, 30, 120))
    assert (begin[0], middle[0], end[0]) == (0, 30, 120)
    assert begin[1] > middle[1] > end[1]
    assert begin[2] < middle[2] < end[2]


def test_the_page_has_the_ten_digits_and_the_four_kernels(site: httpx.Client) -> None:
    page = site.get("/figures/training?step=1").raise_for_status().text
    assert re.findall(r'aria-label="A drawn (\d)"', page) == list("0123456789")
    assert len(set(re.findall(r'data-cell="(kernel\d)\.', page))) == 4


def test_without_scripts_links_lead_to_further_steps_and_back(site: httpx.Client) -> None:
    page = site.get("/figures/training?step=20").raise_for_status().text
    assert set(re.findall(r'href="\?step=(\d+)"', page)) == {"21", "30", "0"}
    assert 'href="?step=301"' not in site.get("/figures/training?step=300").text
