"""The line to Teams by the Microsoft 365 Agents SDK, of which only the adapter, TurnContext and the connector are used.

Guards its habits: the door has checked the token, as this SDK leaves that to others; nobody is told of an exception;
no redirect is followed.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import ClientConnectorError, ClientResponseError, ClientSession, ClientTimeout, TCPConnector, TraceConfig
from microsoft_agents.activity import Activity, ConversationParameters, InvokeResponse
from microsoft_agents.hosting.core import ChannelServiceAdapter, ClaimsIdentity, TurnContext
from microsoft_agents.hosting.core.channel_service_client_factory_base import ChannelServiceClientFactoryBase
from microsoft_agents.hosting.core.connector import ConnectorClientBase
from microsoft_agents.hosting.core.connector.client import ConnectorClient

from adapters.teams.line import (
    CALL_SECONDS,
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


class Redirected(OSError):
    """Teams sends nobody elsewhere."""


class NobodySignsIn:
    """In place of a client for people's own tokens."""

    async def close(self) -> None:
        """Nothing was opened."""


class Connectors(ChannelServiceClientFactoryBase):
    """A client for each call, over connections that are kept."""

    def __init__(self, token: AppToken) -> None:
        self.token = token
        self.connector: TCPConnector | None = None

    async def create_connector_client(
        self,
        context: Any,
        claims_identity: Any,
        service_url: str,
        audience: str = "",
        scopes: list[str] | None = None,
        use_anonymous: bool = False,
    ) -> Any:
        """The client for this address, with a token that is fresh."""
        return ConnectorClient(service_url, await self.token.read(), session=self._make_session(service_url))

    def _make_session(self, service_url: str) -> ClientSession:
        self.connector = self.connector or TCPConnector()
        trace = TraceConfig()
        trace.on_request_redirect.append(refuse_redirect)
        return ClientSession(
            base_url=service_url.rstrip("/") + "/",
            connector=self.connector,
            connector_owner=False,
            timeout=ClientTimeout(total=CALL_SECONDS),
            trace_configs=[trace],
        )

    async def create_user_token_client(self, *_: Any, **__: Any) -> Any:
        """Nobody signs in through us."""
        return NobodySignsIn()


async def refuse_redirect(*_: Any) -> None:
    """Raises Redirected."""
    raise Redirected


class Adapter(ChannelServiceAdapter):
    """The library's adapter as it is; it is abstract by name alone."""


class AgentsLine:
    """For one app."""

    def __init__(self, app_id: str, token: AppToken) -> None:
        self.connectors = Connectors(token)
        self.adapter = Adapter(self.connectors)
        self.app = ClaimsIdentity({"aud": app_id, "appid": app_id})

    async def take(self, activity: Json, claims: Json, answer: Callable[[], Awaitable[Reply]]) -> Reply:
        """Raises whatever `answer` raises."""
        replies: list[Reply] = []

        async def turn(context: TurnContext) -> None:
            replies.append(await answer())
            if context.activity.type == "invoke":
                value = InvokeResponse(status=replies[0].status)  # the library would copy a card part by part
                await context.send_activity(Activity(type="invokeResponse", value=value))

        known = ClaimsIdentity({name: str(value) for name, value in claims.items()})
        await self.adapter.process_activity(known, Activity.model_validate(dict(activity)), turn)
        return replies[0]

    async def send(self, reference: Reference, activity: Json, is_targeted: bool = False) -> str:
        """Raises Failed, Unsent, or whatever else went wrong."""
        arrived: list[str] = []

        async def turn(context: TurnContext) -> None:
            context.activity.id = None  # it replies to nothing
            made = Activity.model_validate(to_activity(reference, activity))
            if is_targeted:
                made.make_targeted_activity()
            response = await context.send_activity(made)
            arrived.append(response.id or "")

        await self._go_on(reference, turn)
        return arrived[0]

    async def update(self, reference: Reference, name: str, activity: Json) -> None:
        """Raises Failed, Unsent, or whatever else went wrong."""

        async def turn(context: TurnContext) -> None:
            made = Activity.model_validate({**to_activity(reference, activity), "id": name})
            await context.update_activity(made)

        await self._go_on(reference, turn)

    async def open(self, reference: Reference) -> str:
        """Raises Failed, Unsent, or whatever else went wrong."""
        parameters = ConversationParameters.model_validate(to_parameters(reference))

        async def call(client: ConnectorClientBase) -> Any:
            return await client.conversations.create_conversation(parameters)

        return str((await self._ask(reference, call)).id)

    async def read_member(self, reference: Reference) -> Json:
        """Raises Failed, Unsent, or whatever else went wrong."""

        async def call(client: Any) -> Any:
            return await client.conversations.get_conversation_member(reference.conversation, reference.user)

        found = await self._ask(reference, call)
        told: dict[str, Any] = found.model_dump(by_alias=True)
        return told

    async def close(self) -> None:
        """Hang up."""
        if self.connectors.connector:
            await self.connectors.connector.close()

    async def _ask(self, reference: Reference, call: Callable[[Any], Awaitable[Any]]) -> Any:
        client = await self.connectors.create_connector_client(None, None, reference.service)
        try:
            return await judged(partial(call, client))
        finally:
            await client.close()

    async def _go_on(self, reference: Reference, turn: Callable[[TurnContext], Awaitable[None]]) -> None:
        known = Activity.model_validate(
            {
                "type": "event",
                "name": "ContinueConversation",
                "channelId": "msteams",
                "serviceUrl": reference.service,
                "conversation": {"id": reference.conversation},
                "recipient": {"id": reference.bot},
                "from": {"id": reference.user},
            }
        )
        await judged(partial(self.adapter.continue_conversation_with_claims, self.app, known, turn))


async def judged(call: Callable[[], Awaitable[Any]]) -> Any:
    """What the library raises, as what it means. Raises Failed, Unsent, or the fault itself."""
    try:
        return await call()
    except ClientResponseError as fault:
        headers: Any = fault.headers or {}
        raise Failed(fault.status, read_code(fault.message), headers.get("Retry-After", "")) from fault
    except ClientConnectorError as fault:
        raise Unsent from fault
