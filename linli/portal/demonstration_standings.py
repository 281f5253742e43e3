"""Who belongs to which electorate in the demonstration: residents, some of them representatives, two of the party. Invented."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.register.actions.standings import enter_standing
from linli.register.models import Standing

SEEN, ELECTED = "入户核对户口簿", "本届居民代表推选结果"


@transaction.atomic
def load_standings() -> None:
    if Standing.objects.exists():
        return
    community, branch = (Reader(_post(role).person) for role in ("community", "grid_branch"))
    residents = list(_posts("resident")[:20])
    for post in residents:
        enter_standing(post.person, "resident", post.place, actor=community, how="staff", reason=SEEN)
    for post in residents[::4]:
        enter_standing(
            post.person, "representative", community.posts[0].place, actor=community, how="staff", reason=ELECTED
        )
    grid = branch.posts[0].place
    inside = [post for post in residents if post.place.path.startswith(f"{grid.path}.")]
    for post in inside[2:9:6]:
        enter_standing(post.person, "party_member", grid, actor=branch, how="documents", reason="组织关系已转入")


def _post(role: str) -> Post:
    return _posts(role)[0]


def _posts(role: str) -> QuerySet[Post]:
    rows = Post.objects.filter(in_term(), role=role).select_related("person", "place")
    return rows.order_by("place__order", "place__path", "pk")
