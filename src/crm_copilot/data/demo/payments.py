"""How orders are paid: by card in instalments that grow with the amount, by boleto, voucher or debit.

The payments of an order add up to its total to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo.draws import Bools, Draws, Ints

TYPES = ("credit_card", "boleto", "voucher", "debit_card", "not_defined")
CARD, BOLETO, VOUCHER, DEBIT, UNDEFINED = range(5)
SHARES = (745, 190, 45, 20)

# How often a card is charged in 1, 2, 3 … 12 instalments, for orders up to that many cents.
INSTALMENTS = {
    6_000: (70, 14, 9, 4, 3, 0, 0, 0, 0, 0, 0, 0),
    15_000: (40, 16, 15, 10, 8, 5, 1, 2, 0, 3, 0, 0),
    40_000: (22, 13, 14, 10, 9, 7, 3, 8, 1, 12, 0, 1),
    10**12: (15, 8, 10, 8, 7, 7, 3, 10, 2, 26, 0, 4),
}


@dataclass(frozen=True)
class Payments:
    """The payments in order of the orders: number within the order, type, instalments, amount in cents."""

    order: Ints
    sequence: Ints
    type: Ints
    instalments: Ints
    cents: Ints


def means(seed: int, number: int) -> Ints:
    """Return the type of payment that each order is made with."""
    return Draws(seed, "means").pick(SHARES, number)


def payments(seed: int, means: Ints, total: Ints, canceled: Bools) -> Payments:
    """Return the payments of orders with these totals; some with a voucher pay the rest by card."""
    draws, number = Draws(seed, "payments"), len(total)
    combined = ((means == VOUCHER) & draws.chance(0.55, number)) | ((means == CARD) & draws.chance(0.02, number))
    part = (total * (0.1 + 0.6 * draws.uniform(number))).astype(np.int64)
    voucher = np.where(combined, part, 0)
    undefined = canceled & draws.chance(0.02, number)
    kind = np.where(combined, CARD, np.where(undefined, UNDEFINED, means))
    rest = np.where(undefined, 0, total - voucher)
    instalments = np.where(kind == CARD, _instalments(draws, rest), 1)
    return _joined(combined, kind, instalments, rest, voucher)


def _instalments(draws: Draws, cents: Ints) -> Ints:
    weights = np.array(list(INSTALMENTS.values()), dtype=np.float64)
    return 1 + draws.pick_by_row(weights, np.searchsorted(list(INSTALMENTS), cents))


def _joined(combined: Bools, kind: Ints, instalments: Ints, rest: Ints, voucher: Ints) -> Payments:
    """Put the vouchers behind the payments that they complete."""
    orders = np.arange(len(kind))
    extra = orders[combined]
    order = np.concatenate([orders, extra])
    sequence = np.argsort(order, kind="stable")
    ones = np.ones(len(extra), dtype=np.int64)
    return Payments(
        order=order[sequence],
        sequence=np.concatenate([np.ones(len(orders), dtype=np.int64), 2 * ones])[sequence],
        type=np.concatenate([kind, VOUCHER * ones])[sequence],
        instalments=np.concatenate([instalments, ones])[sequence],
        cents=np.concatenate([rest, voucher[combined]])[sequence],
    )
