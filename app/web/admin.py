"""The admin: whoever has the server's token, CONVSCOPE_ADMIN_TOKEN, may change what everyone sees."""

import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import ConvScopeError
from app.settings import Settings

Token = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="The server's CONVSCOPE_ADMIN_TOKEN.")),
]


class Forbidden(ConvScopeError):
    """The server has no admin, or the token is missing or wrong."""

    status = 403
    code = "forbidden"


def install_admin(app: FastAPI, settings: Settings) -> None:
    """Let routes with `ADMIN` check the token of the settings."""
    app.state.admin_token = settings.admin_token.get_secret_value()


async def _admin(request: Request, token: Token) -> None:
    expected: str = request.app.state.admin_token
    if not expected:
        raise Forbidden(
            "What needs the admin's token is switched off: the server has none. Set CONVSCOPE_ADMIN_TOKEN; weights can "
            "also be downloaded by `convscope pull`."
        )
    if token is None or not secrets.compare_digest(token.credentials.encode(), expected.encode()):
        raise Forbidden("This needs the admin's token, as `Authorization: Bearer TOKEN`.")


ADMIN = Depends(_admin)
