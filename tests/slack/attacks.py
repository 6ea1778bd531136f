"""Everything that must not get through the door, by class: how to spoil a genuine request, and what is answered.

Each class is a recipe with dice: thrown again and again it never makes the same request twice, and each has a canary.
"""

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
from tests.slack.serving import CUT, NOW, SECRET, claim, to_pieces, to_wire

KEY = SECRET.encode()
CANARY = "canary"
LARGEST = 256 * 1024  # bytes the door takes
Spoil = Callable[[random.Random, Request], Request]


@dataclass(frozen=True)
class Attack:
    name: str
    answers: tuple[int, ...]
    spoil: Spoil
    to_wire: Callable[[Request], bytes] = to_wire

    def make(self, seed: int, times: int) -> list[Request]:
        """So many, no two of them alike, each with a canary in its address and in a header beside what is spoilt."""
        rng, made = random.Random(seed), dict[Request, None]()
        while len(made) < times:
            made[self.spoil(rng, make_genuine(rng))] = None
        return [mark(rng, one) for one in made]


def mark(rng: random.Random, request: Request) -> Request:
    named = ((b"user-agent", make_canary(rng).encode()),) if request.headers else ()
    return replace(request, path=f"{request.path}?{make_canary(rng)}", headers=(*request.headers, *named))


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


def signed(rng: random.Random, body: bytes, media: str | None = JSON) -> Request:
    """Any body, under our own secret, at some second of the five minutes."""
    request = make_request(SECRET, NOW - rng.randrange(299), body, media or JSON)
    return request if media else request.but(content_type=None)


def vary(rng: random.Random, body: bytes, media: str | None = JSON) -> bytes:
    """The same, said another way: another canary, spaces where JSON has room, a field more where a form has."""
    told = body.replace(CANARY.encode(), make_canary(rng).encode())
    if media == FORM:
        return told + b"&more=" + make_canary(rng).encode()
    before, after = ("".join(rng.choices(" \n\r\t", k=rng.randrange(12))).encode() for _ in range(2))
    return before + told + after


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
    def spoil(rng: random.Random, one: Request) -> Request:
        return signed(rng, vary(rng, body, media), media).but(x_slack_signature=b"v0=%064x" % rng.getrandbits(256))

    return spoil


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
    return lambda rng, one: signed(rng, vary(rng, rng.choice(bodies), media), media)


def _with(**told: Any) -> Spoil:
    return _say(json.dumps({**TYPED, "beside": CANARY, **told}).encode())


def _cut(rng: random.Random, one: Request) -> Request:
    body = json.dumps(event(message(make_canary(rng)))).encode()
    return signed(rng, body[: rng.randrange(1, len(body))])


