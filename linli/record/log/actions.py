"""The only writers of the public log: appending, signing checkpoints, keys, witnesses and what they saw.

An event is appended once its transaction lies below the oldest one that still runs: whatever commits later has a higher number,
so none is passed over, and the order is fixed for ever. The row of the log is held throughout; of two that append at once the
second waits and finds nothing left, and whoever is killed in the middle has changed nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from linli.districts.queries import main_address
from linli.lib import clock
from linli.lib.merkle import leaf_hash
from linli.lib.notes import (
    COSIGNATURE,
    BadNote,
    Signer,
    Verifier,
    open_note,
    read_checkpoint,
    read_verifier,
    sign_note,
    split_note,
)
from linli.lib.notes import Checkpoint as Signed
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.record.actions import Note, prepare, write
from linli.record.log.keys import made_key, private_key
from linli.record.log.queries import checkpoint_at, newest_checkpoint, root_at, tiles_at, verifiers_of_witnesses
from linli.record.log.tiles import Tile, edge, grown
from linli.record.models import Checkpoint, Cosignature, LogKey, PublicLog, Witness

logger = logging.getLogger(__name__)
BATCH = 10_000
EVERY = timedelta(hours=1)
AHEAD = timedelta(minutes=5)  # by which the clock of a witness may be fast
# The horizon is `xmin`. Where the database was restored from a copy, its transactions may count from a lower number than the
# events in it: then what lies above every number that this server has given out is settled too.
HORIZON = "SELECT xmin::text::bigint, xmax::text::bigint FROM (SELECT pg_snapshot_xmin(s) AS xmin, pg_snapshot_xmax(s) AS xmax FROM pg_current_snapshot() AS s) AS now"  # noqa: E501
NEWS = """
SELECT event.transaction, event.id, event.hash FROM record_event AS event
WHERE {settled} AND NOT EXISTS (SELECT FROM record_logentry AS entry WHERE entry.event_id = event.id)
ORDER BY event.transaction, event.id LIMIT %(most)s
"""
SETTLED = NEWS.format(settled="event.transaction >= %(below)s AND event.transaction < %(horizon)s")
AFTER_A_RESTORE = NEWS.format(settled="(event.transaction < %(horizon)s OR event.transaction >= %(beyond)s)")
ADD_ENTRIES = "INSERT INTO record_logentry (index, event_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
ADD_TILES = """
INSERT INTO record_logtile (level, number, hashes) SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bytea[])
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""
CHANGED = Said(
    "公开日志与已签发的检查点（{size} 条）不一致，没有签发新的检查点。请运行 linli log verify 查明是哪一条。",
    "The public log no longer agrees with the checkpoint at {size}, so none was signed. linli log verify names the entry.",
)
BAD = Said("这不是有效的联署：{why}", "This is no valid cosignature: {why}")
UNKNOWN_WITNESS = Said(
    "没有本站登记的见证人签了这份检查点。见证人的公钥由管理员用 linli log trust 登记。",
    "No witness that is trusted here signed this. The operator adds a witness's key by linli log trust.",
)
OTHER_LOG = Said(
    "这份检查点不是本站签发的：本站没有 {size} 条、同一根哈希的检查点。请保留它作为证据，并告诉管理员。",
    "This log has signed no checkpoint at {size} with that root. Keep what you have as evidence and tell the operator.",
)
FROM_THE_FUTURE = Said("联署的时间在将来，请校准见证机的时钟。", "The cosignature is from the future; set the clock.")
NO_WITNESS_KEY = Said("见证人的公钥无效：{why}", "This is no key of a witness: {why}")
NO_SUCH_WITNESS = Said("没有名为“{name}”的见证人。", "There is no witness called “{name}”.")
KNOWN_WITNESS = Said("已有名为“{name}”的见证人。", "There is a witness called “{name}” already.")


def append_new(*, batch: int = BATCH) -> int:
    """Append all that is settled; returns how many events were new. May run anywhere, any number at once."""
    appended = 0
    while taken := _append_once(batch):
        appended += taken
    return appended


