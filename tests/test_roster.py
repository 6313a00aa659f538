import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.diagnostics import FeedsError
from feeds.roster import Result, Row, decided, read, written
from feeds.settings import Digest, Site
from feeds.subscribers import Status, Subscriber
from feeds.text import one_line

SITE = Site(
    title="Tide",
    url="https://news.example.org/",
    home="https://news.example.org/",
    id="tag:news.example.org,2026:",
    digests=(Digest(name="daily"), Digest(name="Wochenblatt", every="week")),
)
HEADER = "email,name,state,digests,categories,language,timezone,hour"


def ada(**fields):
    return Subscriber(**({"id": "", "address": "ada@example.org"} | fields))


def sheet(text):
    return read(text if isinstance(text, bytes) else text.encode(), SITE, path="people.csv")


def subscribers(text):
    return [row.subscriber for row in sheet(text).rows]


def problems(text):
    return [(row.line, row.problem) for row in sheet(text).rows]


def rows_or_none(data):
    try:
        return sheet(data).rows
    except FeedsError:
        return ()


def row(**fields):
    return Row(line=2, address="ada@example.org", subscriber=ada(**fields), given=frozenset(fields))


def cell(column, value):
    return f'email,{column}\nada@example.org,"{value}"\n'


def test_a_row_says_all_that_a_subscriber_is():
    line = "Ada@Example.ORG,Ada  Byron,pending,daily;wochenblatt,City; 晚报 ;City,zh_hans,america/new york,07:00"

    whole = ada(
        address="Ada@example.org",
        name="Ada Byron",
        status=Status.PENDING,
        digests=("daily", "Wochenblatt"),
        categories=("City", "晚报"),
        language="zh-Hans",
        timezone="America/New_York",
        hour=7,
    )
    fields = frozenset(["name", "status", "digests", "categories", "language", "timezone", "hour"])

    assert sheet(f"{HEADER}\n{line}\n").rows == (
        Row(line=2, address="Ada@example.org", subscriber=whole, given=fields),
    )


def test_items_of_a_list_are_one_when_only_their_encoding_differs():
    assert subscribers(cell("categories", "Cafe\u0301;Caf\u00e9")) == [ada(categories=("Caf\u00e9",))]


def test_an_empty_cell_and_one_that_is_missing_say_nothing():
    assert sheet(f"{HEADER}\nada@example.org,,,,,,,\nbob@example.org\n").rows == (
        Row(line=2, address="ada@example.org", subscriber=ada()),
        Row(line=3, address="bob@example.org", subscriber=ada(address="bob@example.org")),
    )


@pytest.mark.parametrize("name", ["email", "E-mail", "EMAIL", "Email Address", "e-mail_address", " Mail "])
def test_the_column_of_addresses_has_several_names(name):
    assert subscribers(f"Nr,{name}\n1,ada@example.org") == [ada()]


@pytest.mark.parametrize(
    "text",
    [
        "email,name\nada@example.org,Ada",
        "email;name\r\nada@example.org;Ada\r\n",
        "email\tname\rada@example.org\tAda\r",
        '"email","name"\n"ada@example.org", "Ada"\n',
        '\n\n email , name\n\n,\nada@example.org,"\nAda\n"\n\n',
        "email,name\nada@example.org,Ada,,,\n",
        "\ufeffemail,name\nada@example.org,Ada",
        "email,name\nada@exam\0ple.org,A\x07d\x85a\u202e",
        "email,name,name,mail\nada@example.org,Ada,Eve,eve@example.org",
        "name,email\nAda,ada@example.org",
        "first name,email,Last_Name\nAda,ada@example.org,",
        "email,name\nada@example.org,Ada".encode("utf-16"),
    ],
)
def test_one_table_may_be_written_in_many_ways(text):
    assert subscribers(text) == [ada(name="Ada")]


