"""What a posting asks for, as fields of a form."""

from __future__ import annotations

from linli.lib.text import Said
from linli.playbooks.model import Field, Mark

HERE = Mark(1, 1)  # no file of a playbook asks these
PROOF = Field("proof", "photos", Said("张贴照片", "Photos of the posting"), HERE, max=3)
CONCERN = Field("concern", "text", Said("您的意见", "Your concern"), HERE, max=2000)
ANSWER = Field("answer", "text", Said("答复", "Answer"), HERE, max=2000)
UPHELD = Field("upheld", "yes_no", Said("意见是否成立", "Is the concern right?"), HERE)
