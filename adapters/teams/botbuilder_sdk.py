"""The line to Teams by botbuilder-core, of which only CloudAdapterBase, TurnContext and the connector are used.

Guards its defects: the door has checked the token, so its own check, which fetches keys on the event loop and never
again for an unknown one, is not asked; bodies of invokes go out as they are; nothing is retried, redirected or raised
unread by the library; what it drops of an activity is read from the raw JSON elsewhere.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import requests
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ConversationParameters, ConversationReference
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from msrest.authentication import BasicTokenAuthentication
from msrest.exceptions import ClientRequestError

from adapters.teams.line import (
    CALL_SECONDS,
    MOST_SERVICES,
    Failed,
    Json,
    Reference,
    Reply,
    read_code,
    to_activity,
    to_parameters,
)
from adapters.teams.tokens import AppToken
from bot.ports import Unsent

NOT_WELL = 300  # the first status that is not well
TARGETED = {"isTargetedActivity": "true"}
MOST_THREADS = 64  # more than conversations are held at a time, and words said beside them


class Connectors(ConnectorFactory):  # type: ignore[misc] # the library's own
    """A client for each address of Teams', kept, with a token that is fresh whenever it is used."""

    def __init__(self, token: AppToken) -> None:
        self.token = token
        self.clients: OrderedDict[str, Any] = OrderedDict()

    async def create(self, service_url: str, audience: str = "") -> Any:
        """The client for this address."""
        client = self.clients.get(service_url) or make_client(service_url)
        client.config.credentials.token = {"access_token": await self.token.read()}
        self.clients[service_url] = client
        self.clients.move_to_end(service_url)
        if len(self.clients) > MOST_SERVICES:
            self.clients.popitem(last=False)
        return client


def make_client(service_url: str) -> Any:
    """Follows no redirect and tries nothing twice; what is not well is raised before the library reads it."""
    client = ConnectorClient(BasicTokenAuthentication({"access_token": ""}), base_url=service_url)
    client.config.connection.timeout = CALL_SECONDS
    client.config.redirect_policy.allow = False
    client.config.retry_policy.retries = 0
    client.config.retry_policy.policy.status_forcelist = ()  # the library would try some of them again by itself
    client.config.hooks.append(check_status)
    client.config.enable_http_logger = False
    return client


def check_status(response: requests.Response, *_: Any, **__: Any) -> None:
    """Before the library reads an error, as it stumbles over one that is no JSON. Raises Failed."""
    if response.status_code >= NOT_WELL:
        raise Failed(response.status_code, read_code(response.text), response.headers.get("Retry-After", ""))


class Authentication(BotFrameworkAuthentication):  # type: ignore[misc] # the library's own
    """Hands out clients; whoever asks it to check a token finds that the door has."""

    def __init__(self, connectors: Connectors) -> None:
        self.connectors = connectors

    def create_connector_factory(self, claims_identity: Any) -> Connectors:
        """For writing."""
        return self.connectors

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """Nobody signs in through us."""

    async def authenticate_request(self, activity: Any, auth_header: str) -> Any:
        """Never asked."""
        raise PermissionError

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        """Never asked."""
        raise PermissionError


class Adapter(CloudAdapterBase):  # type: ignore[misc] # the library's own
    """The library's adapter as it is; it is abstract by name alone."""


class BotbuilderLine:
    """For one app."""

    def __init__(self, app_id: str, token: AppToken) -> None:
        """Within the event loop: the library waits for Teams on the loop's own threads, which the record needs as well,
        and a Teams that hangs must not take them all."""
        threads = ThreadPoolExecutor(MOST_THREADS, "secret-review")
        asyncio.get_running_loop().set_default_executor(threads)
        self.app_id = app_id
        self.connectors = Connectors(token)
        self.adapter = Adapter(Authentication(self.connectors))

    async def take(self, activity: Json, claims: Json, answer: Callable[[], Awaitable[Reply]]) -> Reply:
        """Raises whatever `answer` raises."""
        known = AuthenticateRequestResult()
        known.claims_identity = ClaimsIdentity(dict(claims), bool(claims))
        known.connector_factory = self.connectors
        replies: list[Reply] = []

        async def turn(context: TurnContext) -> None:
            replies.append(await answer())
            if context.activity.type == "invoke":
                value = InvokeResponse(status=replies[0].status)  # the library would copy a card part by part
                await context.send_activity(Activity(type="invokeResponse", value=value))

        await self.adapter.process_activity(known, Activity().deserialize(dict(activity)), turn)
        return replies[0]

    async def send(self, reference: Reference, activity: Json, is_targeted: bool = False) -> str:
        """Raises Failed, Unsent, or whatever else went wrong."""
        arrived: list[str] = []

        async def turn(context: TurnContext) -> None:
            context.activity.id = None  # it replies to nothing
            made = Activity().deserialize(to_activity(reference, activity))
            if is_targeted:
                arrived.append(await self._send_targeted(reference, made))
            else:
                arrived.append(str((await context.send_activity(made)).id or ""))

        await self._go_on(reference, turn)
        return arrived[0]

    async def _send_targeted(self, reference: Reference, made: Any) -> str:
        """The library knows no such messages, so the address is told what to do."""
        client = await self.connectors.create(reference.service)
        url = client._client.format_url("v3/conversations/{id}/activities", id=reference.conversation)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        request = client._client.post(url, TARGETED, headers, made.serialize())
        response = await client._client.async_send(request, stream=False)
        return str(json.loads(response.text() or "{}").get("id", ""))

    async def update(self, reference: Reference, name: str, activity: Json) -> None:
        """Raises Failed, Unsent, or whatever else went wrong."""

        async def turn(context: TurnContext) -> None:
            made = Activity().deserialize({**to_activity(reference, activity), "id": name})
            await context.update_activity(made)

        await self._go_on(reference, turn)

    async def open(self, reference: Reference) -> str:
        """Raises Failed, Unsent, or whatever else went wrong."""
        client = await self.connectors.create(reference.service)
        parameters = ConversationParameters().deserialize(to_parameters(reference))
        made = await judged(partial(client.conversations.create_conversation, parameters))
        return str(made.id)

    async def read_member(self, reference: Reference) -> Json:
        """Raises Failed, Unsent, or whatever else went wrong."""
        client = await self.connectors.create(reference.service)
        ask = partial(client.conversations.get_conversation_member, reference.conversation, reference.user)
        found = await judged(ask)
        return {**found.additional_properties, "id": found.id, "aadObjectId": found.aad_object_id}

    async def close(self) -> None:
        """Its connections end by themselves."""
        self.connectors.clients.clear()

    async def _go_on(self, reference: Reference, turn: Callable[[TurnContext], Awaitable[None]]) -> None:
        known = ConversationReference().deserialize(
            {
                "channelId": "msteams",
                "serviceUrl": reference.service,
                "conversation": {"id": reference.conversation},
                "bot": {"id": reference.bot},
                "user": {"id": reference.user},
            }
        )
        await judged(partial(self.adapter.continue_conversation, known, turn, self.app_id))


async def judged(call: Callable[[], Awaitable[Any]]) -> Any:
    """Raises Unsent where nothing left us, else what the call raises."""
    try:
        return await call()
    except ClientRequestError as fault:
        if is_unsent(fault.inner_exception):
            raise Unsent from fault
        raise


def is_unsent(fault: Any) -> bool:
    """Whether not even a connection came about."""
    if isinstance(fault, requests.ConnectTimeout):
        return True
    reason = getattr(fault.args[0], "reason", None) if getattr(fault, "args", None) else None
    return type(reason).__name__ in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")
