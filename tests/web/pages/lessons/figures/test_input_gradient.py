"""The gradient of the pixels, on a running server."""

import re

import httpx


def test_the_gradient_is_that_of_the_predicted_class_and_leads_to_its_explanation(site: httpx.Client) -> None:
    page = site.get("/figures/input-gradient").raise_for_status().text
    assert "SqueezeNet 1.1 predicts “Egyptian cat”." in page
    (address,) = re.findall(r'src="\.\./(api/[^"]*saliency\.png[^"]*)"', page)
    assert "target=Egyptian+cat" in address
    assert site.get(f"/{address.replace('&amp;', '&')}").raise_for_status().headers["Content-Type"] == "image/png"
    (href,) = re.findall(r'href="\.\./(\?[^"]*method=saliency[^"]*)"', page)
    assert "Egyptian cat" in site.get(f"/{href.replace('&amp;', '&')}").raise_for_status().text
