import base64
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import dkim
import pytest
from postbags import send, site, subscribe

from feeds.diagnostics import FeedsError
from feeds.settings import Dkim
from feeds.signing import signer

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the keys")

DKIM = Dkim(domain="example.org", selector="feeds", key_file="dkim.pem")
REMEDY = (
    "make one with `openssl genrsa -out new.pem 2048`, publish its public half at feeds._domainkey.example.org, "
    "put it there"
)
SHORT = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAAAAA=\n-----END PRIVATE KEY-----\n"
"""Ed25519, without most of its bytes."""

GOLDEN = Path(__file__).parent / "golden"
MESSAGE = b"\r\n".join(
    [
        b"From: The Quay <news@example.org>",
        b"To: ada@example.org",
        b"Subject: =?utf-8?B?5pmo5oql?= and the tides of",
        b" the week",
        b"Date: Mon, 02 Mar 2026 07:00:00 +0000",
        b"Message-ID: <1@example.org>",
        b"List-Id: <daily.example.org>",
        b"List-Unsubscribe: <https://example.org/u/abc>,",
        b" <mailto:leave@example.org?subject=abc>",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        b"Precedence: bulk",
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
        b"Low  tide at noon.",
        b"",
    ]
)


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def verifies(message, key):
    public = base64.b64encode(openssl("pkey", "-pubout", "-outform", "DER", data=key))
    return dkim.verify(message, dnsfunc=lambda *_, **__: b"v=DKIM1; k=rsa; p=" + public)


def refusal(key):
    with pytest.raises(FeedsError) as caught:
        signer(DKIM, key)
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


def outcome(key):
    try:
        return signer(DKIM, key)(MESSAGE)
    except FeedsError as error:
        return error.exit_code


@pytest.fixture(scope="module")
def key():
    return openssl("genrsa", "2048")


@pytest.fixture(scope="module")
def signed(key):
    return signer(DKIM, key)(MESSAGE)


def test_a_signed_message_verifies_and_is_the_message_below_one_more_header(signed, key):
    assert verifies(signed, key)
    assert signed.endswith(b"\r\n" + MESSAGE)
    assert signed.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;")


def test_the_signature_covers_what_a_reader_sees_and_what_unsubscribes(signed):
    header = re.sub(rb"\s", b"", signed.removesuffix(MESSAGE))
    tags = dict(tag.split(b"=", 1) for tag in header.partition(b":")[2].split(b";"))

    assert sorted(tags) == [b"a", b"b", b"bh", b"c", b"d", b"h", b"i", b"q", b"s", b"v"]
    assert tags[b"h"] == (
        b"from:to:subject:date:message-id:mime-version:content-type:content-transfer-encoding:"
        b"list-id:list-unsubscribe:list-unsubscribe-post:from:subject"
    )


def test_the_same_message_is_signed_with_the_same_bytes(signed, key):
    assert signer(DKIM, key)(MESSAGE) == signed


def test_the_signature_is_ascii_in_short_lines(signed):
    lines = signed.removesuffix(MESSAGE).split(b"\r\n")

    assert lines.pop() == b""
    assert all(line.isascii() and len(line) <= 78 and b"\n" not in line for line in lines)
    assert all(line.startswith(b" ") for line in lines[1:])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks"),
        (b"https://example.org/u/abc", b"https://example.net/u/abc"),
        (b"ada@example.org\r\n", b"bob@example.org\r\n"),
        (b"Low  tide", b"High tide"),
        (b"tide at noon.", b"tide at noon.\r\nBuy this."),
        (b"MIME-Version", b"From: eve@example.net\r\nMIME-Version"),
        (b"MIME-Version", b"Subject: Another\r\nMIME-Version"),
    ],
)
def test_a_message_that_was_changed_does_not_verify(signed, key, before, after):
    changed = signed.replace(before, after)

    assert changed != signed
    assert not verifies(changed, key)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"of\r\n the week", b"of the\r\n\t week"),
        (b"Subject: ", b"subject:  "),
        (b"at noon.", b"at noon. \t"),
        (b"Low  tide", b"Low tide"),
        (b"noon.\r\n", b"noon.\r\n\r\n\r\n"),
        (b"Precedence: bulk", b"Precedence: list"),
        (b"DKIM-Signature", b"Received: from relay.example\r\n by mx.example\r\nDKIM-Signature"),
    ],
)
def test_what_a_mail_server_may_change_on_the_way_does_no_harm(signed, key, before, after):
    changed = signed.replace(before, after)

    assert changed != signed
    assert verifies(changed, key)


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.eml")), ids=lambda path: path.parent.name)
def test_our_own_messages_verify(path, key):
    assert verifies(signer(DKIM, key)(path.read_bytes()), key)


