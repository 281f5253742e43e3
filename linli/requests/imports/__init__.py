"""What requests lend to `linli import`: requests of other systems, tables of facilities, plans of estates, the menu."""

from __future__ import annotations

from linli.lib.text import Said
from linli.register.sources import lend
from linli.requests.imports import command
from linli.requests.imports.facilities import Facilities
from linli.requests.imports.menu import MenuItems
from linli.requests.imports.plans import Plans


class Requests:
    name = "requests"
    title = Said("诉求：任何 CSV 或 XLSX，连同当时的经过", "requests from any CSV or XLSX, with their history")
    arguments = staticmethod(command.add_arguments)
    before_opening = staticmethod(command.before_opening)
    run = staticmethod(command.run)


lend(Requests())
lend(Facilities())
lend(Plans())
lend(MenuItems())
