"""Everything that must not get through Teams' door, by class: how to spoil a genuine request, and what is answered."""

import base64
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.doubles.payloads import Request
from tests.doubles.teams import APP, ISSUER, Signer
from tests.slack.serving import CUT, claim, to_pieces
from tests.teams.drafts import (
    LARGEST,
    PATH,
    SERVICE,
    STRANGER,
    TRUSTED,
    UNENDORSED,
    UNTOLD,
    Attack,
    Draft,
    Spoil,
    make_canary,
    to_request,
)

# -- the token ---------------------------------------------------------------------------------------------------------


def _claims(**changed: Any) -> Spoil:
    """Claims left out where None is given; made by the dice where a function is."""

    def spoil(rng: random.Random, draft: Draft) -> Request:
        told = {name: value(rng) if callable(value) else value for name, value in changed.items()}
        claims = {name: one for name, one in {**draft.claims, **told}.items() if one is not None}
        return replace(draft, claims=claims).sign()

    return spoil


def _headers(**changed: Any) -> Spoil:
    return lambda rng, draft: replace(draft, headers=changed).sign()


def _signed_by(signer: Signer, **headers: Any) -> Spoil:
    return lambda rng, draft: replace(draft, signer=signer, headers=headers).sign()


def _token(change: Callable[[random.Random, str], str | None]) -> Spoil:
    """The header as it is, changed."""

    def spoil(rng: random.Random, draft: Draft) -> Request:
        request = draft.sign()
        token = change(rng, request.header(b"authorization").decode())
        return to_request(request.body, token)

    return spoil


def _by_algorithm(algorithm: str, key: Any, kid: Any = "trusted") -> Spoil:
    def spoil(rng: random.Random, draft: Draft) -> Request:
        token = encode_raw({"alg": algorithm, "kid": kid, "typ": "JWT"}, draft.claims, key)
        return to_request(json.dumps(draft.activity).encode(), f"Bearer {token}")

    return spoil


def encode_raw(head: Mapping[str, Any], claims: Any, sign: Callable[[bytes], bytes]) -> str:
    parts = [
        _part(json.dumps(head).encode()),
        _part(claims if isinstance(claims, bytes) else json.dumps(claims).encode()),
    ]
    told = b".".join(parts)
    return (told + b"." + _part(sign(told))).decode()


def _part(told: bytes) -> bytes:
    return base64.urlsafe_b64encode(told).rstrip(b"=")


def _hmac(key: bytes, name: str = "HS256") -> Callable[[bytes], bytes]:
    return lambda told: jwt.get_algorithm_by_name(name).sign(told, key)


def _rsa(name: str) -> Callable[[bytes], bytes]:
    return lambda told: jwt.get_algorithm_by_name(name).sign(told, TRUSTED.key)


def _payload(claims: bytes) -> Spoil:
    def spoil(rng: random.Random, draft: Draft) -> Request:
        token = encode_raw({"alg": "RS256", "kid": "trusted"}, claims, _rsa("RS256"))
        return to_request(json.dumps(draft.activity).encode(), f"Bearer {token}")

    return spoil


def _flip(rng: random.Random, text: str, part: int) -> str:
    parts = text.split(".")
    at = rng.randrange(len("Bearer ") + 2, len(parts[part]) - 2)  # the word before it may be written in any case
    other = rng.choice([one for one in "ABCDEFGHabcdefgh01234" if one != parts[part][at]])
    parts[part] = parts[part][:at] + other + parts[part][at + 1 :]
    return ".".join(parts)


PUBLIC_PEM = TRUSTED.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_DER = TRUSTED.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _sign_with_public(told: bytes) -> bytes:
    import hashlib
    import hmac

    return hmac.new(PUBLIC_PEM, told, hashlib.sha256).digest()


def _later(least: int, most: int) -> Callable[[random.Random], int]:
    return lambda rng: int(time.time()) + rng.randrange(least, most)


def _twice(rng: random.Random, draft: Draft) -> Request:
    request = draft.sign()
    return replace(request, headers=(*request.headers, (b"authorization", request.header(b"authorization"))))


def _in_query(rng: random.Random, draft: Draft) -> Request:
    request = draft.sign()
    token = request.header(b"authorization").decode().removeprefix("Bearer ")
    return replace(to_request(request.body, None), path=f"{PATH}?access_token={token}")


