"""A new neighbourhood begins with the playbooks that come with Linli: without any it would refuse everything."""

from __future__ import annotations

from linli.districts.opening import Furnishing, register
from linli.lib.text import Said
from linli.playbooks.models import Version
from linli.playbooks.versions import adopt_shipped

ADOPTED = Said("已启用随系统提供的 {count} 份工作法。", "{count} playbooks that come with Linli were adopted.")


def adopt_when_none() -> Said | None:
    """Where the district has ever had a playbook, which ones it uses is its own decision."""
    if Version.objects.exists():
        return None
    return ADOPTED.filled(count=len(adopt_shipped()))


register(Furnishing("playbooks", adopt_when_none))
