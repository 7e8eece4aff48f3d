"""The log of an archive behind a service, as commands need it.

Who stamps and cosigns is said in the settings of the service; no command brings anybody
(``commands.stamp``). Not here: HTTP (``interface.client``).
"""

from collections.abc import Sequence

from application.stamp_ports import Authority, Witness
from application.stamping import Stamped
from interface.client import Client
from interface.shown import HeadShown, LogShown


class RemoteLog:
    """``interface.cli.archived.KeptLog`` over a client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def show(self) -> LogShown:
        """How far it was signed."""
        return self._client.read_log()

    def checkpoint(self) -> HeadShown:
        """Have the head signed as it is now."""
        return self._client.sign_checkpoint()

    def rebuild(self) -> HeadShown:
        """Have the tiles made anew."""
        return self._client.rebuild_log()

    def timestamp(self, authorities: Sequence[Authority]) -> Sequence[Stamped]:  # noqa: ARG002 - none is named
        """Have each head stamped by the authorities of the service."""
        return [*self._client.timestamp_log()]

    def witness(self, witnesses: Sequence[Witness]) -> Sequence[Stamped]:  # noqa: ARG002 - none is named
        """Have each head cosigned by the witnesses of the service."""
        return [*self._client.witness_log()]

    def restamp(self, authorities: Sequence[Authority]) -> Sequence[Stamped]:  # noqa: ARG002 - none is named
        """Have the timestamps of each head renewed by the authorities of the service."""
        return [*self._client.restamp_log()]
