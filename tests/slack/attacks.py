"""Everything that must not get through the door, by class: how to spoil a genuine request, and what is answered."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from tests.doubles.payloads import (
    FORM,
    JSON,
    Request,
    command,
    encode,
    event,
    home,
    make_request,
    message,
    press,
    shortcut,
    sign,
    submit,
)
from tests.slack.serving import CUT, NOW, SECRET

KEY = SECRET.encode()
CANARY = "canary"
Spoil = Callable[[random.Random, Request], Request]


@dataclass(frozen=True)
class Attack:
    name: str
    answers: tuple[int, ...]
    spoil: Spoil
    pieces: bool = False
    length: bytes | None = None


def make_canary(rng: random.Random) -> str:
    return f"{CANARY}-{rng.getrandbits(64):016x}"


def make_genuine(rng: random.Random, now: float = NOW) -> Request:
    """One of what Slack sends, with a canary in its text."""
    text, number = make_canary(rng), f"{rng.getrandbits(40):x}"
    value = {"b": {"v": {"type": "plain_text_input", "value": text}}}
    kind, payload = rng.choice(
        [
            ("events_api", event(message(text, user=f"U{number}"), f"Ev{number}")),
            ("events_api", event(home(user=f"U{number}"), f"Ev{number}")),
            ("interactive", press(f"{text}\nyes", user=f"U{number}")),
            ("interactive", submit(value, token=text, user=f"U{number}")),
            ("interactive", shortcut(user=f"U{number}", trigger_id=number)),
            ("slash_commands", command(f"payload {text}", user=f"U{number}", trigger=number)),
        ]
    )
    return make_request(SECRET, now, *encode(kind, payload))


def resign(request: Request, secret: bytes = KEY, stamp: bytes | None = None) -> Request:
    at = request.header(b"x-slack-request-timestamp") if stamp is None else stamp
    return request.but(x_slack_request_timestamp=at, x_slack_signature=sign(secret, at, request.body))


def signed(body: bytes, media: str | None = JSON) -> Request:
    request = make_request(SECRET, NOW, body, media or JSON)
    return request if media else request.but(content_type=None)


# -- who signed --------------------------------------------------------------------------------------------------------


def _signature(change: Callable[[random.Random, bytes], bytes | None]) -> Spoil:
    return lambda rng, one: one.but(x_slack_signature=change(rng, one.header(b"x-slack-signature")))


def _digest_of(make: Callable[[bytes, bytes], bytes]) -> Spoil:
    def spoil(rng: random.Random, one: Request) -> Request:
        return one.but(x_slack_signature=b"v0=" + make(one.header(b"x-slack-request-timestamp"), one.body))

    return spoil


def _stamped(make: Callable[[random.Random], bytes]) -> Spoil:
    return lambda rng, one: resign(one, stamp=make(rng))


def _body(change: Callable[[random.Random, bytes], bytes]) -> Spoil:
    return lambda rng, one: replace(one, body=change(rng, one.body))


def _flip(rng: random.Random, text: bytes) -> bytes:
    at = rng.randrange(len(text))
    return text[:at] + bytes([text[at] ^ (1 << rng.randrange(7))]) + text[at + 1 :]


def _other_digit(rng: random.Random, signature: bytes) -> bytes:
    at = rng.randrange(3, len(signature))
    return (
        signature[:at]
        + rng.choice([b for b in b"0123456789abcdef" if b != signature[at]]).to_bytes()
        + signature[at + 1 :]
    )


def _twice(name: bytes) -> Spoil:
    return lambda rng, one: replace(one, headers=(*one.headers, (name, one.header(name))))


def _unsigned(body: bytes, media: str) -> Spoil:
    return lambda rng, one: signed(body, media).but(x_slack_signature=b"v0=" + b"%064x" % rng.getrandbits(256))


FORGED = [
    ("no signature", _signature(lambda rng, it: None)),
    ("an empty signature", _signature(lambda rng, it: b"")),
    ("no timestamp", lambda rng, one: one.but(x_slack_request_timestamp=None)),
    ("an empty timestamp", _stamped(lambda rng: b"")),
    ("no headers at all", lambda rng, one: replace(one, headers=())),
    ("another secret", lambda rng, one: resign(one, secret=b"%032x" % rng.getrandbits(128))),
    ("nearly our secret", lambda rng, one: resign(one, secret=_flip(rng, KEY))),
    ("an empty secret", lambda rng, one: resign(one, secret=b"")),
    ("a signature cut short", _signature(lambda rng, it: it[: rng.randrange(1, len(it))])),
    ("a signature grown", _signature(lambda rng, it: it + b"%x" % rng.getrandbits(32))),
    ("capital letters", _signature(lambda rng, it: b"v0=" + (it[3:].upper() if it[3:].upper() != it[3:] else b""))),
    ("no version", _signature(lambda rng, it: it[3:])),
    ("another version", _signature(lambda rng, it: b"v%d=" % rng.randrange(1, 99) + it[3:])),
    ("one digit off", _signature(_other_digit)),
    ("random digits", _signature(lambda rng, it: b"v0=%064x" % rng.getrandbits(256))),
    ("zeros", _signature(lambda rng, it: b"v0=" + b"0" * 64)),
    ("letters beyond ASCII", _signature(lambda rng, it: "v0=署名".encode() + it[9:])),
    ("any high bytes", _signature(lambda rng, it: bytes(rng.randrange(0x80, 0x100) for _ in range(67)))),
    ("a space inside", _signature(lambda rng, it: it[:9] + b" " + it[9:])),
    ("two in one header", _signature(lambda rng, it: it + b", " + it)),
    ("two signature headers", _twice(b"x-slack-signature")),
    ("two timestamp headers", _twice(b"x-slack-request-timestamp")),
    ("SHA-1", _digest_of(lambda at, body: hmac.new(KEY, b"v0:%s:%s" % (at, body), hashlib.sha1).hexdigest().encode())),
    ("SHA-512", _digest_of(lambda at, body: hmac.new(KEY, b"v0:%s:%s" % (at, body), "sha512").hexdigest().encode())),
    ("no key", _digest_of(lambda at, body: hashlib.sha256(b"v0:%s:%s" % (at, body)).hexdigest().encode())),
    ("the key as text", _digest_of(lambda at, body: hashlib.sha256(KEY + body).hexdigest().encode())),
    ("the body alone", _digest_of(lambda at, body: hmac.new(KEY, body, "sha256").hexdigest().encode())),
    ("base64", _digest_of(lambda at, body: base64.b64encode(hmac.new(KEY, body, "sha256").digest()))),
    ("another request's", lambda rng, one: one.but(x_slack_signature=make_genuine(rng).header(b"x-slack-signature"))),
    ("another second's", lambda rng, one: one.but(x_slack_request_timestamp=b"%d" % (NOW - rng.randrange(1, 299)))),
    ("one bit of the body off", _body(_flip)),
    ("a byte more", _body(lambda rng, it: it + bytes([rng.randrange(32, 127)]))),
    ("a byte less", _body(lambda rng, it: it[:-1])),
    ("no body", _body(lambda rng, it: b"")),
    ("the body twice", _body(lambda rng, it: it + it)),
    ("words for a time", _stamped(lambda rng: rng.choice([b"abc", b"now", b"nan", b"inf", b"None", b"1e9"]))),
    ("a negative time", _stamped(lambda rng: b"-%d" % NOW)),
    ("a fraction", _stamped(lambda rng: b"%d.%d" % (NOW, rng.randrange(999)))),
    ("hexadecimal", _stamped(lambda rng: b"0x%x" % int(NOW))),
    ("a plus", _stamped(lambda rng: b"+%d" % NOW)),
    ("underscores", _stamped(lambda rng: f"{int(NOW):_}".encode())),
    ("Arabic digits", _stamped(lambda rng: "".join(chr(0x660 + int(one)) for one in str(int(NOW))).encode())),
    ("full-width digits", _stamped(lambda rng: "".join(chr(0xFF10 + int(one)) for one in str(int(NOW))).encode())),
    ("a space between digits", _stamped(lambda rng: b"%d %d" % (NOW, rng.randrange(9)))),
    ("five thousand digits", _stamped(lambda rng: b"9" * rng.randrange(4400, 5000))),
    ("leading zeros without end", _stamped(lambda rng: b"0" * 1000 + b"%d" % NOW)),
    ("expired", _stamped(lambda rng: b"%d" % (NOW - rng.randrange(301, 10**6)))),
    ("of the future", _stamped(lambda rng: b"%d" % (NOW + rng.randrange(301, 10**6)))),
    ("the beginning of time", _stamped(lambda rng: b"%d" % rng.randrange(9))),
    ("milliseconds", _stamped(lambda rng: b"%d" % (NOW * 1000 + rng.randrange(999)))),
    ("said to be a repeat", lambda rng, one: resign(one, b"x").but(x_slack_retry_num=b"%d" % rng.randrange(1, 4))),
    ("said to be lazy", lambda rng, one: resign(one, b"x").but(x_slack_bolt_lazy_only=b"1")),
    ("a check of certificates", _unsigned(b"ssl_check=1&token=canary", FORM)),
    ("a check of the address", _unsigned(b'{"type": "url_verification", "challenge": "canary"}', JSON)),
    ("unreadable and unsigned", _unsigned(b'{"text": "canary', JSON)),
]

# -- what is said, though Slack signed it ------------------------------------------------------------------------------

TYPED = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1"}


def _nest(depth: int) -> bytes:
    return b'{"type": "event_callback", "canary": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def _say(*bodies: bytes, media: str | None = JSON) -> Spoil:
    return lambda rng, one: signed(rng.choice(bodies), media)


def _with(**told: Any) -> Spoil:
    return _say(json.dumps({**TYPED, **told}).encode())


def _cut(rng: random.Random, one: Request) -> Request:
    body = json.dumps(event(message(make_canary(rng)))).encode()
    return signed(body[: rng.randrange(1, len(body))])


def _payload(text: str) -> Spoil:
    return _say(urlencode({"payload": text}).encode(), media=FORM)


UNREADABLE = [
    ("null", _say(b"null")),
    ("a list", _say(b"[1]", b"[]", b'[{"type": "event_callback"}]')),
    ("a lone bracket", _say(b"{", b"[", b"}", b'{"')),
    ("brackets without end", _say(b"[" * 100_000, b'{"a":' * 40_000)),
    ("nesting beyond all reason", _say(_nest(33), _nest(34), _nest(500), _nest(100_000))),
    ("a text", _say(b'"canary"')),
    ("a number", _say(b"7", b"1e999", b"-0")),
    ("a truth", _say(b"true", b"false")),
    ("no number", _say(b'{"type": "event_callback", "canary": NaN}', b'{"type": "x", "canary": -Infinity}')),
    ("nothing", _say(b"", b"   ", b"\n")),
    ("cut off", _cut),
    ("something behind", _say(b'{"type": "event_callback"} canary', b'{"type": "a"}{"type": "b"}')),
    ("broken UTF-8", lambda rng, one: signed(b'{"type": "x", "t": "canary\xff\xfe"}')),
    ("UTF-16", _say('{"type": "event_callback"}'.encode("utf-16"))),
    ("a mark of byte order", _say(b'\xef\xbb\xbf{"type": "event_callback"}')),
    ("single quotes", _say(b"{'type': 'event_callback', 'text': 'canary'}")),
    ("a number of 5,000 digits", _say(b'{"type": "event_callback", "canary": %s}' % (b"9" * 5000))),
    ("a bare line break", _say(b'{"type": "event_callback", "text": "can\nary"}')),
    ("no type", _say(b'{"event": {"text": "canary"}}', b"{}")),
    ("a type that is none", _say(b'{"type": null}', b'{"type": 7}', b'{"type": {"canary": 1}}', b'{"type": []}')),
    ("plain text", lambda rng, one: signed(one.body, "text/plain")),
    ("no content type", lambda rng, one: signed(one.body, None)),
    ("a file", lambda rng, one: signed(one.body, "multipart/form-data; boundary=canary")),
    ("XML", _say(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "canary">]><x>&a;</x>', media="application/xml")),
    ("nearly JSON", lambda rng, one: signed(one.body, rng.choice(["application/jsonp", "application/json5", "json"]))),
    ("two content types", lambda rng, one: _twice(b"content-type")(rng, signed(one.body))),
    ("a form without fields", _say(b"canary", b"canary&canary", b"&&&", media=FORM)),
    ("two payloads", _say(b"payload=%7B%7D&payload=%7B%22type%22%3A%22canary%22%7D", media=FORM)),
    ("a payload that is no JSON", _payload("canary")),
    ("a payload of another kind", _say(b"payload=null", b"payload=[1]", b"payload=7", b"payload=", media=FORM)),
    ("a nested payload", _payload('{"type": "block_actions", "canary": ' + "[" * 40 + "]" * 40 + "}")),
    ("a thousand fields", _say(b"&".join(b"command%d=canary" % one for one in range(1000)), media=FORM)),
    ("a broken escape", _say(b"command=%ff%fecanary", b"command=%E3%81", media=FORM)),
    ("a form that is no command", _say(b"text=canary&user_id=U1", media=FORM)),
    ("JSON for a form", lambda rng, one: signed(json.dumps(event(message(make_canary(rng)))).encode(), FORM)),
    ("a form for JSON", _say(quote("payload=canary").encode())),
]

# Signed and readable, and still nothing that anybody did: Bolt stumbles over some of them, none may reach the handler.
STRANGE = [
    ("authorizations of a number", _with(authorizations=1)),
    ("authorizations of numbers", _with(authorizations=[1])),
    ("an enterprise of a number", _with(enterprise=5)),
    ("an event of a list", _with(event=["canary"])),
    ("an event of a text", _with(event="canary")),
    ("an event without a type", _with(event={"canary": 1})),
    ("an event type of a number", _with(event={"type": 7})),
    ("a user of a number", _with(event={"type": "message", "user": 3, "text": "canary"})),
    ("a subtype of an object", _with(event={"type": "message", "user": "U1", "subtype": {"a": 1}})),
    ("a message from a bot", _with(event={"type": "message", "user": "U1", "bot_id": "B1", "text": "canary"})),
    ("no actions", _with(type="block_actions", actions=[])),
    ("actions of numbers", _with(type="block_actions", actions=[1])),
    ("actions of an object", _with(type="block_actions", actions={"canary": 1})),
    ("an action without an id", _with(type="block_actions", actions=[{"value": "canary"}])),
    ("a view of a list", _with(type="view_submission", view=["canary"])),
    ("a view without an id", _with(type="view_submission", view={"callback_id": "canary"})),
    ("a callback_id of a number", _with(type="view_submission", view={"callback_id": 5})),
    ("a shortcut of nobody", _with(type="shortcut", callback_id="canary")),
    ("response_urls of a number", _with(response_urls=3)),
    ("an unknown type", _with(type="canary")),
    ("a command of nobody", _say(b"command=%2Fcanary&text=x", media=FORM)),
]

# -- how much, and where to --------------------------------------------------------------------------------------------


def _grow(rng: random.Random, one: Request) -> Request:
    return signed(json.dumps(event(message(CANARY * (45_000 + rng.randrange(5_000))))).encode())


def _move(*places: tuple[str, str]) -> Spoil:
    def spoil(rng: random.Random, one: Request) -> Request:
        method, path = rng.choice(places)
        return replace(one, method=method, path=path)

    return spoil


ATTACKS = [
    *(Attack(name, (401,), spoil) for name, spoil in FORGED),
    *(Attack(name, (400,), spoil) for name, spoil in UNREADABLE),
    *(Attack(name, (200, 400, 404), spoil) for name, spoil in STRANGE),
    Attack("too large", (413, CUT), _grow),
    Attack("too large in pieces", (413, CUT), _grow, pieces=True),
    Attack("said to be too large", (413, CUT), lambda rng, one: one, length=b"%d" % (256 * 1024 + 1)),
    Attack("said to be endless", (413, CUT), lambda rng, one: one, length=b"9" * 15),
    Attack("another method", (404,), _move(*((name, "/slack/events") for name in ("GET", "PUT", "DELETE", "PATCH")))),
    Attack(
        "another path", (404,), _move(*(("POST", f"/slack/{name}") for name in ("", "events/", "install", "events/..")))
    ),
]
