"""What insight lends to the apps below: a chore of the lateness job, and the figures on a playbook's page."""

from __future__ import annotations

from linli.insight.actions.folding import fold_new
from linli.insight.board import book_panel
from linli.matters import chores
from linli.playbooks import panels

chores.register("folded", fold_new)
panels.register(book_panel)
