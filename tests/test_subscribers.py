import pytest

from feeds.subscribers import BadAddressError, Status, Subscriber, address_of, key_of, wants, without

ADA = Subscriber(id="00" * 8, address="ada@example.org")
LOCAL = "a" * 64


def ada(**fields):
    return Subscriber(id="00" * 8, address="ada@example.org", **fields)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" ada@example.org\n", "ada@example.org"),
        ("Ada@EXAMPLE.Org", "Ada@example.org"),
        ("ada@example.org.", "ada@example.org"),
        ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@Bu\u0308cher.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.example", "ada@xn--r8jz45g.example"),
        ("ada@mail。example", "ada@mail.example"),
        ("ada@example.org\u200b", "ada@example.org"),
        ("o'neil+tide/x=1@example.org", "o'neil+tide/x=1@example.org"),
        ("=1+cmd|'x'!a0@example.org", "=1+cmd|'x'!a0@example.org"),
        ("0@9.example", "0@9.example"),
    ],
)
def test_an_address_is_ascii_with_its_domain_in_lower_case(written, address):
    assert address_of(written) == address


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "has no `@` with something before it"),
        ("ada", "has no `@` with something before it"),
        ("@example.org", "has no `@` with something before it"),
        ("adá@example.org", "has letters beyond ASCII before the `@`, which most mail servers refuse"),
        ("\u212ada@example.org", "has letters beyond ASCII before the `@`, which most mail servers refuse"),
        ("a da@example.org", "is not an address before the `@`"),
        ("ada,bob@example.org", "is not an address before the `@`"),
        ("ada@a.example,bob@b.example", "is not an address before the `@`"),
        ("Ada <ada@example.org", "is not an address before the `@`"),
        ("ada@example.org\r\nBcc: bob@example.org", "is not an address before the `@`"),
        ("a\nda@example.org", "is not an address before the `@`"),
        ("a\0da@example.org", "is not an address before the `@`"),
        ('"a da"@example.org', "is not an address before the `@`"),
        (".ada@example.org", "is not an address before the `@`"),
        ("a..da@example.org", "is not an address before the `@`"),
        (f"a{LOCAL}@example.org", "is not an address before the `@`"),
        ("ada@", "has no domain after the `@`"),
        ("ada@localhost", "has no domain after the `@`"),
        ("ada@example.org>", "has no domain after the `@`"),
        ("ada@example.org\r\n x", "has no domain after the `@`"),
        ("ada@exam ple.org", "has no domain after the `@`"),
        ("ada@example..org", "has no domain after the `@`"),
        ("ada@-example.org", "has no domain after the `@`"),
        ("ada@ex_ample.org", "has no domain after the `@`"),
        ("ada@192.0.2.1", "has no domain after the `@`"),
        ("ada@[192.0.2.1]", "has no domain after the `@`"),
        (f"ada@{LOCAL}.example", "has no domain after the `@`"),
        ("ada@" + "é" * 100_000, "has no domain after the `@`"),
        ("ada@straße.example", "has a domain that some programs take for another: write it in ASCII, `xn--…`"),
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused_with_the_reason(written, why):
    with pytest.raises(BadAddressError) as caught:
        address_of(written)

    assert str(caught.value) == why


def test_an_address_has_254_characters_at_most():
    longest = f"{LOCAL}@{'x' * 60}.{'x' * 60}.{'x' * 60}.example"[:253]

    assert address_of(longest + "x") == longest + "x" != longest

    with pytest.raises(BadAddressError, match="is longer than 254 characters"):
        address_of(longest + "xx")


def test_two_ways_to_write_one_address_have_one_key():
    assert {key_of(address_of(one)) for one in ("Ada@Example.org", "aDA@example.ORG.")} == {"ada@example.org"}
    assert Subscriber(id="", address="Ada@example.org").key == "ada@example.org"


@pytest.mark.parametrize("status", [Status.PENDING, Status.UNSUBSCRIBED, Status.BOUNCED, Status.COMPLAINED])
def test_only_who_is_active_gets_mail(status):
    assert wants(ADA, "daily")
    assert not wants(ada(status=status), "daily")


def test_who_names_no_digest_gets_every_one_and_who_does_gets_those():
    assert wants(ada(), "weekly")
    assert not wants(ada(digests=("daily",)), "weekly")


@pytest.mark.parametrize(
    ("before", "digest", "after"),
    [
        (ada(), "daily", ada(digests=("weekly",))),
        (ada(digests=("weekly", "daily")), "daily", ada(digests=("weekly",))),
        (ada(digests=("weekly",)), "daily", ada(digests=("weekly",))),
        (ada(digests=("daily",)), "daily", ada(digests=("daily",), status=Status.UNSUBSCRIBED)),
        (ada(), "", ada(status=Status.UNSUBSCRIBED)),
        (ada(status=Status.BOUNCED), "", ada(status=Status.UNSUBSCRIBED)),
        (ada(status=Status.COMPLAINED), "", ada(status=Status.COMPLAINED)),
        (ada(status=Status.UNSUBSCRIBED), "daily", ada(status=Status.UNSUBSCRIBED, digests=("weekly",))),
    ],
)
def test_whom_no_digest_is_left_is_unsubscribed(before, digest, after):
    assert without(before, digest, ("daily", "weekly")) == after
