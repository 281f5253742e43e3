"""Encryption of sensitive columns, and the keyed digest that lets an encrypted phone number be found again."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class Sealer:
    """Seals text under one installation's data key. Opening with another key raises `ValueError`."""

    def __init__(self, secret: str) -> None:
        material = hashlib.sha256(b"linli data key\0" + secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(material))
        self._digest_key = hashlib.sha256(b"linli digest key\0" + secret.encode()).digest()

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes | memoryview) -> str:
        try:
            return self._fernet.decrypt(bytes(sealed)).decode()
        except InvalidToken:
            raise ValueError("This was sealed under another data key.") from None

    def digest(self, text: str) -> bytes:
        """Equal texts give equal digests; without the key they cannot be guessed by trying all phone numbers."""
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).digest()
