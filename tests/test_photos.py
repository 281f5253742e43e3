"""Photos of matters: taken with the form, kept out of sight, shown to the parties, erased with the person."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from linli.lib.pictures import MOST_BYTES
from linli.lib.refusals import Refused
from linli.matters import photo_files
from linli.matters.actions.moving import move
from linli.matters.actions.photographs import clear_abandoned
from linli.matters.actions.raising import raise_matter
from linli.matters.answers import BadAnswers
from linli.matters.models import Matter, Photo
from linli.people.actions import forget
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains, value_of
from tests.pages import a_key, text_of, visit
from tests.photos import HEIC, a_photo, packed, quarters
from tests.world import World

PHOTOS = Path(settings.HOME) / "photos"


@pytest.fixture(autouse=True)
def no_files_before() -> None:
    """What is rolled back leaves its files under `new`, as after a crash."""
    for path in files():
        path.unlink()


def files() -> list[Path]:
    return sorted(path for path in PHOTOS.rglob("*") if path.is_file())


def form(world: World, *photos: SimpleUploadedFile, what: str = "水管漏水", **more: Any) -> dict[str, Any]:
    return {
        "_key": a_key(), "_place": str(world.place("room").pk), "what": what, "_urgency": "ordinary",
        "photos": list(photos), **more,
    }  # fmt: skip


def with_photos(world: World, count: int = 2) -> Matter:
    answers = {"what": "水管漏水", "photos": [a_photo(f"{n}.jpg") for n in range(count)]}
    return raise_matter("repair", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())


def address(matter: Matter, *, small: bool = False) -> str:
    photo = matter.photos.order_by("pk")[0]
    return f"/matters/{matter.number}/photos/{photo.pk}/{'small/' if small else ''}"


# -- taking them


def test_photos_sent_with_the_form_are_seen_by_who_sent_them(world: World) -> None:
    client = visit(world, "mei")
    sent = client.post("/raise/repair/", form(world, a_photo(), a_photo("IMG_1.HEIC", HEIC.read_bytes())))
    assert sent.status_code == 303
    page = client.get(sent["Location"]).content.decode()
    matter = Matter.objects.get()
    assert page.count("/small/") == 2
    assert "照片 1，共 2 张" in page
    for photo in matter.photos.all():
        answer = client.get(f"/matters/{matter.number}/photos/{photo.pk}/")
        assert answer.status_code == 200
        assert answer.content.startswith(b"\xff\xd8\xff")
        assert b"SECRETMAKER" not in answer.content


def test_a_photo_comes_as_a_picture_and_as_nothing_else(world: World) -> None:
    matter = with_photos(world)
    client = visit(world, "mei")
    for small in (False, True):
        answer = client.get(address(matter, small=small), headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"] == 'inline; filename="photo.jpg"'
        assert answer["Cache-Control"] == "private, no-cache"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer.content.startswith(b"\xff\xd8\xff")
        again = client.get(address(matter, small=small), headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("key", ["bo", "qin", "stranger", ""])
@pytest.mark.parametrize("small", [False, True])
def test_for_a_neighbour_there_is_no_such_photo_even_with_its_address(world: World, key: str, small: bool) -> None:
    matter = with_photos(world)
    client = visit(world, key)
    first = visit(world, "mei").get(address(matter, small=small))
    assert client.get(address(matter, small=small)).status_code == 404
    known = client.get(address(matter, small=small), headers={"If-None-Match": first["ETag"]})
    assert known.status_code == 404
    assert "照片" not in text_of(client.get(f"/matters/{matter.number}/"))


def test_a_photo_opens_at_its_own_matter_and_its_own_district_only(world: World) -> None:
    matter, other = with_photos(world), with_photos(world)
    client = visit(world, "mei")
    photo = matter.photos.order_by("pk")[0]
    assert client.get(f"/matters/{other.number}/photos/{photo.pk}/").status_code == 404
    assert client.get(f"/matters/{matter.number}/photos/{uuid.uuid4()}/").status_code == 404
    assert client.get(address(matter), headers={"host": "nextdoor.localhost"}).status_code == 404


def test_the_record_commits_to_the_photos_by_their_digests(world: World) -> None:
    matter = with_photos(world)
    sealed = Sealed.objects.get(event__chain=matter.pk, name="photos")
    shown = visit(world, "mei").get(address(matter)).content
    digests = {one["id"]: one["digest"] for one in value_of(sealed)}
    assert digests[str(matter.photos.order_by("pk")[0].pk)] == hashlib.sha256(shown).hexdigest()
    assert list(broken_chains()) == []
    body = str(Event.objects.get(chain=matter.pk).body)
    assert not any(one in body for one in (*digests, *digests.values()))


def test_what_lies_on_the_disk_is_for_the_server_alone_and_cannot_be_read_without_the_row(world: World) -> None:
    matter = with_photos(world, 1)
    photo = matter.photos.get()
    assert len(files()) == 2
    for path in files():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert b"\xff\xd8\xff" not in path.read_bytes()
    assert photo_files.get(photo.pk, photo_files.new_key(), photo_files.LARGE) is None


def test_one_file_in_the_place_of_another_is_not_shown(world: World) -> None:
    matter = with_photos(world, 1)
    small, large = (next(path for path in files() if path.suffix == f".{size}") for size in ("small", "large"))
    large.write_bytes(small.read_bytes())
    assert visit(world, "mei").get(address(matter)).status_code == 404


# -- what is refused


def refused(world: World, client: Client, *photos: SimpleUploadedFile, status: int = 422) -> str:
    answer = client.post("/raise/repair/", form(world, *photos, what="水管漏水，求快"))
    assert answer.status_code == status
    assert not Matter.objects.exists()
    assert not Photo.objects.exists()
    assert files() == []
    body = answer.content.decode()
    assert "水管漏水，求快" in body
    return text_of(answer)


def test_a_spoiled_photo_is_named_what_was_typed_stays_and_all_lost_photos_are_told(world: World) -> None:
    page = refused(world, visit(world, "mei"), a_photo("好的.jpg"), a_photo("坏的.jpg", b"\xff\xd8\xff\xe0 no"))
    assert "照片“坏的.jpg”打不开" in page
    assert "请重新选择：好的.jpg、坏的.jpg。" in page


def test_each_of_several_bad_photos_is_named(world: World) -> None:
    svg = a_photo("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    page = refused(world, visit(world, "mei"), svg, a_photo("b.pdf", b"%PDF-1.7"))
    assert "“a.svg”不是照片" in page
    assert "“b.pdf”不是照片" in page


def test_ten_photos_are_one_too_many(world: World) -> None:
    page = refused(world, visit(world, "mei"), *[a_photo() for _ in range(10)])
    assert "“照片”最多 9 张，选了 10 张" in page


def test_a_file_that_is_too_long_is_counted_but_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(os.listdir(tempfile.gettempdir()))
    page = refused(world, visit(world, "mei"), a_photo("long.jpg", packed(quarters()) + b"\0" * MOST_BYTES))
    assert "照片“long.jpg”有 15.1 MB，超过 15 MB" in page
    assert not [name for name in set(os.listdir(tempfile.gettempdir())) - before if "upload" in name]


def test_a_name_full_of_tricks_leads_nowhere(world: World) -> None:
    """The client sends the name as it is; nothing of it is ever a path or a mark-up."""
    name = "../../../../tmp/<img src=x onerror=alert(1)>.jpg"
    body = (
        b'--x\r\nContent-Disposition: form-data; name="photos"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: text/html\r\n\r\n" + b"no photo" + b"\r\n--x--\r\n"
    )
    answer = visit(world, "mei").post("/raise/repair/", body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert "<img src=x" not in answer.content.decode()
    assert files() == []


def test_text_in_the_place_of_a_photo_is_no_photo(world: World) -> None:
    answers = {"what": "水管漏水", "photos": ["/etc/passwd"]}
    with pytest.raises(BadAnswers) as caught:
        raise_matter("repair", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())
    assert "不是照片" in caught.value.problems["photos"].zh


def test_a_search_for_a_place_tells_that_photos_have_to_be_chosen_again(world: World) -> None:
    client = visit(world, "mei")
    page = client.post("/raise/repair/", form(world, a_photo("水管.jpg"), _find="1号楼", _search="yes"))
    assert "请重新选择：水管.jpg。" in text_of(page)


def test_a_form_without_photos_is_taken_as_before(world: World) -> None:
    assert visit(world, "mei").post("/raise/repair/", form(world)).status_code == 303
    assert not Photo.objects.exists()


def test_dissuading_needs_a_photo_of_the_notice_or_the_place(world: World) -> None:
    answers = {"offence": "building", "what": "顶楼搭了彩钢房"}
    matter = raise_matter(
        "joint_enforcement", world.place("building1"), actor=world.mei, answers=answers, key=uuid.uuid4()
    )
    client, where = visit(world, "jing"), f"/matters/{matter.number}/move/dissuade/"
    without = client.post(where, {"stopped": "no", "_seen": "1", "_key": a_key()})
    assert without.status_code == 422
    assert "请为“劝阻通知书或现场照片”至少选一张照片" in text_of(without)
    done = client.post(where, {"stopped": "no", "notice": [a_photo()], "_seen": "1", "_key": a_key()})
    assert done.status_code == 303
    assert matter.photos.get().name == "notice"
    assert "/small/" in visit(world, "mei").get(f"/matters/{matter.number}/").content.decode()


# -- no orphans


def test_the_same_form_sent_twice_keeps_its_photos_once(world: World) -> None:
    client = visit(world, "mei")
    key = a_key()
    for _ in range(2):
        assert client.post("/raise/repair/", form(world, a_photo(), _key=key)).status_code == 303
    assert Photo.objects.count() == 1
    assert len(files()) == 2


def test_a_move_that_is_not_open_or_not_yours_keeps_no_photo(world: World) -> None:
    matter = with_photos(world, 0)
    for actor in (world.gong, world.bo):
        with pytest.raises(Refused):
            move(matter, "finish", actor=actor, answers={"reply": "好了", "photos": [a_photo()]})
    assert files() == []


def test_files_settle_when_the_transaction_is_committed(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        matter = with_photos(world, 1)
    assert {path.parent.name for path in files()} == {matter.photos.get().pk.hex[-2:]}
    assert visit(world, "mei").get(address(matter)).status_code == 200


def test_what_a_failed_transaction_left_is_cleared_and_what_was_committed_is_kept(world: World) -> None:
    kept = with_photos(world, 1)
    with transaction.atomic():
        with_photos(world, 1)
        transaction.set_rollback(True)
    assert len(files()) == 4
    assert clear_abandoned() == 0
    assert len(files()) == 4
    for path in files():
        os.utime(path, (time.time() - 2 * photo_files.ABANDONED_AFTER,) * 2)
    assert clear_abandoned() == 2
    assert {path.name.partition(".")[0] for path in files()} == {str(kept.photos.get().pk)}
    assert visit(world, "mei").get(address(kept)).status_code == 200
    assert clear_abandoned() == 0


# -- forgetting


def test_who_is_forgotten_leaves_no_photo_and_the_timeline_says_so(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        matter, where = with_photos(world), ""
        where = address(matter)
    photo = matter.photos.order_by("pk")[0]
    with django_capture_on_commit_callbacks(execute=True):
        forget(world.people["mei"])
    assert files() == []
    photo.refresh_from_db()
    assert (photo.key, photo.digest, photo.size) == (None, None, 0)
    desk = visit(world, "an")
    assert desk.get(where).status_code == 404
    assert "照片 （已按要求删除）" in text_of(desk.get(f"/matters/{matter.number}/"))
    assert list(broken_chains()) == []


def test_forgetting_takes_no_photo_of_anybody_else(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        matter = with_photos(world, 1)
        forget(world.people["bo"])
    assert visit(world, "mei").get(address(matter)).status_code == 200
