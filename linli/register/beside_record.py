"""What the register keeps of a person's name outside the record: the public card. Forgetting somebody empties it."""

from __future__ import annotations

from linli.record import beside
from linli.register.actions.forgetting import forget

beside.register(beside.Beside("register", forget))