@transaction.atomic
def _append_once(batch: int) -> int:
    log = hold()
    rows, below = _news(log, batch)
    if rows:
        append(log, rows)
    if rows or below != log.below:
        log.below = below
        log.save(update_fields=["size", "below"])
    return len(rows)


def hold() -> PublicLog:
    """The row of the log, until the transaction ends."""
    PublicLog.objects.bulk_create([PublicLog()], ignore_conflicts=True)
    return PublicLog.objects.select_for_update().get(pk=PublicLog.ONLY)


def _news(log: PublicLog, batch: int) -> tuple[Sequence[tuple[int, int, bytes]], int]:
    """Settled events that are not in the log, and below which transaction nothing is missing after them."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        horizon, beyond = cursor.fetchone()
        asked = {"below": log.below, "horizon": horizon, "beyond": beyond, "most": batch}
        cursor.execute(SETTLED if horizon >= log.below else AFTER_A_RESTORE, asked)
        rows: Sequence[tuple[int, int, bytes]] = cursor.fetchall()
    if len(rows) < batch:
        return rows, horizon
    return rows, rows[-1][0] if horizon >= log.below else log.below


def append(log: PublicLog, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Put events, as (transaction, identifier, hash), behind those that are there. Whoever calls holds the log."""
    leaves = [leaf_hash(bytes(found)) for _, _, found in rows]
    tiles = grown(tiles_at(edge(log.size)), log.size, leaves)
    with connection.cursor() as cursor:
        indexes = list(range(log.size, log.size + len(rows)))
        cursor.execute(ADD_ENTRIES, [indexes, [event for _, event, _ in rows]])
        cursor.execute(ADD_TILES, _columns(tiles))
    log.size += len(rows)


def _columns(tiles: Sequence[Tile]) -> list[list[Any]]:
    return [[one.level for one in tiles], [one.number for one in tiles], [one.hashes for one in tiles]]


def tend_log() -> int:
    """What the job does each round: append, and sign a checkpoint when the last one is an hour old.

    A log that was changed, or whose key is gone, must not stop the job; it is said in the server's own log, each round.
    """
    appended = 0
    try:
        appended = append_new()
        sign_checkpoint()
    except Refused as refused:
        logger.error("%s: %s", connection.schema_name, refused.sentence.en)  # type: ignore[attr-defined]
    return appended


@transaction.atomic
def sign_checkpoint(*, at_once: bool = False) -> Checkpoint | None:
    """Sign how long the log is, once an hour or `at_once`; nothing when it has not grown since.

    The newest checkpoint is worked out again from the tree before another follows it: a log that was changed signs nothing.
    """
    log, last = hold(), newest_checkpoint()
    if not log.size or (last is not None and (last.size == log.size or not (at_once or _is_old(last)))):
        return None
    if last is not None and root_at(last.size) != bytes(last.root):
        raise Refused(CHANGED.filled(size=last.size))
    key = _present_key(log)
    signer = Signer(read_verifier(key.text).name, private_key(key.number))
    root = root_at(log.size)
    note = sign_note(Signed(log.origin, log.size, root).text, signer)
    return Checkpoint.objects.create(size=log.size, root=root, note=note, key=key, signed_at=clock.now())


def _is_old(checkpoint: Checkpoint) -> bool:
    return checkpoint.signed_at <= clock.now() - EVERY


@transaction.atomic
def present_signer() -> Signer:
    """Who signs for this district now: the key of its log, also for what stands beside the log."""
    key = _present_key(hold())
    return Signer(read_verifier(key.text).name, private_key(key.number))


def _present_key(log: PublicLog) -> LogKey:
    return LogKey.objects.filter(until__isnull=True).first() or _begin_key(log, 1)


@transaction.atomic
def new_key() -> LogKey:
    """End the present key and begin another. Both stand in the record, and so in the log itself."""
    log = hold()
    last = LogKey.objects.order_by("-number").first()
    LogKey.objects.filter(until__isnull=True).update(until=clock.now())
    return _begin_key(log, last.number + 1 if last else 1)


