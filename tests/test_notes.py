"""Signed notes, checkpoints and cosignatures: byte for byte what others sign, and every forgery refused with a reason."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as some

from linli.lib.notes import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Signer,
    Verifier,
    cosign,
    open_note,
    read_checkpoint,
    read_verifier,
    sign_note,
    split_note,
)

# The example of the first program that signed notes, with its private key, which the authors published.
PETER = Signer("PeterNeumann", base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:])
PETERS_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_NOTE = (
    PETERS_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# A checkpoint of a public certificate log with the lines of the witnesses that cosigned it.
REAL = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501
REAL_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
REAL_WITNESSES = (
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
)
LOG = Signer("linli.example/here", bytes(range(32)))
WITNESS = Signer("witness.example", bytes(range(1, 33)), COSIGNATURE)
HEAD = Checkpoint("linli.example/here", 7, bytes(32))


def test_a_published_note_comes_out_byte_for_byte() -> None:
    assert sign_note(PETERS_TEXT, PETER) == PETERS_NOTE


def test_a_published_key_is_read_and_written_as_it_is() -> None:
    assert PETER.verifier.text == PETERS_KEY
    assert read_verifier(PETERS_KEY) == PETER.verifier
    assert open_note(PETERS_NOTE, [read_verifier(PETERS_KEY)]).text == PETERS_TEXT


def test_a_real_checkpoint_opens_with_its_log_and_each_of_its_witnesses() -> None:
    keys = [read_verifier(text) for text in (REAL_LOG, *REAL_WITNESSES)]
    opened = open_note(REAL, keys)
    assert {verifier.text for verifier, _ in opened.by} == {REAL_LOG, *REAL_WITNESSES}
    seconds = {signature.seconds for verifier, signature in opened.by if verifier.kind == COSIGNATURE}
    assert seconds == {0x6A122120}
    found = read_checkpoint(opened.text)
    assert (found.origin, found.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)
    assert found.text == opened.text


@pytest.mark.parametrize("key", [REAL_LOG, *REAL_WITNESSES])
def test_no_signature_of_a_real_checkpoint_holds_for_another_size(key: str) -> None:
    with pytest.raises(BadNote, match="does not hold"):
        open_note(REAL.replace("1432088532", "1432088533"), [read_verifier(key)])


@given(at=some.integers(0, 10_000), bit=some.integers(0, 6))
def test_a_note_with_one_wrong_bit_is_refused(at: int, bit: int) -> None:
    note = sign_note(HEAD.text, LOG)
    at %= len(note)
    changed = note[:at] + chr(ord(note[at]) ^ (1 << bit)) + note[at + 1 :]
    with pytest.raises(BadNote):
        open_note(changed, [LOG.verifier])


def test_a_witness_line_is_added_to_a_checkpoint_and_tells_when() -> None:
    note = sign_note(HEAD.text, LOG)
    note += cosign(note, WITNESS, 1_700_000_000)
    opened = open_note(note, [LOG.verifier, WITNESS.verifier])
    assert [(verifier.name, signature.seconds) for verifier, signature in opened.by] == [
        ("linli.example/here", None),
        ("witness.example", 1_700_000_000),
    ]


def test_a_witness_line_with_another_time_does_not_hold() -> None:
    note = sign_note(HEAD.text, LOG)
    name, encoded = cosign(note, WITNESS, 1_700_000_000).removeprefix("— ").split(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[11] ^= 1
    forged = note + f"— {name} {base64.b64encode(raw).decode()}\n"
    with pytest.raises(BadNote, match=r"witness.example does not hold"):
        open_note(forged, [LOG.verifier, WITNESS.verifier])


def test_the_same_key_signs_differently_as_log_and_as_witness() -> None:
    as_log = Signer(WITNESS.name, WITNESS.private)
    assert as_log.verifier.id != WITNESS.verifier.id
    with pytest.raises(BadNote, match="No key that is trusted"):
        open_note(sign_note(HEAD.text, as_log), [WITNESS.verifier])


def test_lines_of_keys_that_nobody_trusts_here_are_passed_over() -> None:
    other = Signer(LOG.name, bytes(32))
    note = sign_note(HEAD.text, other, LOG)
    assert [verifier for verifier, _ in open_note(note, [LOG.verifier]).by] == [LOG.verifier]
    with pytest.raises(BadNote, match="No key that is trusted"):
        open_note(sign_note(HEAD.text, other), [LOG.verifier])


def test_a_text_with_empty_lines_ends_at_the_last_one() -> None:
    text = "one\n\ntwo\n"
    assert open_note(sign_note(text, LOG), [LOG.verifier]).text == text


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("text\n— a AAAAAAA=\n", "an empty line"),
        ("text\n\n", "an empty line"),
        ("text\n\n— a AAAAAAA=", "an empty line"),
        ("text\n\n-- a AAAAAAA=\n", "A signature line reads"),
        ("text\n\n— a AAAA\n", "A signature line reads"),
        ("text\n\n— a+b AAAAAAA=\n", "A signature line reads"),
        ("text\n\n— a AAA AAAA=\n", "A signature line reads"),
        ("te\txt\n\n— a AAAAAAA=\n", "control characters"),
        ("text\n\n" + "— a AAAAAAA=\n" * 65, "1 to 64 signatures"),
        ("t" * 64_001, "too long"),
    ],
)
def test_what_is_no_note_is_refused_with_its_reason(note: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        split_note(note)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\n1\n", "at least three lines"),
        ("\n1\n" + "A" * 43 + "=\n", "at least three lines"),
        ("a\n01\n" + "A" * 43 + "=\n", "without leading zeros"),
        ("a\n-1\n" + "A" * 43 + "=\n", "without leading zeros"),
        ("a\n1\nAAAA\n", "SHA-256"),
        ("a\n1\n" + "A" * 43 + "=", "at least three lines"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        read_checkpoint(text)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (PETERS_KEY.replace("c74f20a3", "c74f20a4"), "does not fit"),
        (PETERS_KEY.replace("PeterNeumann", "PeterNeuman"), "does not fit"),
        ("PeterNeumann", r"reads name\+id\+key"),
        ("a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "no space"),
        ("a+c74f20a3+AhpcAA==", "no Ed25519 key"),
    ],
)
def test_a_mistyped_key_is_refused_with_its_reason(key: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        read_verifier(key)


def test_a_text_that_could_be_read_two_ways_is_not_signed() -> None:
    for text in ("no line break", "a tab\t\n"):
        with pytest.raises(BadNote, match="ends with a line break"):
            sign_note(text, LOG)


def test_a_name_with_a_space_or_a_plus_names_no_key() -> None:
    for name in ("", "a b", "a+b", "a\u3000b", " a"):
        with pytest.raises(BadNote, match="no space and no plus"):
            Verifier(name, bytes(32))
