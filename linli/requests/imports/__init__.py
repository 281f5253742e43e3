"""Import of requests from other systems; lends the word `requests` to `linli import`."""

from __future__ import annotations

from linli.lib.text import Said
from linli.register.sources import lend
from linli.requests.imports import command


class Requests:
    name = "requests"
    title = Said("诉求：任何 CSV 或 XLSX，连同当时的经过", "requests from any CSV or XLSX, with their history")
    arguments = staticmethod(command.add_arguments)
    run = staticmethod(command.run)


lend(Requests())