@pytest.mark.parametrize(
    ("encoding", "name", "told"),
    [
        ("utf-8", "李雷 Zoë", "UTF-8"),
        ("utf-8-sig", "李雷 Zoë", "UTF-8"),
        ("utf-16", "李雷 Zoë", "UTF-16"),
        ("gb18030", "李雷和韩梅梅", "GB18030"),
        ("cp1252", "Zoë “Zo” Brontë", "WINDOWS-1252"),
    ],
)
def test_names_come_through_in_every_usual_encoding(encoding, name, told):
    found = sheet(f"email,name\nada@example.org,{name}\n".encode(encoding))

    assert (found.encoding, [row.subscriber.name for row in found.rows]) == (told, [name])


def test_columns_that_nothing_is_read_of_are_named():
    found = sheet("uuid,email,Mail,name,attributes,status,,unsub_time\n1,ada@example.org,x,Ada,{},enabled,,\n")

    assert found.ignored == ("uuid", "Mail", "attributes")
    assert found.rows[0].subscriber == ada(name="Ada")


@pytest.mark.parametrize("first", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_spreadsheet_is_told_from_a_file_without_addresses(first):
    with pytest.raises(FeedsError) as caught:
        sheet(first)

    assert str(caught.value) == "people.csv: is a spreadsheet, not CSV\n  help: save it as CSV in its own program"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        ("ada@example.org\nbob@example.org\n", "its first line is `ada@example.org`"),
        ("name;city\nAda;Hull\n", "its first line is `name;city`"),
    ],
)
def test_a_file_without_a_column_of_addresses_is_refused(text, found):
    with pytest.raises(FeedsError) as caught:
        sheet(text)

    remedy = "write the columns' names into the first line, at least `email`"
    assert str(caught.value) == f"people.csv: has no column `email`: {found}\n  help: {remedy}"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *((status.value, status) for status in Status),
        ("Enabled", Status.ACTIVE),
        ("Subscribed", Status.ACTIVE),
        ("confirmed", Status.ACTIVE),
        ("unconfirmed", Status.PENDING),
        ("disabled", Status.UNSUBSCRIBED),
        ("blocklisted", Status.UNSUBSCRIBED),
        ("cleaned", Status.BOUNCED),
    ],
)
def test_a_state_may_be_in_the_words_of_other_programs(word, status):
    assert subscribers(cell("Status", word)) == [ada(status=status)]


@pytest.mark.parametrize(
    ("column", "value", "status"),
    [
        ("subscribed_to_emails", "false", Status.UNSUBSCRIBED),
        ("subscribed_to_emails", "true", Status.ACTIVE),
        ("subscribed_to_emails", "", Status.ACTIVE),
        ("email_disabled", "true", Status.UNSUBSCRIBED),
        ("email_disabled", "false", Status.ACTIVE),
        ("UNSUB_TIME", "2026-03-02 07:00:00", Status.UNSUBSCRIBED),
        ("UNSUB_TIME", "", Status.ACTIVE),
        ("CLEAN_TIME", "2026-03-02 07:00:00", Status.BOUNCED),
        ("email_disabled,unsub_time", "true,", Status.UNSUBSCRIBED),
    ],
)
def test_a_column_that_says_someone_has_left_is_believed(column, value, status):
    assert subscribers(f"email,state,{column}\nada@example.org,active,{value}\n") == [ada(status=status)]


@pytest.mark.parametrize(("value", "hour"), [("0", 0), ("7", 7), ("07", 7), ("7:00", 7), ("23:00:00", 23)])
def test_an_hour_may_be_written_as_a_time(value, hour):
    assert subscribers(cell("hour", value)) == [ada(hour=hour)]


