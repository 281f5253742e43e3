"""What requests keep beside the record: the words by which matters are found, and what is drawn for a re-check."""

from __future__ import annotations

from linli.record.beside import Beside, register
from linli.requests.actions import indexing
from linli.requests.loop.actions import questions, rechecks

register(Beside("words", forget=indexing.forget, follow=indexing.follow))
register(Beside("loop", forget=questions.forget, follow=rechecks.follow))
