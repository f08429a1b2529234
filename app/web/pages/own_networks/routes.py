"""The addresses of the pages of one's own networks: one is opened, and how its input is prepared is chosen."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import HTMLResponse

from app.engine.inference import Inference
from app.engine.own.networks import is_own
from app.errors import ConvScopeError
from app.web.deps import Client, TheClient, TheNetwork
from app.web.network_form import open_network
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.language import site_for
from app.web.pages.networks.routes import show_networks
from app.web.pages.own_networks.choice import choice_page
from app.web.pages.own_networks.gather import gather_choice
from app.web.pages.own_networks.input_form import InputForm
from app.web.photo import photo_of

router = APIRouter(include_in_schema=False)


@router.post("/networks/open", response_class=HTMLResponse)
async def open_own(client: TheClient, view: Annotated[Address, Query()]) -> Response:
    """Open the network of the form, then redirect to its view of the picture in the address, or of a sample."""
    try:
        opened, _ = await open_network(client)
        image = await photo_of(client, view.image or "")
    except ConvScopeError as error:
        return await show_networks(client, view, notice=Notice.of(error))
    location = view.link(model=opened.network.id, image=image, layer=None, channel=None, open=None)
    return Response(status_code=303, headers={"Location": f"../{location}"})


@router.get("/networks/{model}/input", response_class=HTMLResponse)
async def show_input(client: TheClient, network: TheNetwork, image: str = "") -> HTMLResponse:
    """How the input of the network is prepared, on the picture of the address or on a sample."""
    inference = Inference(network, await photo_of(client, image))
    return await _choice(client, inference, InputForm.of(network.card.input))


@router.post("/networks/{model}/input", response_class=HTMLResponse)
async def choose_input(
    client: TheClient, network: TheNetwork, form: Annotated[InputForm, Form()], image: str = ""
) -> Response:
    """Prepare the input as the form says, then redirect to the view of that network."""
    photo = await photo_of(client, image)
    try:
        fields = form.changed_fields(network.card)
        chosen = await client.wait(client.engine.own_networks.with_input(network.id, fields))
    except ConvScopeError as error:
        typed = InputForm.of(network.card.input).with_texts_of(form)
        return await _choice(client, Inference(network, photo), typed, Notice.of(error))
    location = Address(model=chosen.network.id, image=photo).link()
    return Response(status_code=303, headers={"Location": f"../../{location}"})


async def _choice(client: Client, inference: Inference, form: InputForm, notice: Notice | None = None) -> HTMLResponse:
    site = site_for(client.request)
    data = await gather_choice(client, inference, form if is_own(inference.network.id) else None, notice)

    def render() -> HTMLResponse:
        page = choice_page(data)
        return site.render("own_networks/input.html", {"page": page}, page.notice)

    return await asyncio.to_thread(render)