STATES = "`pending`, `active`, `unsubscribed`, `bounced`, `complained`"
LANGUAGE = "is no language tag: write the language's code, and the country's where it matters: `en`, `pt-BR`"


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("state", "gone", f"`state` `gone` is no state: write one of {STATES}"),
        ("digests", "dayly", "`digests` `dayly` is not among the site's digests: did you mean `daily`?"),
        (
            "digests",
            "daily;x",
            "`digests` `daily;x` is not among the site's digests: there are `daily`, `Wochenblatt`",
        ),
        ("language", "English", f"`language` `English` {LANGUAGE}"),
        ("timezone", "Europe/Berln", "`timezone` `Europe/Berln` is no IANA time zone: did you mean `Europe/Berlin`?"),
        ("timezone", "+8", "`timezone` `+8` is no IANA time zone: name it by its city, like `Asia/Shanghai`"),
        ("hour", "24", "`hour` `24` is no full hour: write one from `0` to `23`"),
        ("hour", "7:30", "`hour` `7:30` is no full hour: write one from `0` to `23`"),
        ("hour", "٧", "`hour` `٧` is no full hour: write one from `0` to `23`"),
        ("name", "A" * 201, f"`name` `{'A' * 60}…` is longer than 200 characters"),
    ],
)
def test_a_row_with_a_bad_value_is_not_taken(column, value, problem):
    assert sheet(cell(column, value)).rows == (Row(line=2, address="ada@example.org", problem=problem),)


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    assert sheet("email,hour\nada at example.org,25,x\n").rows == (
        Row(
            line=2,
            address="ada at example.org",
            problem=(
                "`email` `ada at example.org` has no `@` with something before it; "
                "there are 3 cells, and 2 columns: put cells with commas in quotes; "
                "`hour` `25` is no full hour: write one from `0` to `23`"
            ),
        ),
    )


def test_a_row_without_an_address_is_a_problem():
    assert problems("email,name\n,Ada\n") == [(2, "`email` is empty")]


def test_an_address_that_stands_there_twice_counts_once():
    again = "stands in line 2 already: delete one of the two"

    assert problems("email\nAda@example.org\nbob@example.org\nada@EXAMPLE.org\n") == [(2, ""), (3, ""), (4, again)]


def test_a_quote_that_is_not_closed_costs_the_rows_it_swallows_and_says_so():
    text = 'email,name\nada@example.org,"Ada\nbob@example.org,Bob\n"cy@example.org",Cy\ndot@example.org,Dot\n"eve'

    remedy = "close each, and write one within quotes as two"
    assert problems(text) == [
        (2, f"the quotes are not in order, so lines 2 to 4 were not read: {remedy}"),
        (5, ""),
        (6, f"the quotes are not in order: {remedy}"),
    ]


def test_a_quote_that_swallows_a_large_file_is_a_problem_as_well():
    text = 'email,name\nada@example.org,"Ada\n' + "bob@example.org,Bob\n" * 10_000

    assert problems(text)[0][1].startswith("the quotes are not in order, so lines 2 to ")


@given(st.binary(max_size=200), st.sampled_from([b"email,name,hour\n", b"email;state\n", b"\xff\xfe", b""]))
def test_any_bytes_are_rows_or_a_refusal(data, start):
    assert all((row.subscriber is None) == bool(row.problem) for row in rows_or_none(start + data))


# --- deciding --------------------------------------------------------------------------------------


def test_a_new_address_is_added_as_the_row_says():
    assert decided(row(name="Ada"), None, is_forgotten=False) == (Result.ADDED, ada(name="Ada"), "")
    assert decided(row(status=Status.BOUNCED), None, is_forgotten=False) == (
        Result.ADDED,
        ada(status=Status.BOUNCED),
        "as bounced",
    )


def test_a_bad_row_is_refused_with_its_problem():
    bad = Row(line=2, address="ada", problem="`email` is empty")

    assert decided(bad, ada(), is_forgotten=False) == (Result.REFUSED, None, "`email` is empty")


@pytest.mark.parametrize("known", [None, ada()])
def test_who_asked_to_be_forgotten_is_left_out(known):
    assert decided(row(status=Status.ACTIVE), known, is_forgotten=True) == (
        Result.LEFT_OUT,
        None,
        "asked to be forgotten: only they can sign up again",
    )


@pytest.mark.parametrize("status", [Status.UNSUBSCRIBED, Status.COMPLAINED])
@pytest.mark.parametrize("said", [{}, {"status": Status.ACTIVE}, {"status": Status.BOUNCED}, {"name": "Ada"}])
def test_who_has_left_does_not_come_back_by_an_import(status, said):
    assert decided(row(**said), ada(id="1", status=status), is_forgotten=False) == (
        Result.LEFT_OUT,
        None,
        f"is {status} here: only they can sign up again",
    )