FORGED: list[tuple[str, Spoil]] = [
    ("no token", _token(lambda rng, it: None)),
    ("an empty token", _token(lambda rng, it: "")),
    ("the word alone", _token(lambda rng, it: "Bearer ")),
    ("without the word", _token(lambda rng, it: it.removeprefix("Bearer "))),
    ("a password", _token(lambda rng, it: "Basic " + base64.b64encode(make_canary(rng).encode()).decode())),
    ("two tokens", _twice),
    ("two in one header", _token(lambda rng, it: f"{it}, {it}")),
    ("in the address", _in_query),
    ("rubbish", _token(lambda rng, it: f"Bearer {make_canary(rng)}")),
    ("dots", _token(lambda rng, it: "Bearer " + "." * rng.randrange(1, 9))),
    ("two parts", _token(lambda rng, it: it.rpartition(".")[0])),
    ("four parts", _token(lambda rng, it: it + ".e30")),
    ("no signature", _token(lambda rng, it: it.rpartition(".")[0] + ".")),
    ("letters beyond ASCII", _token(lambda rng, it: it[:-9] + "署名")),
    ("a space inside", _token(lambda rng, it: it[:40] + " " + it[40:])),
    ("a token of 9,000 characters", _claims(more=lambda rng: make_canary(rng) * 400)),
    ("one character of the head off", _token(lambda rng, it: _flip(rng, it, 0))),
    ("one character of the claims off", _token(lambda rng, it: _flip(rng, it, 1))),
    ("one character of the signature off", _token(lambda rng, it: _flip(rng, it, 2))),
    ("alg none", _by_algorithm("none", lambda told: b"")),
    ("alg None, spelt otherwise", _by_algorithm("NoNe", lambda told: b"")),
    ("alg none with a signature", _by_algorithm("none", _rsa("RS256"))),
    ("HS256 by our public key", _by_algorithm("HS256", _sign_with_public)),
    ("HS256 by our app id", _by_algorithm("HS256", _hmac(APP.encode()))),
    ("HS512 by nothing", _by_algorithm("HS512", _hmac(b"\0" * 64, "HS512"))),
    ("RS384", _by_algorithm("RS384", _rsa("RS384"))),
    ("RS512", _by_algorithm("RS512", _rsa("RS512"))),
    ("PS256", _by_algorithm("PS256", _rsa("PS256"))),
    ("RS256 said of another algorithm's signature", _by_algorithm("RS256", _rsa("RS512"))),
    ("an unknown algorithm", _by_algorithm("XX999", _rsa("RS256"))),
    ("another key under the right name", _signed_by(STRANGER)),
    ("a key nobody told of", _signed_by(UNTOLD)),
    ("a key that may not speak for Teams", _signed_by(UNENDORSED)),
    ("no key named", _by_algorithm("RS256", _rsa("RS256"), kid=None)),
    ("a number for a key", _by_algorithm("RS256", _rsa("RS256"), kid=7)),
    ("a path for a key", _headers(kid="../../../../dev/null")),
    ("a key brought along", _signed_by(STRANGER, jwk=STRANGER.to_jwk())),
    ("an address of keys brought along", _signed_by(UNTOLD, jku="https://evil.example/keys")),
    ("a certificate brought along", _signed_by(UNTOLD, x5u="https://evil.example/cert", x5c=["AAAA"])),
    ("something critical", _headers(crit=["canary"], canary="x")),
    ("another audience", _claims(aud=lambda rng: f"{rng.getrandbits(64):x}")),
    ("an audience of two", _claims(aud=[APP, "another"])),
    ("an audience in capitals", _claims(aud=APP.upper())),
    ("no audience", _claims(aud=None)),
    ("an empty audience", _claims(aud="")),
    ("an audience of any", _claims(aud="*")),
    ("another issuer", _claims(iss=lambda rng: f"https://{make_canary(rng)}.example")),
    ("an issuer that begins like ours", _claims(iss=ISSUER + ".evil.example")),
    ("an issuer with a slash", _claims(iss=ISSUER + "/")),
    ("a login's issuer", _claims(iss="https://sts.windows.net/00000000-bbbb-4000-8000-0000000000c0/")),
    ("no issuer", _claims(iss=None)),
    ("expired", _claims(exp=_later(-(10**6), -301))),
    ("no end", _claims(exp=None)),
    ("words for an end", _claims(exp="never")),
    ("an end that is no number", _claims(exp=float("nan"))),
    ("an end beyond all reason", _claims(exp=float("inf"))),
    ("not valid yet", _claims(nbf=_later(600, 10**6), exp=_later(10**7, 10**8))),
    ("claims that are a list", _payload(b'["canary"]')),
    ("claims that are no JSON", _payload(b"canary")),
    ("claims within claims", _payload(b'{"iss": ' + b"[" * 3000 + b"]" * 3000 + b"}")),
]

