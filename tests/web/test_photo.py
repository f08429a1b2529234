"""The photo of a lesson."""

import httpx


def test_a_lesson_shows_the_photo_of_its_address(site: httpx.Client, image: str) -> None:
    assert f"images/{image}.png" in site.get(f"/learn/numbers?image={image}").raise_for_status().text


def test_a_photo_that_is_not_there_is_named_in_the_figure(site: httpx.Client) -> None:
    answer = site.get("/learn/numbers?image=nothing")
    assert answer.status_code == 200
    assert 'class="notice' in answer.text
