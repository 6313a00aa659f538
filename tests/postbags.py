"""Sites that send, for tests: their posts, their subscribers, and what arrives."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from sites import learn, lend, write

from feeds import proofs, sending
from feeds.dispatch import Order, Secrets
from feeds.membership import add
from feeds.membership import opened as membership
from feeds.office import office_of
from feeds.posting import Clock
from feeds.reports import Wishes
from feeds.subscribers import Subscriber

KEY = "a key of thirty-two characters .".replace(" ", "-")

CONFIG = """
[site]
title = "The Quay"
url = "https://quay.example.org/"
timezone = "Europe/London"

[mail]
from = "The Quay <news@example.org>"
unsubscribe = "leave@example.org"
smtp = "{smtp}"
rate = 10000
{mail}

[[digests]]
name = "daily"
catch_up = "{catch_up}"
"""


def at(text):
    """Return the instant *text*, `3 08:00`: a day of March 2026 and the time in UTC."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=int(day) - 1, hours=hour, minutes=minute)


def post(day, title="", *, category="news", time="09:00", more=""):
    """Return a post of a day of March 2026."""
    return (
        f"---\ntitle: {title or f'Story of {day} March'}\ndate: 2026-03-{day:02}T{time}\n"
        f"categories: [{category}]\n{more}---\nWords.\n"
    )


def site(folder, days, *, catch_up="merge", smtp="maildir:box", mail=""):
    """Make *folder* a site with a post on each of *days* of March 2026."""
    config = CONFIG.format(smtp=smtp, catch_up=catch_up, mail=mail)
    return write(folder, {f"{day}.md": post(day) for day in days}, config)


def subscribe(folder, *addresses, now="1 00:00", again=False, **wishes):
    with membership(folder, KEY, "", at(now)) as office:
        for address in addresses:
            add(office, Subscriber(id="", address=address, **wishes), again=again)


@contextmanager
def opened(folder, now, *, is_over=lambda: False, sleep=lambda _: None, **wished):
    clock = Clock(instant=lambda: at(now), sleep=sleep, is_over=is_over)
    wishes = Wishes(now=at(now), jobs=1, **wished)
    with office_of(folder, Secrets(keys=KEY), clock, wishes) as office:
        if not wishes.dry_run:
            lend(folder)
        yield office
        learn(folder)


def send(folder, now, **order):
    """Send what *order* asks for at *now*."""
    with opened(folder, now) as office:
        return sending.send(office, Order(detailed=True, **order))


def foreseen(folder, now, **order):
    with opened(folder, now, dry_run=True) as office:
        return proofs.foreseen(office, Order(dry_run=True, **order))


def mails(folder):
    """Return what arrived in the site's Maildir, by recipient and subject."""
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (folder / "box/new").glob("*")]
    return sorted(found, key=lambda mail: (mail["To"], mail["Subject"]))


def got(folder):
    """Return each recipient with the subject's headline, in order."""
    return [(mail["To"], mail["Subject"].partition(": ")[2]) for mail in mails(folder)]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def html_of(mail):
    return mail.get_body(("html",)).get_content()