# -- where it says it comes from ---------------------------------------------------------------------------------------


def _service(*urls: Any, told: bool = True) -> Spoil:
    """The address in the activity, and in the token as well where it is `told`: then the list alone stands between."""

    def spoil(rng: random.Random, draft: Draft) -> Request:
        url = rng.choice(urls)
        claims = {**draft.claims, "serviceurl": url} if told else draft.claims
        activity = {**draft.activity, "serviceUrl": url}
        return replace(draft, activity=activity, claims=claims).sign()

    return spoil


def _activity(**changed: Any) -> Spoil:
    return lambda rng, draft: replace(draft, activity={**draft.activity, **changed}).sign()


TENANT_DATA = {"tenant": {"id": "00000000-dddd-4000-8000-0000000000d0"}}
ELSEWHERE: list[tuple[str, Spoil]] = [
    ("a service of another host", _service("https://evil.example/", "https://smba.evil.example/emea/")),
    ("a service the token does not name", _service("https://smba.infra.gcc.teams.microsoft.com/", told=False)),
    ("a token that names no service", _claims(serviceurl=None)),
    ("a token of another service", _claims(serviceurl=lambda rng: f"https://{make_canary(rng)}.example/")),
    ("a service that is link-local", _service("http://169.254.169.254/latest/", "https://169.254.169.254/metadata")),
    ("a private service", _service("https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.9/")),
    ("this machine", _service("http://127.0.0.1/", "http://localhost:8080/", "https://localhost/", "http://[::1]/")),
    ("an address in other digits", _service("https://2130706433/", "https://0x7f.1/", "https://017700000001/")),
    (
        "an address of version 6",
        _service("https://[fe80::1]/", "https://[::ffff:169.254.169.254]/", "https://[fd00::1]/"),
    ),
    ("a host that ends otherwise", _service(f"{SERVICE[:-6]}.evil.example/", "https://smba.trafficmanager.net.evil/")),
    ("a host behind a name", _service("https://smba.trafficmanager.net@evil.example/", f"https://a:b@{SERVICE[8:]}")),
    (
        "a host behind a backslash",
        _service("https://evil.example\\@smba.trafficmanager.net/", "https:\\\\evil.example"),
    ),
    ("a host before a fragment", _service("https://evil.example#smba.trafficmanager.net/", f"{SERVICE}#x")),
    ("a host before a question", _service("https://evil.example?smba.trafficmanager.net/", f"{SERVICE}?x=1")),
    ("a way up", _service(f"{SERVICE}../../x", f"{SERVICE}%2e%2e/x")),
    ("no encryption", _service("http://smba.trafficmanager.net/emea/")),
    ("another port", _service("https://smba.trafficmanager.net:8443/", "https://smba.trafficmanager.net:0/")),
    (
        "another scheme",
        _service("file:///etc/passwd", "ftp://smba.trafficmanager.net/", "gopher://smba.trafficmanager.net/"),
    ),
    ("letters that look alike", _service("https://smbа.trafficmanager.net/", "https://smba。trafficmanager。net/")),
    ("a line break in it", _service("https://smba.trafficmanager.net/\r\nx: y", "https://smba.trafficmanager.net\n/")),
    ("no service", _activity(serviceUrl=None)),
    ("a service that is no text", _activity(serviceUrl={"canary": 1})),
    ("a service without end", _service(f"{SERVICE}{'a' * 300}")),
    ("another channel", _activity(channelId="webchat")),
    ("no channel", _activity(channelId=None)),
    ("another tenant", _activity(channelData=TENANT_DATA, conversation={"id": "a:x", "conversationType": "personal"})),
    ("two tenants", _activity(channelData=TENANT_DATA)),
    ("no tenant", _activity(channelData={}, conversation={"id": "a:x", "conversationType": "personal"})),
]

# -- what is said, though Teams signed it ------------------------------------------------------------------------------


def _body(*bodies: bytes, media: str = "application/json") -> Spoil:
    def spoil(rng: random.Random, draft: Draft) -> Request:
        request = draft.sign()
        return to_request(rng.choice(bodies), request.header(b"authorization").decode(), media)

    return spoil


def _cut(rng: random.Random, draft: Draft) -> Request:
    request = draft.sign()
    return replace(request, body=request.body[: rng.randrange(1, len(request.body))])


