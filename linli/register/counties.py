"""The codes and names of Hohhot's counties (GB/T 2260), for tables that give streets and communities alone."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

CITIES = MappingProxyType({"150100": Said("呼和浩特市", "Hohhot")})
COUNTIES = MappingProxyType(
    {
        "150102": Said("新城区", "Xincheng District"),
        "150103": Said("回民区", "Huimin District"),
        "150104": Said("玉泉区", "Yuquan District"),
        "150105": Said("赛罕区", "Saihan District"),
        "150121": Said("土默特左旗", "Tumed Left Banner"),
        "150122": Said("托克托县", "Togtoh County"),
        "150123": Said("和林格尔县", "Horinger County"),
        "150124": Said("清水河县", "Qingshuihe County"),
        "150125": Said("武川县", "Wuchuan County"),
        "150172": Said("呼和浩特经济技术开发区", "Hohhot Economic and Technological Development Zone"),
    }
)
