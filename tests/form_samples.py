"""Pages where people subscribe, choose and leave, for the tests of how they look and what they say."""

from dataclasses import replace
from pathlib import Path

from feeds.forms import Form, Kind, Topic
from feeds.settings import Digest, MailSettings, Site
from feeds.subscribers import Status, Subscriber
from feeds.targets import Frame

ROOT = Path(__file__).parent.parent
TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*"))
    if path.is_file()
}
PACKAGED = TEMPLATES | {f"default/{name}": text for name, text in TEMPLATES.items()}

SITE = Site(
    title="The Quay",
    url="https://quay.example.org/",
    home="https://www.example.org/",
    id="tag:quay.example.org,2026:",
    language="en",
    timezone="Europe/London",
    digests=(Digest(), Digest(name="sea", title="Harbour & Sea", every="week")),
    mail=MailSettings(
        sender="The Quay <news@example.org>",
        public_url="https://mail.example.org/",
        postal_address="12 Quay Street, Harbour Town",
    ),
)
ALONE = replace(SITE, digests=(Digest(),))
"""A site with one digest."""

FRAME = Frame(site=SITE, templates=PACKAGED)
TOKEN = "aebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4qa"
TOPICS = (
    Topic(name="port", title="The Port"),
    Topic(name="科学", title="科学"),
    Topic(name="a&b", title="<Tides> & more"),
)
MANY = tuple(Topic(name=f"t{number}", title=f"Topic {number}") for number in range(9))
ADA = Subscriber(
    id="00112233445566aa",
    address="ada@example.com",
    digests=("sea",),
    categories=("科学",),
    language="ja",
    timezone="Europe/Berlin",
    hour=7,
)
GONE = replace(ADA, status=Status.UNSUBSCRIBED)
TYPED = Subscriber(id="", address='"><script>alert(1)</script>@', digests=("sea",), categories=("科学",))

FORMS = {
    "subscribe": Form(kind=Kind.SUBSCRIBE, topics=TOPICS),
    "problem": Form(kind=Kind.SUBSCRIBE, topics=MANY, person=TYPED, problem="address"),
    "asked": Form(kind=Kind.ASKED, person=Subscriber(id="", address="ada@example.com")),
    "confirm": Form(kind=Kind.CONFIRM, depth=1, token=TOKEN, topics=TOPICS, person=ADA),
    "confirmed": Form(kind=Kind.CONFIRMED, depth=1, token=TOKEN, person=ADA),
    "leave": Form(kind=Kind.LEAVE, depth=1, token=TOKEN, person=ADA, digest="sea"),
    "left": Form(kind=Kind.LEFT, depth=1, token=TOKEN, person=ADA, digest="daily"),
    "left-all": Form(kind=Kind.LEFT, depth=1, token=TOKEN, person=GONE),
    "preferences": Form(kind=Kind.PREFERENCES, depth=1, token=TOKEN, topics=TOPICS, person=ADA),
    "saved": Form(kind=Kind.PREFERENCES, depth=1, token=TOKEN, topics=MANY, person=ADA, is_saved=True),
    "nobody": Form(kind=Kind.PREFERENCES, depth=1, token=TOKEN, topics=TOPICS, person=GONE),
    **{
        kind.value: Form(kind=kind)
        for kind in (Kind.GONE, Kind.NOTHING, Kind.MISTAKEN, Kind.TOO_LARGE, Kind.TOO_MANY, Kind.BUSY)
    },
}
"""By what they show."""
