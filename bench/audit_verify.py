"""What looking over an audit chain in its database takes, against hashing the same rows from memory and nothing else.

Ours streams the rows of SQLite, makes each row's text anew, follows the chain, and checks a checkpoint at every
thousandth. Theirs is SHA-256 over the same texts ready-made. Processor time, so that what else runs here counts for
nothing.
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import process_time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, update

from bench.figure import Figure, run_rounds
from bench.workshop import settings_for
from bot.bootstrap import build_program
from bot.state.audit import FIRST, Entry, chain, write_row
from bot.state.checkpoints import EVERY_ROWS, look_over
from bot.state.database import Database
from bot.state.signing import Signer, read_notes
from bot.state.tables import audit, deployment
from bot.state.vouching import Found

ROUNDS = 15
ROWS = 20_000
BEGIN = datetime(2026, 11, 9, tzinfo=UTC)


def measure_audit_verify() -> Figure:
    """Rows a second of both, as a ratio."""
    with tempfile.TemporaryDirectory() as name:
        database = build_program(settings_for(Path(name, "data"))).database
        with closing(database):
            signer = Signer("bench", Ed25519PrivateKey.generate())
            texts, outside = fill(database, signer)

            def ours() -> float:
                began = process_time()
                verdict = look_over(database, signer.public, [], outside).verdict
                assert (verdict.result, verdict.rows, verdict.rows_after) == ("whole", ROWS, 0)
                return ROWS / (process_time() - began)

            def theirs() -> float:
                return ROWS / hash_all(texts)

            for warm_up in (ours, theirs):
                warm_up()
            rounds = run_rounds(ours, theirs, ROUNDS)
    return Figure(
        name="audit-verify",
        ratios=rounds.ratios,
        against="SHA-256 alone over the same rows, their texts ready-made in memory",
        must=0.1,
        reach=0.2,
        better="higher",
        more={"rows": ROWS, "rows_per_s": round(median(rounds.ours)), "hashed_per_s": round(median(rounds.theirs))},
    )


def fill(database: Database, signer: Signer) -> tuple[list[str], list[Found]]:
    """A chain of so many rows in the database; the text of each, and its checkpoints outside."""
    entries = [
        Entry(f"person-{n % 97}", "turn.open", f"interview-{n:08}", f'{{"n":{n % 9}}}', BEGIN + timedelta(seconds=n))
        for n in range(ROWS)
    ]
    rows = chain(0, FIRST, entries)
    with database.writing() as connection:
        connection.execute(audit.delete())
        connection.execute(insert(audit), rows)
        connection.execute(update(deployment).values(audit_seq=ROWS, audit_hash=rows[-1]["hash"]))
    notes = [signer.sign(row["seq"], row["hash"], BEGIN) for row in rows if row["seq"] % EVERY_ROWS == 0]
    texts = [write_row(place, entry) for place, entry in enumerate(entries, 1)]
    return texts, [Found(note, "outside", True) for text in notes for note in read_notes(text)]


def hash_all(texts: Sequence[str]) -> float:
    """Seconds for the chain of hashes alone."""
    before = FIRST
    began = process_time()
    for text in texts:
        before = sha256(f"{before}\n{sha256(text.encode()).hexdigest()}".encode()).hexdigest()
    return process_time() - began
