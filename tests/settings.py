"""The product's settings in a home of the tests' own, which goes when they are done."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # the tests make and drop many files
TEST_HOME = Path(tempfile.mkdtemp(prefix="linli-test-", dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None))
TEST_HOME.chmod(0o711)  # as root the server runs as nobody and must reach its folder
(TEST_HOME / "static").mkdir()  # what is served warns when it is missing
atexit.register(shutil.rmtree, TEST_HOME, ignore_errors=True)
os.environ["LINLI_HOME"] = str(TEST_HOME)
os.environ["LINLI_DEMO"] = "1"

from linli.config.settings import *  # noqa: E402, F403
from linli.config.settings import ALLOWED_HOSTS, DATABASES  # noqa: E402

ALLOWED_HOSTS += ["testserver"]
if not DATABASES["default"].get("HOST"):
    DATABASES["default"]["DURABLE"] = False
