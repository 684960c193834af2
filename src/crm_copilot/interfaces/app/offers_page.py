"""The offers page: find a customer, see what they bought and what to offer them and why; or whom to offer something.

What is shown can be taken along as a file for a campaign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from crm_copilot.errors import CopilotError, InputError
from crm_copilot.interfaces.app import downloads, renewal
from crm_copilot.interfaces.app.plain import heading, literal, sheet
from crm_copilot.interfaces.app.resources import following, house
from crm_copilot.library.wording import capital
from crm_copilot.tools.recommending.ledger import Customer, Ledger

_MOST_FOUND, _MOST_OFFERED = 50, 50
_SIDES = ("Offers for a customer", "Customers for an offer")
_FOUND = f"Those with most orders first, {_MOST_FOUND} at most"
_NO_SCORES = (
    "Nothing is foretold for these data yet: offers are what sells where a customer lives. Train the recommender with"
    " 'make recommender'."
)
_OLD = (
    "The scores know purchases until {}; the data are newer. Who has bought since gets offers without a score."
    " 'crm train recommender refresh' renews them."
)
_SCORE = "Predicted worth of the purchase, 1 to 5; empty where nothing is foretold"


def page() -> None:
    """Draw the page."""
    st.title("Offers")
    try:
        _scores()
        what = st.segmented_control("Find", _SIDES, default=_SIDES[0], label_visibility="collapsed")
        _customers_for_an_offer() if what == _SIDES[1] else _offers_for_a_customer()
    except InputError as error:
        st.warning(literal(str(error)))
    except CopilotError as error:
        st.error(literal(str(error)), title="Offers cannot be made now")


def _scores() -> None:
    renewal.told()
    table = house().scores
    if following().busy:
        return
    if table is None:
        st.info(literal(_NO_SCORES))
    elif table.stale:
        st.warning(literal(_OLD.format(table.until)))
    else:
        st.caption(literal(f"{capital(table.origin())}."))


def _offers_for_a_customer() -> None:
    ledger = house().ledger
    asked = st.text_input("Customer", placeholder="An id or its beginning, a city, or a state", key="customer")
    found = ledger.search(asked, _MOST_FOUND)
    if not found:
        st.warning(literal(f"No customer has an id, city or state like {asked!r}."))
        return
    person = st.selectbox("Found", found, format_func=_named, help=_FOUND)
    number = st.slider("Offers", 1, _MOST_OFFERED, 5)
    st.subheader("Bought before")
    _history(ledger, person)
    st.subheader("To offer")
    offers = _called("recommend_products", customer_id=person.id, k=number)
    sheet([_line(offer) for offer in offers], "Offers")
    _files(_result(offers, f"offers {person.id}"), "offers")


def _customers_for_an_offer() -> None:
    ledger = house().ledger
    categories = sorted(name for name in map(str, ledger.categories.unique()) if name)
    category = st.selectbox("Category", categories, format_func=heading)
    product = st.text_input("Or one product", placeholder="A product_id", key="product").strip()
    number = st.slider("Customers", 10, 1000, 50, step=10)
    wanted = product or category
    _show(_called("recommend_customers", product_or_category=wanted, k=number), f"campaign {wanted}", "customers")


def _line(offer: Mapping[str, Any]) -> dict[str, str]:
    """Return an offer as texts; that it is foretold, and from when on, stands above."""
    score = "—" if offer["score"] is None else f"{offer['score']:.2f}"
    reason = str(offer["reason"]).partition("; foretold by")[0]
    return {"Offer": heading(offer["product_category"]), "Score": score, "Reason": capital(reason),
            "Product": offer["product_id"]}  # fmt: skip


def _result(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Return rows in the form that files are made of."""
    columns = list(rows[0]) if rows else []
    return {"question": name, "columns": columns, "rows": [[row[column] for column in columns] for row in rows]}


def _called(name: str, **arguments: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = house().tool(name).call(arguments)
    return rows


def _named(person: Customer) -> str:
    orders = f"{person.orders} {'order' if person.orders == 1 else 'orders'}"
    return f"{person.id[:12]}… · {person.city.title()}, {person.state} · {orders}"


def _history(ledger: Ledger, person: Customer) -> None:
    rows = [{"Day": day.date(), "Category": heading(str(ledger.categories[product])), "Product": product}
            for product, day in reversed(list(ledger.history(ledger.rows_of(person.id))))]  # fmt: skip
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=f"What {person.id} bought")
    else:
        st.text("No order with products.")


def _show(rows: Sequence[dict[str, Any]], name: str, key: str) -> None:
    if not rows:
        st.text("Nothing found.")
        return
    columns = list(rows[0])
    shown = pd.DataFrame(rows)
    for column in ("product_category", "customer_city"):
        if column in shown:
            shown[column] = shown[column].map(lambda text: heading(str(text)))
    score = st.column_config.NumberColumn("Score", format="%.2f", help=_SCORE, width="small")
    reason = st.column_config.TextColumn("Reason", width="large")
    named = {column: st.column_config.TextColumn(heading(column)) for column in columns}
    order = ["product_category", "customer_city", "customer_state", "score", "reason", "product_id", "customer_id"]
    st.dataframe(
        shown, hide_index=True, column_config=named | {"score": score, "reason": reason}, alt=name,
        column_order=[column for column in order if column in columns], placeholder="—",
    )  # fmt: skip
    _files(_result(rows, name), key)


def _files(result: dict[str, Any], key: str) -> None:
    makers: dict[str, tuple[str, Callable[[Any], bytes], str]] = {
        "csv": ("CSV", downloads.csv_file, "text/csv"), "xlsx": ("Excel", downloads.excel_file, downloads.EXCEL),
    }  # fmt: skip
    with st.container(horizontal=True):
        for ending, (name, make, kind) in makers.items():
            file = downloads.file_name(result, ending)
            st.download_button(f"Download {name}", make(result), file, kind, key=f"{key}-{ending}")
