"""How files are received: in memory while they are small, then in files without a name, which no crash can leave behind.

What is more than anybody needs is counted but not kept; the field then says that it is too much.
"""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from linli.lib.pictures import MOST_BYTES

IN_MEMORY = 1024 * 1024
MOST_OF_ALL = 10 * MOST_BYTES


class NamelessUploads(FileUploadHandler):
    """One per request."""

    file: IO[bytes]
    received = kept = all_kept = 0

    def new_file(self, *args: Any, **more: Any) -> None:
        super().new_file(*args, **more)
        self.file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 Django closes it with the request
        self.received = self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received <= MOST_BYTES and self.all_kept + len(raw_data) <= MOST_OF_ALL:
            self.file.write(raw_data)
            self.all_kept += len(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        return UploadedFile(
            self.file, self.file_name, self.content_type or "", self.received, self.charset, self.content_type_extra
        )