@pytest.mark.parametrize(
    "form",
    [
        lambda key: openssl("rsa", "-traditional", data=key),
        lambda key: key.replace(b"\n", b"\r\n"),
        lambda key: b"Bag Attributes\n    friendlyName: tide\n" + key + b"\n\n",
        lambda key: openssl("rsa", "-pubout", data=key).replace(b"KEY", b"THING") + key,
    ],
    ids=["pkcs1", "crlf", "preamble", "second"],
)
def test_a_key_may_be_written_in_several_ways(key, signed, form):
    assert signer(DKIM, form(key))(MESSAGE) == signed


def test_a_short_key_is_refused_with_the_way_to_a_better_one():
    assert refusal(openssl("genrsa", "1024")) == [
        "dkim.pem: holds a key of 1,024 bits; mail providers want 2,048",
        f"  help: {REMEDY}",
    ]


@pytest.mark.parametrize(
    ("form", "found"),
    [
        (lambda _: b"", "holds no key in PEM"),
        (lambda _: b"\xff\0-----BEGIN", "holds no key in PEM"),
        (lambda key: key[:800], "holds no key in PEM"),
        (
            lambda key: openssl("rsa", "-pubout", data=key),
            "holds no RSA or Ed25519 key, or a damaged one: public key",
        ),
        (
            lambda key: key[:60] + key[61:],
            "holds no RSA or Ed25519 key, or a damaged one: private key",
        ),
        (
            lambda _: SHORT,
            "holds no RSA or Ed25519 key, or a damaged one: private key",
        ),
        (
            lambda _: openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "holds no RSA or Ed25519 key, or a damaged one: private key",
        ),
        (
            lambda key: openssl("rsa", "-aes128", "-passout", "pass:tide", data=key),
            "is locked with a passphrase, which nobody types at night",
        ),
        (
            lambda key: openssl("rsa", "-aes128", "-traditional", "-passout", "pass:tide", data=key),
            "is locked with a passphrase, which nobody types at night",
        ),
    ],
    ids=["empty", "bytes", "cut", "public", "padding", "short", "curve", "locked", "locked-pkcs1"],
)
def test_a_file_without_a_key_to_sign_with_is_refused_before_the_first_message(key, form, found):
    assert refusal(form(key))[0] == f"dkim.pem: {found}"


@pytest.mark.parametrize("place", range(40, 1600, 97))
def test_a_damaged_key_is_refused_or_signs_as_the_whole_one(key, signed, place):
    damaged = key[:place] + (b"B" if key[place : place + 1] == b"A" else b"A") + key[place + 1 :]

    assert outcome(damaged) in {signed, 2}


@pytest.mark.skipif(find_spec("nacl") is not None, reason="pynacl is there")
def test_an_ed25519_key_without_pynacl_is_refused():
    pem = openssl("genpkey", "-algorithm", "ed25519")
    seed = base64.b64encode(bytes(32))

    missing = "dkim.pem: holds an Ed25519 key, and the package pynacl is not installed"

    assert refusal(pem)[0] == refusal(seed)[0] == missing


@pytest.mark.skipif(find_spec("nacl") is None, reason="pynacl is not there")
def test_an_ed25519_key_signs():
    pem = openssl("genpkey", "-algorithm", "ed25519")
    public = openssl("pkey", "-pubout", "-outform", "DER", data=pem)[-32:]
    record = b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)

    assert dkim.verify(signer(DKIM, pem)(MESSAGE), dnsfunc=lambda *_, **__: record)


def test_what_is_sent_is_signed_where_the_site_wants_it(tmp_path):
    wish = 'dkim = { domain = "example.org", selector = "feeds", key_file = "dkim.pem" }'
    quay = site(tmp_path, [3], mail=wish)
    key = openssl("genrsa", "2048")
    (quay / "dkim.pem").write_bytes(key)
    (quay / "dkim.pem").chmod(0o600)
    subscribe(quay, "ada@example.com")

    send(quay, "4 08:00")

    (path,) = (quay / "box/new").iterdir()
    assert verifies(path.read_bytes().replace(b"\n", b"\r\n"), key)


def test_a_key_that_others_can_read_signs_nothing(tmp_path):
    wish = 'dkim = { domain = "example.org", selector = "feeds", key_file = "dkim.pem" }'
    quay = site(tmp_path, [3], mail=wish)
    (quay / "dkim.pem").write_bytes(openssl("genrsa", "2048"))
    (quay / "dkim.pem").chmod(0o644)
    subscribe(quay, "ada@example.com")

    with pytest.raises(FeedsError, match="can be read by others") as refused:
        send(quay, "4 08:00")

    assert (refused.value.exit_code, (quay / "box").exists()) == (2, False)
