"""Private channels of Slack, as the Web API has them: names, members, what may not be, in Slack's own words for it."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ME = "UBOT"
NAME = re.compile(r"[a-z0-9_-]+")
LONGEST_NAME, MOST_USERS, LONGEST_PAGE = 80, 100, 999
NEEDS = {  # of what Slack asks for each method on a private channel (docs.slack.dev, "methods")
    "conversations.create": "groups:write",
    "conversations.invite": "groups:write",
    "conversations.kick": "groups:write",
    "conversations.archive": "groups:write",
    "conversations.members": "groups:read",
    "users.conversations": "groups:read",
}
GUEST = {"is_restricted": "user_is_restricted", "is_ultra_restricted": "user_is_ultra_restricted"}


class Refused(Exception):
    """An error of Slack's, inside a 200."""

    def __init__(self, code: str, **more: str) -> None:
        super().__init__(code)
        self.said = {"ok": False, "error": code, **more}


@dataclass
class Channel:
    """One channel; `creator` and `members` are users."""

    id: str
    name: str
    is_private: bool
    creator: str
    members: list[str]
    is_archived: bool = False


@dataclass
class Channels:
    """Every channel of the workspace; `scopes` None where Slack is not asked what our token may."""

    users: Mapping[str, Mapping[str, Any]]
    scopes: set[str] | None = None
    known: dict[str, Channel] = field(default_factory=dict)
    page: int = 100  # members at most in one answer
    called: Callable[[str], None] = lambda _: None  # hears of each call before it is done

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def add(self, name: str, creator: str) -> Channel:
        """One that somebody made by hand."""
        one = Channel(f"C{next(self._numbers):010}", name, True, creator, [creator])
        self.known[one.id] = one
        return one

    def do(self, method: str, args: Mapping[str, Any]) -> dict[str, Any] | None:
        """None where it is no method of channels. Raises Refused."""
        does = DOES.get(method)
        if does is None:
            return None
        self.called(method)
        if self.scopes is not None and NEEDS[method] not in self.scopes:
            raise Refused("missing_scope", needed=NEEDS[method], provided=",".join(sorted(self.scopes)))
        return does(self, args)

    def may_be_written(self, name: str) -> None:
        """Raises Refused for a channel that is archived, or that we are not in."""
        one = self.known.get(name)
        if one:
            self._may_change(one)

    def _find(self, args: Mapping[str, Any]) -> Channel:
        """A private channel is there only for its members."""
        one = self.known.get(str(args.get("channel", "")))
        if one is None or ME not in one.members:
            raise Refused("channel_not_found")
        return one

    def _may_change(self, one: Channel) -> None:
        if one.is_archived:
            raise Refused("is_archived")
        if ME not in one.members:
            raise Refused("not_in_channel")

    def create(self, args: Mapping[str, Any]) -> dict[str, Any]:
        name = str(args.get("name", ""))
        if not name:
            raise Refused("invalid_name_required")
        if len(name) > LONGEST_NAME:
            raise Refused("invalid_name_maxlength")
        if not NAME.fullmatch(name):
            raise Refused("invalid_name_specials")
        if any(one.name == name for one in self.known.values()):  # archived ones keep theirs
            raise Refused("name_taken")
        one = self.add(name, ME)
        one.is_private = args.get("is_private") in (True, "true")
        return {"channel": {"id": one.id, "name": name, "is_private": one.is_private, "creator": ME}}

    def invite(self, args: Mapping[str, Any]) -> dict[str, Any]:
        one, users = self._find(args), str(args.get("users", "")).split(",")
        self._may_change(one)
        if users == [""]:
            raise Refused("no_user")
        if len(users) > MOST_USERS:
            raise Refused("too_many_users")
        for user in users:
            self._may_come(one, user)
        one.members += users
        return {"channel": {"id": one.id, "name": one.name}}

    def _may_come(self, one: Channel, user: str) -> None:
        told = self.users.get(user)
        if user == ME:
            raise Refused("cant_invite_self")
        if told is None or told.get("deleted"):
            raise Refused("user_not_found")
        if user in one.members:
            raise Refused("already_in_channel")
        for guest, code in GUEST.items():
            if told.get(guest):
                raise Refused(code)

    def kick(self, args: Mapping[str, Any]) -> dict[str, Any]:
        one, user = self._find(args), str(args.get("user", ""))
        if user == ME:
            raise Refused("cant_kick_self")
        if user not in self.users:
            raise Refused("user_not_found")
        if user not in one.members:
            raise Refused("not_in_channel")
        one.members.remove(user)
        return {}

    def list_members(self, args: Mapping[str, Any]) -> dict[str, Any]:
        one, limit = self._find(args), int(args.get("limit", 100))
        if not 1 <= limit <= LONGEST_PAGE:
            raise Refused("invalid_limit")
        begin = int(args.get("cursor") or 0)
        end = begin + min(limit, self.page)
        cursor = str(end) if end < len(one.members) else ""
        return {"members": one.members[begin:end], "response_metadata": {"next_cursor": cursor}}

    def archive(self, args: Mapping[str, Any]) -> dict[str, Any]:
        one = self._find(args)
        if one.is_archived:
            raise Refused("already_archived")
        one.is_archived = True
        return {}

    def list_mine(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Those we are in, of the kinds that are asked for: public ones, where none is named."""
        kinds = str(args.get("types", "public_channel")).split(",")
        found = [
            {"id": one.id, "name": one.name, "creator": one.creator, "is_archived": one.is_archived}
            for one in self.known.values()
            if ME in one.members
            and ("private_channel" if one.is_private else "public_channel") in kinds
            and not (one.is_archived and args.get("exclude_archived") in (True, "true"))
        ]
        return {"channels": found, "response_metadata": {"next_cursor": ""}}


DOES: Mapping[str, Callable[[Channels, Mapping[str, Any]], dict[str, Any]]] = {
    "conversations.create": Channels.create,
    "conversations.invite": Channels.invite,
    "conversations.kick": Channels.kick,
    "conversations.members": Channels.list_members,
    "conversations.archive": Channels.archive,
    "users.conversations": Channels.list_mine,
}
