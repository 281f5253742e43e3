from __future__ import annotations

from linli.notices.actions.telling import forget_notices
from linli.record.beside import Beside, register

register(Beside("notices", forget_notices))
