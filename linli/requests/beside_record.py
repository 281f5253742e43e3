"""What requests keep beside the record: the words by which matters are found."""

from __future__ import annotations

from linli.record.beside import Beside, register
from linli.requests.actions import indexing

register(Beside("words", forget=indexing.forget, follow=indexing.follow))
