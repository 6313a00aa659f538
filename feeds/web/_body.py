"""Takes in what a form sends, of no more bytes than a form has."""

from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

LONGEST = 65_536
"""Bytes; a form with a thousand categories has fewer."""

_FIELDS = 2_000
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def typed_into(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the values of each field of the form in *request*, in their order.

    What is no form is an `HTTPException` with status 415, or 400 where it is broken; of too many bytes it has 413.
    """
    if not request.headers.get("content-type", "").lower().startswith(_FORMS):
        raise HTTPException(415)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LONGEST:
        raise HTTPException(413)
    bounded = Request(request.scope, _bounded(request.receive))
    try:
        async with bounded.form(max_files=0, max_fields=_FIELDS) as form:
            return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
    except UnicodeError as error:  # Python knows charsets that are none of text: `undefined`, `punycode`
        raise HTTPException(400) from error


def _bounded(receive: Receive) -> Receive:
    """Return *receive*, which raises an `HTTPException` when more has come in than a form has."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LONGEST:
            raise HTTPException(413)
        return message

    return bounded
