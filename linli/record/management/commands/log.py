from __future__ import annotations

import socket
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.record.log.actions import append_new, distrust_witness, new_key, sign_checkpoint, trust_witness
from linli.record.log.keys import key_file
from linli.record.log.queries import public_log
from linli.record.log.verify import faults, not_appended
from linli.record.log.witness import observe, witness_key

MOST_FAULTS = 20
NEEDED = Said("“linli log {what}” 后面要写 {value}。", "linli log {what} needs {value}.")
WHICH = Said("有多个片区，请用 --district 写明是哪一个。", "There are several districts; say which by --district.")
LINE = Said("{district}: {said}", "{district}: {said}")
ADDED = Said("追加 {new} 条，共 {size} 条", "{new} appended, {size} in all")
SIGNED = Said("已签发 {size} 条的检查点", "checkpoint signed at {size}")
GROWN = Said("自上一个检查点以来没有新的记录，没有签发", "nothing new since the last checkpoint; none signed")
HOLDS = Said(
    "{size} 条逐条核对，全部相符；尚未进入日志的记录 {waiting} 条", "{size} entries hold; {waiting} events wait"
)
KEY = Said(
    "新的签名密钥第 {number} 号：{path}。请立即备份到别处。公钥：{text}",
    "Key number {number} is in {path}; back it up elsewhere now. Public key: {text}",
)
TRUSTED = Said("见证人 {name} 已登记", "{name} is a witness now")
ENDED = Said("见证人 {name} 已停用", "{name} is no witness any more")
SEEN = Said(
    "{origin}：{size} 条，与上次一致，已联署", "{origin}: {size} entries, consistent with the last time; cosigned"
)
WITNESS_KEY = Said(
    "新的见证密钥在 {path}。请把这把公钥交给日志的管理员登记：{text}",
    "A new witness key is in {path}. Give this public key to the operator of the log: {text}",
)


class Command(BaseCommand):
    help = "The public log: append, checkpoint, verify, new-key; trust KEY and distrust NAME for witnesses; witness URL to be one."
    requires_system_checks = ()  # a witness has no database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=[*DEEDS, "witness"])
        parser.add_argument(
            "value", nargs="?", default="", help="the witness's public key or name, or the log's address"
        )
        parser.add_argument("--district", default="", help="the schema of one district; every one when left out")
        parser.add_argument("--key", default="", metavar="FILE", help="a witness's key; made when it is not there")
        parser.add_argument("--name", default=f"{socket.gethostname()}/witness", help="a new witness's name")
        parser.add_argument(
            "--state", default="", metavar="FILE", help="what the witness saw last; KEY.seen when left out"
        )
        parser.add_argument("--log-key", default="", metavar="KEY", help="the log's public key, needed the first time")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, what: str, lang: str, **options: Any) -> None:
        try:
            for said in _witness(options) if what == "witness" else _each(what, options):
                self.stdout.write(said.in_(lang))
        except Refused as refused:
            raise CommandError(refused.sentence.in_(lang)) from None


def _each(what: str, options: dict[str, Any]) -> Iterator[Said]:
    districts = [one for one in all_districts() if options["district"] in ("", one.schema_name)]
    if what in FOR_ONE and len(districts) != 1:
        raise Refused(WHICH)
    failed = False
    for district in districts:
        with tenant_context(district):
            for said in DEEDS[what](options["value"]):
                failed = failed or isinstance(said, _Fault)
                words = said.said if isinstance(said, _Fault) else said
                yield LINE.filled(district=district.schema_name, said=words)
    if failed:
        raise SystemExit(1)


class _Fault:
    """A line that makes the command fail."""

    def __init__(self, said: Said) -> None:
        self.said = said


Deed = Callable[[str], Iterator[Said | _Fault]]


def _append(_: str) -> Iterator[Said]:
    new = append_new()
    yield ADDED.filled(new=new, size=public_log().size)
    signed = sign_checkpoint()
    if signed is not None:
        yield SIGNED.filled(size=signed.size)


def _checkpoint(_: str) -> Iterator[Said]:
    append_new()
    signed = sign_checkpoint(at_once=True)
    yield SIGNED.filled(size=signed.size) if signed else GROWN


def _verify(_: str) -> Iterator[Said | _Fault]:
    found = list(islice(faults(), MOST_FAULTS))
    yield from (_Fault(fault.why) for fault in found)
    if not found:
        yield HOLDS.filled(size=public_log().size, waiting=not_appended())


def _new_key(_: str) -> Iterator[Said]:
    key = new_key()
    yield KEY.filled(number=key.number, path=key_file(key.number), text=key.text)


def _trust(value: str) -> Iterator[Said]:
    yield TRUSTED.filled(name=trust_witness(_needed("trust", value, "KEY")).name)


def _distrust(value: str) -> Iterator[Said]:
    distrust_witness(_needed("distrust", value, "NAME"))
    yield ENDED.filled(name=value)


DEEDS: MappingProxyType[str, Deed] = MappingProxyType(
    {
        "append": _append,
        "checkpoint": _checkpoint,
        "verify": _verify,
        "new-key": _new_key,
        "trust": _trust,
        "distrust": _distrust,
    }
)
FOR_ONE = frozenset({"new-key", "trust", "distrust"})


def _needed(what: str, value: str, kind: str) -> str:
    if not value:
        raise Refused(NEEDED.filled(what=what, value=kind))
    return value


def _witness(options: dict[str, Any]) -> Iterator[Said]:
    url = _needed("witness", options["value"], "URL")
    path = Path(_needed("witness", options["key"], "--key FILE"))
    fresh = not path.exists()
    signer = witness_key(path, options["name"])
    if fresh:
        yield WITNESS_KEY.filled(path=path, text=signer.verifier.text)
        return
    state = Path(options["state"]) if options["state"] else path.with_name(f"{path.name}.seen")
    seen = observe(url, signer, state, log_key=options["log_key"])
    yield SEEN.filled(origin=seen.origin, size=seen.size)
