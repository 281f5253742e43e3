"""The papers of a ballot as PDF, for whoever may see its page."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.ballots.papers.composing import PAPERS, SOURCE, paper_of, written
from linli.ballots.views import visible_ballot
from linli.lib.text import LANGUAGES
from linli.lib.typesetting import code_rows, set_type
from linli.matters.views import reader_of


@require_safe
def paper(request: HttpRequest, key: uuid.UUID, name: str, language: str) -> HttpResponse:
    if name not in PAPERS or language not in LANGUAGES:
        raise Http404
    found = visible_ballot(reader_of(request), key)
    made = paper_of(found, name)
    if made is None:
        raise Http404
    address = f"{request.build_absolute_uri(reverse('ballot', args=[found.pk]))}#checking"
    words = {**written(made, language), "address": address, "code": code_rows(address)}
    answer = HttpResponse(set_type(SOURCE, words, language, folder=settings.FONTS), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}-{language}.pdf"'
    return answer
