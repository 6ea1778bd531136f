"""What looking over the register again does to an item: confirmed as it is, or off the register as it is gone.

The departments are locked before. An item that changed after it was shown stays as it is.
"""

from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select, update
from sqlalchemy.engine import Row

from bot.conclusions import ConfirmItem, RetireItem
from bot.engine.interview import Interview
from bot.flows.evaluation import count_review_months
from bot.state.record import Transaction
from bot.state.register import retire_item
from bot.state.rows import open_item
from bot.state.tables import items


def confirm_item(tx: Transaction, interview: Interview, actor: str, one: ConfirmItem) -> None:
    """Move the day to look again on, by how long the item stays secret; one nobody judged yet has no such day.

    Nothing said of the item changes, so neither does its revision, and a proposal a manager has before them still is
    the one they saw.
    """
    row = _find_unchanged(tx, interview, actor, one)
    if row is None:
        return
    judgement = open_item(tx.vault, row).get("judgement")
    if judgement:
        months = count_review_months(judgement.get("lifetime"))
        review_on = (tx.now + relativedelta(months=months)).date()
        tx.connection.execute(update(items).where(items.c.id == row.id).values(review_on=review_on))
    tx.add_entry(actor, "item.confirmed", row.id, interview=interview.id, revision=row.revision)


def retire_gone(tx: Transaction, interview: Interview, actor: str, one: RetireItem) -> None:
    """Take the item off; that it is gone is all the reason there is."""
    if _find_unchanged(tx, interview, actor, one) is not None:
        retire_item(tx, actor, one.item, "")


def _find_unchanged(
    tx: Transaction, interview: Interview, actor: str, one: ConfirmItem | RetireItem
) -> Row[Any] | None:
    """The item if it stands as it was shown; that it does not is noted."""
    wanted = select(items).where(items.c.id == one.item, items.c.department_id == one.department)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None or (row.state != "retired" and row.revision == one.revision):
        return row
    tx.add_entry(actor, "item.left_as_changed", row.id, interview=interview.id, shown=one.revision, is_now=row.revision)
    return None
