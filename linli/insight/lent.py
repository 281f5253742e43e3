"""What insight lends to the apps below: a chore of the lateness job, the figures on a playbook's page and in the gallery."""

from __future__ import annotations

from linli.insight.actions.folding import fold_new
from linli.insight.board import book_panel
from linli.insight.methods import figures_of_methods
from linli.matters import chores
from linli.playbooks import panels

chores.register("folded", fold_new)
panels.register(book_panel)
panels.register_figures(figures_of_methods)
