"""The demo company as files: the tables of the catalog, in the columns and formats of Olist's own files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from crm_copilot.catalog.tables import tables
from crm_copilot.data.demo.accounts import Accounts
from crm_copilot.data.demo.assortment import Categories, Products, Sellers
from crm_copilot.data.demo.draws import Draws, Ints, moments, money
from crm_copilot.data.demo.fulfilment import STATUSES, Journeys, Lines
from crm_copilot.data.demo.funnel import Funnel
from crm_copilot.data.demo.geography import Places
from crm_copilot.data.demo.payments import TYPES, Payments
from crm_copilot.data.demo.purchases import Purchases
from crm_copilot.data.demo.reviews import Reviews
from crm_copilot.data.sources import TRANSLATION

Columns = Mapping[str, Iterable[str]]

UNTRANSLATED = "pc_gamer"


def write(directory: Path, files: Mapping[str, Columns]) -> None:
    """Write each table's columns, given by name, to its file; the catalog gives the order."""
    for name, columns in files.items():
        table = TRANSLATION if name == TRANSLATION.name else tables()[name]
        names = [column.name for column in table.columns.values() if not column.derived]
        with (directory / str(table.file)).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(zip(*(columns[column] for column in names), strict=True))


def shop_files(kinds: Categories, goods: Products, shop: Sellers, where: Places, seed: int) -> dict[str, Columns]:
    """Return products, sellers, coordinates and the translation of the categories."""
    known = [name for name in kinds.portuguese if name != UNTRANSLATED]
    english = dict(zip(kinds.portuguese, kinds.english, strict=True))
    return {
        "products": _products(kinds, goods),
        "sellers": {"seller_id": shop.id, **_address("seller", shop.prefix, where)},
        "geolocation": _geolocation(where, Draws(seed, "geolocation")),
        TRANSLATION.name: {
            "product_category_name": known,
            "product_category_name_english": [english[name] for name in known],
        },
    }


def order_files(
    bought: Purchases, sold: Lines, journey: Journeys, goods: Products, shop: Sellers, where: Places, seed: int
) -> dict[str, Columns]:
    """Return orders, their items, and the customers, who get a record of their own for each order."""
    draws = Draws(seed, "orders")
    order_id, customer_id = draws.ids(len(bought.time)), draws.ids(len(bought.time))
    person_id = draws.ids(int(bought.person.max()) + 1)
    return {
        "orders": {
            "order_id": order_id,
            "customer_id": customer_id,
            "order_status": [STATUSES[place] for place in journey.status],
            "order_purchase_timestamp": moments(bought.time),
            "order_approved_at": _happened(journey.approved),
            "order_delivered_carrier_date": _happened(journey.handed),
            "order_delivered_customer_date": _happened(journey.delivered),
            "order_estimated_delivery_date": moments(journey.promised),
        },
        "order_items": _items(order_id, sold, journey, goods, shop),
        "customers": {
            "customer_id": customer_id,
            "customer_unique_id": [person_id[place] for place in bought.person],
            **_address("customer", bought.prefix, where),
        },
    }


def payment_file(order_id: list[str], paid: Payments) -> Columns:
    """Return the payments."""
    return {
        "order_id": [order_id[place] for place in paid.order],
        "payment_sequential": map(str, paid.sequence.tolist()),
        "payment_type": [TYPES[place] for place in paid.type],
        "payment_installments": map(str, paid.instalments.tolist()),
        "payment_value": money(paid.cents),
    }


def review_file(order_id: list[str], said: Reviews) -> Columns:
    """Return the reviews."""
    return {
        "review_id": said.id,
        "order_id": [order_id[place] for place in said.order],
        "review_score": map(str, said.score.tolist()),
        "review_comment_title": said.title,
        "review_comment_message": said.message,
        "review_creation_date": moments(said.asked),
        "review_answer_timestamp": moments(said.answered),
    }