@pytest.mark.parametrize(
    ("known", "said", "after"),
    [
        (Status.ACTIVE, Status.UNSUBSCRIBED, Status.UNSUBSCRIBED),
        (Status.ACTIVE, Status.PENDING, Status.PENDING),
        (Status.PENDING, Status.ACTIVE, Status.ACTIVE),
        (Status.BOUNCED, Status.ACTIVE, Status.ACTIVE),
        (Status.BOUNCED, Status.COMPLAINED, Status.COMPLAINED),
        (Status.UNSUBSCRIBED, Status.COMPLAINED, Status.COMPLAINED),
    ],
)
def test_a_row_changes_the_state_that_it_names(known, said, after):
    changed = decided(row(status=said), ada(id="1", status=known), is_forgotten=False)

    assert changed == (Result.CHANGED, ada(id="1", status=after), "state")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Status.BOUNCED, {}),
        (Status.BOUNCED, {"status": Status.PENDING}),
        (Status.PENDING, {}),
        (Status.ACTIVE, {"status": Status.ACTIVE}),
        (Status.UNSUBSCRIBED, {"status": Status.UNSUBSCRIBED, "name": "Ada"}),
        (Status.COMPLAINED, {"status": Status.UNSUBSCRIBED}),
    ],
)
def test_a_row_that_says_nothing_new_changes_nothing(known, said):
    assert decided(row(**said), ada(id="1", status=known), is_forgotten=False) == (Result.UNCHANGED, None, "")


def test_only_what_the_row_fills_changes():
    known = ada(id="1", address="Ada@example.org", name="A.", hour=7, digests=("daily",))

    assert decided(row(name="Ada", hour=7), known, is_forgotten=False) == (
        Result.CHANGED,
        ada(id="1", address="Ada@example.org", name="Ada", hour=7, digests=("daily",)),
        "name",
    )


# --- writing ---------------------------------------------------------------------------------------


def test_a_list_is_written_by_key_with_a_line_for_each():
    zoe = Subscriber(id="2", address="Zoe@example.org", name='Zoë "Zo", B.', categories=("a;b", "c"), hour=0)

    assert list(written([zoe, ada(digests=("daily", "Wochenblatt"), status=Status.BOUNCED)])) == [
        f"{HEADER}\n",
        "ada@example.org,,bounced,daily;Wochenblatt,,,,\n",
        'Zoe@example.org,"Zoë ""Zo"", B.",active,,"""a;b"";c",,,0\n',
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "'=1", "'", "'x"])
def test_no_cell_is_a_formula_to_a_spreadsheet(name):
    line = list(written([ada(name=name)]))[1]

    assert line.split(",")[1][0] not in "=+-@"
    assert subscribers("".join(written([ada(name=name)]))) == [ada(name=name)]


LABELS = st.text(max_size=12).map(one_line).filter(lambda text: text and text.isascii()) | st.sampled_from(
    ["晚报", 'a"b', '"', "a;b", "=x", "'-x", "a,b", ";"],
)
PEOPLE = st.builds(
    Subscriber,
    id=st.just(""),
    address=st.from_regex(r"[a-zA-Z0-9=+'-]{1,8}@[a-z]{1,8}\.example", fullmatch=True),
    name=LABELS | st.just(""),
    status=st.sampled_from(Status),
    digests=st.lists(st.sampled_from(["daily", "Wochenblatt"]), unique=True).map(tuple),
    categories=st.lists(LABELS, unique=True).map(tuple),
    language=st.sampled_from(["", "en", "zh-Hant-HK"]),
    timezone=st.sampled_from(["", "Asia/Shanghai", "America/Port-au-Prince", "UTC"]),
    hour=st.none() | st.integers(0, 23),
)


@given(st.lists(PEOPLE, max_size=5, unique_by=lambda one: one.key))
def test_what_was_written_is_read_as_it_was(people):
    found = sheet("".join(written(people)))

    assert [row.subscriber for row in found.rows] == sorted(people, key=lambda one: one.key)
    assert found.ignored == ()
