from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from linli.matters import photo_files
from linli.matters.models import Photo
from linli.matters.policies import may_see_photo
from linli.matters.queries import find_photo
from linli.matters.views import reader_of
from linli.playbooks.versions import book_of


@require_safe
def photo(request: HttpRequest, number: int, photo: uuid.UUID, size: str = photo_files.LARGE) -> HttpResponse:
    """For who may see it; for everybody else there is no such address. Asked anew each time, also when nothing is sent again."""
    found = find_photo(number, photo)
    if found is None or not may_see_photo(reader_of(request), found, book_of(found.matter.playbook_id)):
        raise Http404
    mark = f'"{bytes(found.digest or b"").hex()}-{size}"'
    answer = get_conditional_response(request, etag=mark) or _jpeg(found, size)
    answer["ETag"] = mark
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _jpeg(found: Photo, size: str) -> HttpResponse:
    jpeg = photo_files.get(found.pk, bytes(found.key or b""), size)
    if jpeg is None:
        raise Http404
    answer = HttpResponse(jpeg, content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="photo.jpg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Encoding"] = "identity"  # it is packed already; packing it again would only cost time
    return answer
