"""What to offer to an account of the CRM, whose orders are not recorded: what sells lately in its line of business."""

from __future__ import annotations

import re
from typing import Any

from crm_copilot.errors import UnknownName
from crm_copilot.tools.recommending.ledger import Ledger
from crm_copilot.tools.recommending.wording import orders, say

RECENT_DAYS = 90
_SHORTEST = 3
_ACCOUNT = """
SELECT client_name, industry FROM clients
WHERE client_id = $1 OR lower(strip_accents(client_name)) = lower(strip_accents($1)) LIMIT 1
"""
_LATELY = f"""
SELECT p.product_id, p.product_category, count(DISTINCT d.order_id) AS orders
FROM df d JOIN products p ON p.product_id = d.item_id
WHERE d.timestamp >= (SELECT max(timestamp) FROM df) - INTERVAL {RECENT_DAYS} DAY
  AND (len($kinds) = 0 OR list_contains($kinds, p.product_category)) AND p.product_category IS NOT NULL
GROUP BY 1, 2 ORDER BY orders DESC, 1 LIMIT 1
"""


def offer_to_account(data: Any, ledger: Ledger, given: str, language: str) -> dict[str, Any]:
    """Return the product that sells best lately in the categories of an account's industry; its score is null.

    Raises:
        UnknownName: nobody has this id or name, or nothing was sold lately.
    """
    found = data.execute(_ACCOUNT, [given]).fetchone() if _has_accounts(data) else None
    if found is None:
        raise UnknownName(
            f"there is no customer or account {given!r}; give an id of a customer or the name of an account"
        )
    name, industry = found
    kinds = _categories(data, industry or "")
    best = data.execute(_LATELY, {"kinds": kinds}).fetchone() or data.execute(_LATELY, {"kinds": []}).fetchone()
    if best is None:
        raise UnknownName(f"nothing was sold lately that could be offered to {name!r}")
    key, number = "best seller" if best[1] in kinds else "best seller of all", orders(best[2], language)
    known = {"what": ledger.called(best[1], language), "name": name, "industry": industry}
    reason = say(language, key, **known, orders=number, days=RECENT_DAYS)
    return {"client": name, "product_id": best[0], "product_category": best[1], "score": None, "reason": reason}


def _has_accounts(data: Any) -> bool:
    return bool(data.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'clients'").fetchone())


def _categories(data: Any, industry: str) -> list[str]:
    """Return the categories that share a word with the name of an industry."""
    wanted = {
        _stem(word) for word in re.findall(r"[a-z]+", industry.lower()) if len(word) >= _SHORTEST and word != "and"
    }
    rows = data.execute("SELECT DISTINCT product_category FROM products WHERE product_category IS NOT NULL").fetchall()
    return sorted(name for (name,) in rows if wanted & {_stem(word) for word in name.split("_")})


def _stem(word: str) -> str:
    return word.rstrip("s")[:6]
