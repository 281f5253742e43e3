"""What the desk keeps of a person outside the record: the filters they named."""

from __future__ import annotations

from linli.desk.actions.saving import forget
from linli.record.beside import Beside, register

register(Beside("saved filters", forget))