def _as(media: str | None) -> Spoil:
    def spoil(rng: random.Random, draft: Draft) -> Request:
        request = draft.sign()
        kept = tuple(one for one in request.headers if one[0] != b"content-type")
        return replace(request, headers=kept if media is None else (*kept, (b"content-type", media.encode())))

    return spoil


UNREADABLE: list[tuple[str, Spoil]] = [
    ("null", _body(b"null")),
    ("a list", _body(b"[1]", b'[{"type": "message"}]')),
    ("brackets without end", _body(b"[" * 100_000, b'{"a":' * 40_000)),
    ("nesting beyond all reason", _body(b'{"type": "message", "canary": ' + b"[" * 40 + b"]" * 40 + b"}")),
    ("no number", _body(b'{"type": "message", "canary": NaN}')),
    ("a number of 5,000 digits", _body(b'{"type": "message", "canary": %s}' % (b"9" * 5000))),
    ("nothing", _body(b"", b"  ")),
    ("cut off", _cut),
    ("broken UTF-8", _body(b'{"type": "message", "t": "canary\xff"}')),
    ("UTF-16", _body('{"type": "message"}'.encode("utf-16"))),
    ("something behind", _body(b'{"type": "message"} canary')),
    ("no type", _body(b'{"text": "canary"}', b'{"type": 7}', b'{"type": null}')),
    ("plain text", _as("text/plain")),
    ("no content type", _as(None)),
    ("a form", _as("application/x-www-form-urlencoded")),
]

# Signed and readable, and still nothing that anybody did.
STRANGE: list[tuple[str, Spoil]] = [
    ("a type of its own", _activity(type="canary")),
    ("nobody", _activity(**{"from": None})),
    ("somebody of a number", _activity(**{"from": 7})),
    ("somebody without an id of the directory", _activity(**{"from": {"id": "29:x"}})),
    ("a bot", _activity(**{"from": {"id": "28:x", "role": "bot", "aadObjectId": "x"}})),
    ("a conversation without an id", _activity(conversation={"tenantId": "00000000-bbbb-4000-8000-0000000000c0"})),
    ("nothing that tells it apart", _activity(id=None)),
    ("an id of an object", _activity(id={"canary": 1})),
    ("an invoke of nothing", _activity(type="invoke", name=None, value=None)),
    ("an invoke of numbers", _activity(type="invoke", name="adaptiveCard/action", value=[1, 2])),
    ("an action of a text", _activity(type="invoke", name="adaptiveCard/action", value={"action": "canary"})),
    ("a button that means nothing", _activity(type="message", value={"means": "canary"})),
    ("a button of objects", _activity(type="message", value={"means": {"a": 1}})),
    ("an installation of a number", _activity(type="installationUpdate", action=7)),
    ("a change of members", _activity(type="conversationUpdate", membersAdded=[{"id": "canary"}])),
    ("a reaction", _activity(type="messageReaction", reactionsAdded=[{"type": "like"}])),
    ("a sign of typing", _activity(type="typing")),
    ("an end", _activity(type="endOfConversation", code="canary")),
]


def _longer(by: int) -> Spoil:
    def spoil(rng: random.Random, draft: Draft) -> Request:
        request = draft.sign()
        room = LARGEST + by - len(request.body) - 12
        return replace(request, body=request.body[:-1] + b', "more": "' + b"a" * room + b'"}')

    return spoil


def _move(*requests: tuple[str, str]) -> Spoil:
    def spoil(rng: random.Random, draft: Draft) -> Request:
        method, path = rng.choice(requests)
        return replace(draft.sign(), method=method, path=path)

    return spoil


ATTACKS = [
    *(Attack(name, (401,), spoil) for name, spoil in (*FORGED, *ELSEWHERE)),
    *(Attack(name, (400,), spoil) for name, spoil in UNREADABLE),
    *(Attack(name, (200,), spoil) for name, spoil in STRANGE),
    Attack("a byte too large", (413, CUT), _longer(1)),
    Attack("too large in pieces", (413, CUT), _longer(1), to_pieces),
    Attack("a length of a gigabyte", (413, CUT), _longer(-1000), claim(b"%d" % 10**9)),
    Attack("another method", (404,), _move(("GET", PATH), ("PUT", PATH), ("DELETE", PATH), ("OPTIONS", PATH))),
    Attack(
        "another path",
        (404,),
        _move(("POST", "/"), ("POST", f"{PATH}/"), ("POST", "/api//messages"), ("POST", "/API/messages")),
    ),
]