def _as(*media: str | None) -> Spoil:
    return lambda rng, one: signed(rng, one.body, rng.choice(media))


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
    ("broken UTF-8", _say(b'{"type": "x", "t": "canary\xff\xfe"}', b'{"type": "x", "t": "canary\xc3"}')),
    ("UTF-16", _say('{"type": "event_callback"}'.encode("utf-16"))),
    ("a mark of byte order", _say(b'\xef\xbb\xbf{"type": "event_callback"}')),
    ("single quotes", _say(b"{'type': 'event_callback', 'text': 'canary'}")),
    ("a number of 5,000 digits", _say(b'{"type": "event_callback", "canary": %s}' % (b"9" * 5000))),
    ("a bare line break", _say(b'{"type": "event_callback", "text": "can\nary"}')),
    ("no type", _say(b'{"event": {"text": "canary"}}', b"{}")),
    ("a type that is none", _say(b'{"type": null}', b'{"type": 7}', b'{"type": {"canary": 1}}', b'{"type": []}')),
    ("plain text", _as("text/plain")),
    ("no content type", _as(None)),
    ("a file", _as("multipart/form-data; boundary=canary")),
    ("XML", _say(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "canary">]><x>&a;</x>', media="application/xml")),
    ("nearly JSON", _as("application/jsonp", "application/json5", "json")),
    ("two content types", lambda rng, one: _twice(b"content-type")(rng, signed(rng, one.body))),
    ("a form without fields", _say(b"canary", b"canary&canary", b"&&&", media=FORM)),
    ("two payloads", _say(b"payload=%7B%7D&payload=%7B%22type%22%3A%22canary%22%7D", media=FORM)),
    ("a payload that is no JSON", _payload("canary")),
    ("a payload of another kind", _say(b"payload=null", b"payload=[1]", b"payload=7", b"payload=", media=FORM)),
    ("a nested payload", _payload('{"type": "block_actions", "canary": ' + "[" * 40 + "]" * 40 + "}")),
    ("a thousand fields", _say(b"&".join(b"command%d=canary" % one for one in range(1000)), media=FORM)),
    ("a broken escape", _say(b"command=%ff%fecanary", b"command=%E3%81", media=FORM)),
    ("a form that is no command", _say(b"text=canary&user_id=U1", media=FORM)),
    ("JSON for a form", _say(json.dumps(event(message(CANARY))).encode(), media=FORM)),
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


def _grow(least: int, most: int) -> Spoil:
    def spoil(rng: random.Random, one: Request) -> Request:
        size = rng.randrange(least, most)
        payload = event(message(make_canary(rng)))
        payload["event"]["text"] += "a" * (size - len(json.dumps(payload)))
        return signed(rng, json.dumps(payload).encode())

    return spoil


def _move(*places: tuple[str, str]) -> Spoil:
    def spoil(rng: random.Random, one: Request) -> Request:
        method, path = rng.choice(places)
        return replace(one, method=method, path=path)

    return spoil


LARGE = [
    ("a byte too large", _grow(LARGEST + 1, LARGEST + 2), to_wire),
    ("too large", _grow(LARGEST + 1, LARGEST + 50_000), to_wire),
    ("too large in pieces", _grow(LARGEST + 1, LARGEST + 50_000), to_pieces),
    ("said to be too large", lambda rng, one: one, claim(b"%d" % (LARGEST + 1))),
    ("said to be endless", lambda rng, one: one, claim(b"9" * 15)),
]
METHODS = [(name, "/slack/events") for name in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS")]
PATHS = [
    ("POST", f"/slack/{name}") for name in ("", "events/", "install", "events/..", "events%2f", "events;x", "Events")
]

# -- what is no HTTP ---------------------------------------------------------------------------------------------------


def _head(change: Callable[[bytes], bytes]) -> Callable[[Request], bytes]:
    def spoilt(request: Request) -> bytes:
        head, gap, body = to_wire(request).partition(b"\r\n\r\n")
        return change(head) + gap + body

    return spoilt


def _add(line: bytes) -> Callable[[Request], bytes]:
    return _head(lambda head: head + b"\r\n" + line)


def _hide_another(request: Request) -> bytes:
    """A request within the body of one that ends, by its pieces, before it."""
    return _add(b"transfer-encoding: chunked")(replace(request, body=b"0\r\n\r\n" + to_wire(request)))


BROKEN = [
    ("no such protocol", _head(lambda head: head.replace(b"HTTP/1.1", b"HTTP/9.9", 1))),
    ("no protocol", _head(lambda head: head.replace(b" HTTP/1.1", b"", 1))),
    ("a header without a colon", _add(b"canary")),
    ("a header with a space in its name", _add(b"x canary: 1")),
    ("a header that goes on in the next line", _add(b"x-a: 1\r\n :\x00canary")),
    ("NUL in a header", _add(b"x-a: canary\x00")),
    ("a header of 100 KiB", _add(b"x-a: " + CANARY.encode() * 17_000)),
    ("ten thousand headers", _add(b"\r\n".join(b"x-%d: canary" % one for one in range(10_000)))),
    ("two lengths", _add(b"content-length: 7")),
    ("a negative length", claim(b"-1")),
    ("a length that is none", claim(b"canary")),
    ("a length of full-width digits", claim("１２".encode())),
    ("an unknown coding", _add(b"transfer-encoding: canary")),
    ("pieces of no size", lambda one: to_pieces(one).replace(b"\r\n\r\n", b"\r\n\r\ncanary\r\n", 1)),
    ("a request within a request", _hide_another),
    ("two hosts", _add(b"host: canary")),
    ("bytes at random", lambda one: random.Random(to_wire(one)).randbytes(200) + b"\r\n\r\n" + to_wire(one)),
    ("a handshake of TLS", lambda one: b"\x16\x03\x01\x02\x00\x01" + to_wire(one)),
]

ATTACKS = [
    *(Attack(name, (401,), spoil) for name, spoil in FORGED),
    *(Attack(name, (400,), spoil) for name, spoil in UNREADABLE),
    *(Attack(name, (200, 400, 404), spoil) for name, spoil in STRANGE),
    *(Attack(name, (413, CUT), spoil, wire) for name, spoil, wire in LARGE),
    Attack("another method", (404,), _move(*METHODS)),
    Attack("another path", (404,), _move(*PATHS)),
    *(Attack(name, (400, 401, CUT), lambda rng, one: resign(one, b"x"), wire) for name, wire in BROKEN),
]
