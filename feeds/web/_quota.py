"""Says when one network asks so often that it can be no person."""

from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

MOST, WITHIN = 10, timedelta(hours=1)
"""How many addresses a network may type in, and in which time; a class or an office is one network."""

MOST_IN_ALL = 600
"""The same of all networks: what a thousand machines that are somebody else's can have sent in our name."""

_KNOWN = 10_000
"""Networks that are remembered; of more, those who have asked last."""

_V6 = 56
"""Bits that are the same in a network of IPv6, of IPv4 24: what a household or a small firm is given."""


class Quota:
    """What each network may still ask for: it fills up again, evenly."""

    def __init__(self, most: int = MOST, within: timedelta = WITHIN) -> None:
        """Let *most* pass at once, and as many again *within* that time."""
        self._most = most
        self._each = within / most
        self._free_at: OrderedDict[str, datetime] = OrderedDict()
        """When the network will have all again."""

    def takes(self, address: str, now: datetime) -> timedelta:
        """Return how long the network of *address* must wait; nothing: it need not, and this counts as one more."""
        network = network_of(address)
        last = now + self._most * self._each  # later only for a clock that was set back
        free_at = min(max(self._free_at.pop(network, now), now), last)
        wait = free_at + self._each - now - self._most * self._each
        self._free_at[network] = free_at if wait > timedelta() else free_at + self._each
        if len(self._free_at) > _KNOWN:
            self._free_at.popitem(last=False)
        return max(wait, timedelta())


def network_of(address: str) -> str:
    """Return the network of an IP *address*; what is none is a network of its own."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return found.exploded[: _V6 // 4 + _V6 // 16]
        found = found.ipv4_mapped
    return str(found).rpartition(".")[0]