def funnel_files(won: Funnel) -> dict[str, Columns]:
    """Return leads and deals."""
    return {
        "leads": {
            "mql_id": won.lead_id,
            "first_contact_date": [text[:10] for text in moments(won.contacted)],
            "landing_page_id": won.page,
            "origin": won.origin,
        },
        "deals": {
            "mql_id": [won.lead_id[place] for place in won.won_lead],
            "seller_id": won.seller_id,
            "sdr_id": won.developer,
            "sr_id": won.representative,
            "won_date": moments(won.won),
            **won.answers,
        },
    }


def account_files(book: Accounts) -> dict[str, Columns]:
    """Return clients and interactions."""
    return {
        "clients": {
            "client_id": book.client_id,
            "client_name": book.name,
            "industry": book.industry,
            "total_spend_ytd": book.spend,
            "last_meeting_date": book.last_meeting,
            "account_manager": book.manager,
        },
        "interactions": {
            "interaction_id": book.interaction_id,
            "client_id": [book.client_id[place] for place in book.client],
            "manager": book.by,
            "kind": book.kind,
            "interaction_time": moments(book.time),
            "text": book.text,
            "outcome": book.outcome,
        },
    }


def _items(order_id: list[str], sold: Lines, journey: Journeys, goods: Products, shop: Sellers) -> Columns:
    """Return one row for each unit, numbered within its order."""
    line = np.repeat(np.arange(len(sold.order)), np.where(journey.has_items[sold.order], sold.quantity, 0))
    order = sold.order[line]
    begins = np.searchsorted(order, order)
    return {
        "order_id": [order_id[place] for place in order],
        "order_item_id": map(str, (np.arange(len(order)) - begins + 1).tolist()),
        "product_id": [goods.id[place] for place in sold.product[line]],
        "seller_id": [shop.id[place] for place in sold.seller[line]],
        "shipping_limit_date": moments(journey.limit[order]),
        "price": money(sold.price[line]),
        "freight_value": money(sold.freight[line]),
    }


def _products(kinds: Categories, goods: Products) -> Columns:
    labelled, weighed = goods.labelled.tolist(), (goods.weight_g > 0).tolist()
    category = [kinds.portuguese[place] for place in goods.category]
    return {
        "product_id": goods.id,
        "product_category_name": _known(category, labelled),
        "product_name_lenght": _known(goods.name_length.tolist(), labelled),
        "product_description_lenght": _known(goods.description_length.tolist(), labelled),
        "product_photos_qty": _known(goods.photos.tolist(), labelled),
        "product_weight_g": _known(goods.weight_g.tolist(), weighed),
        "product_length_cm": _known(goods.size_cm[:, 0].tolist(), weighed),
        "product_height_cm": _known(goods.size_cm[:, 1].tolist(), weighed),
        "product_width_cm": _known(goods.size_cm[:, 2].tolist(), weighed),
    }


def _geolocation(where: Places, draws: Draws) -> Columns:
    """Return one to three points for each prefix."""
    place = np.repeat(np.arange(len(where.prefix)), 1 + draws.pick((60, 25, 15), len(where.prefix)))
    shift = 0.002 * draws.normal(len(place)), 0.002 * draws.normal(len(place))
    city = where.of_city[place]
    return {
        "geolocation_zip_code_prefix": [f"{prefix:05d}" for prefix in where.prefix[place]],
        "geolocation_lat": [f"{degrees:.6f}" for degrees in where.latitude[place] + shift[0]],
        "geolocation_lng": [f"{degrees:.6f}" for degrees in where.longitude[place] + shift[1]],
        "geolocation_city": [where.city[one] for one in city],
        "geolocation_state": [where.state[one] for one in city],
    }


def _address(whose: str, prefix: Ints, where: Places) -> dict[str, list[str]]:
    city = where.of_city[prefix]
    return {
        f"{whose}_zip_code_prefix": [f"{code:05d}" for code in where.prefix[prefix]],
        f"{whose}_city": [where.city[place] for place in city],
        f"{whose}_state": [where.state[place] for place in city],
    }


def _happened(moment: Ints) -> list[str]:
    return [text if seconds else "" for text, seconds in zip(moments(moment), moment.tolist(), strict=True)]


def _known(values: Iterable[object], known: Iterable[bool]) -> list[str]:
    return [str(value) if there else "" for value, there in zip(values, known, strict=True)]