def _begin_key(log: PublicLog, number: int) -> LogKey:
    """The name of the log is its district's address when it began, and stays, whatever addresses come later."""
    log.origin = log.origin or f"{main_address(connection.schema_name)}/log"  # type: ignore[attr-defined]
    verifier = Signer(log.origin, made_key(number)).verifier
    _note(log, "log_key", {"number": number, "key": verifier.text})
    return LogKey.objects.create(number=number, text=verifier.text, since=clock.now())


def _note(log: PublicLog, verb: str, body: dict[str, Any]) -> None:
    """Write into the log's own chain; it is appended to the log like every other event."""
    prepared = prepare(
        Note(
            chain=log.chain,
            seq=log.version + 1,
            previous=bytes(log.head),
            subject="log",
            verb=verb,
            at=clock.now(),
            body=body,
            actor=None,
        )
    )
    write([prepared])
    log.version, log.head = log.version + 1, bytes(prepared.event.hash)
    log.save(update_fields=["origin", "version", "head"])


@transaction.atomic
def trust_witness(text: str) -> Witness:
    """Let a witness cosign from now on. Its key must be one for cosignatures."""
    verifier = _witness_key(text)
    log = hold()
    if Witness.objects.filter(name=verifier.name, until__isnull=True).exists():
        raise Conflict(KNOWN_WITNESS.filled(name=verifier.name))
    _note(log, "witness_trusted", {"key": verifier.text})
    return Witness.objects.create(name=verifier.name, text=verifier.text, since=clock.now())


@transaction.atomic
def distrust_witness(name: str) -> None:
    """What it saw before stays where it stands."""
    log = hold()
    witness = Witness.objects.filter(name=name, until__isnull=True).first()
    if witness is None:
        raise Refused(NO_SUCH_WITNESS.filled(name=name))
    Witness.objects.filter(pk=witness.pk).update(until=clock.now())
    _note(log, "witness_ended", {"key": witness.text})


def _witness_key(text: str) -> Verifier:
    try:
        verifier = read_verifier(text)
    except BadNote as bad:
        raise Refused(NO_WITNESS_KEY.filled(why=bad)) from None
    if verifier.kind != COSIGNATURE:
        raise Refused(NO_WITNESS_KEY.filled(why=Said("它是日志的签名公钥", "it is the key of a log")))
    return verifier


@transaction.atomic
def accept_cosignature(note: str) -> list[Cosignature]:
    """Take what trusted witnesses signed: a checkpoint of this log with their lines. The same one again changes nothing."""
    trusted = verifiers_of_witnesses()
    try:
        text, signatures = split_note(note)
        seen = read_checkpoint(text)
    except BadNote as bad:
        raise Refused(BAD.filled(why=bad)) from None
    if not {(one.name, one.key_id) for one in signatures} & {(key.name, key.id) for key in trusted}:
        raise Refused(UNKNOWN_WITNESS)
    try:
        opened = open_note(note, trusted)
    except BadNote as bad:
        raise Refused(BAD.filled(why=bad)) from None
    checkpoint = checkpoint_at(seen.size)
    if checkpoint is None or split_note(checkpoint.note)[0] != text:
        raise Conflict(OTHER_LOG.filled(size=seen.size))
    return [_keep(checkpoint, trusted[key], one.line, _moment(one.seconds or 0)) for key, one in opened.by]


def _moment(seconds: int) -> datetime:
    latest = clock.now() + AHEAD
    if seconds > latest.timestamp():
        raise Refused(FROM_THE_FUTURE)
    return datetime.fromtimestamp(seconds, UTC)


def _keep(checkpoint: Checkpoint, witness: Witness, line: str, seen_at: datetime) -> Cosignature:
    """The newest line of a witness stands."""
    kept, _ = Cosignature.objects.get_or_create(
        checkpoint=checkpoint, witness=witness, defaults={"line": line, "seen_at": seen_at}
    )
    if kept.seen_at < seen_at:
        kept.line, kept.seen_at = line, seen_at
        kept.save(update_fields=["line", "seen_at"])
    return kept
