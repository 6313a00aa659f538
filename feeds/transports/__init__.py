"""Carries messages out: to a mail server, to sendmail, or into a Maildir.

Whatever the way, nothing is delivered before `finish`: a message that was offered and not finished, because this
process died, say, was never sent.
"""

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from feeds.parcels import Transport
from feeds.settings import MailSettings
from feeds.transports.patience import Patience

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_SENDMAIL = "/usr/sbin/sendmail"


def opened(
    mail: MailSettings,
    *,
    folder: Path,
    password: str,
    helo: str,
    patience: Patience = Patience(),  # noqa: B008 - it is frozen
) -> Transport:
    """Return the way that `mail.smtp` names; nothing is opened before the first offer.

    *folder* is the site's: paths are relative to it. The *password* goes with the user name in the URL, if there is
    one. *helo* is the name by which we introduce ourselves to a server, the site's host.
    """
    url = urlsplit(mail.smtp)
    if url.scheme == "maildir":
        from feeds.transports.maildir import Maildir  # noqa: PLC0415 - a run needs one of the three

        return Maildir(folder / _path(mail.smtp))
    if url.scheme == "sendmail":
        from feeds.transports.programs import Sendmail  # noqa: PLC0415 - as above

        return Sendmail(folder / (_path(mail.smtp) or _SENDMAIL), patience=patience)
    return _smtp(url, width=mail.connections, password=password, helo=helo, patience=patience)


def _path(written: str) -> str:
    return written.partition(":")[2].removeprefix("//")


def _smtp(url: SplitResult, *, width: int, password: str, helo: str, patience: Patience) -> Transport:
    from feeds.transports.session import Server  # noqa: PLC0415 - as above
    from feeds.transports.smtp import Smtp  # noqa: PLC0415 - as above

    server = Server(
        host=url.hostname or "",
        port=url.port or _PORTS[url.scheme],
        tls=url.scheme,
        user=unquote(url.username or ""),
        password=password,
        helo=helo,
        patience=patience,
    )
    return Smtp(server, width=width)
