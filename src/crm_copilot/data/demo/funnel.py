"""How sellers are won: leads by origin, and the deals that some of them become.

Conversion differs by origin and by landing page. A deal takes the name of a seller who joined after it
was won; the sellers of the other deals have sold nothing yet and are in no other file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo import calendar
from crm_copilot.data.demo.assortment import Sellers
from crm_copilot.data.demo.draws import DAY, Draws, Ints

# Origin: share of the leads, and how many of a hundred become deals.
ORIGINS = {
    "organic_search": (290, 13.0), "paid_search": (200, 15.5), "social": (170, 6.0), "unknown": (130, 14.0),
    "direct_traffic": (70, 12.0), "email": (60, 4.0), "referral": (40, 11.0), "other": (18, 3.5),
    "display": (14, 5.0), "other_publicities": (8, 3.0), "": (8, 9.0),
}  # fmt: skip
SEGMENTS = {
    "home_decor": 105, "health_beauty": 95, "car_accessories": 76, "household_utilities": 72,
    "construction_tools_house_garden": 68, "audio_video_electronics": 62, "computers": 35, "pet": 32,
    "food_supplement": 27, "food_drink": 25, "sports_leisure": 26, "bed_bath_table": 23,
    "bags_backpacks": 21, "toys": 20, "fashion_accessories": 19, "home_office_furniture": 14,
    "stationery": 13, "phone_mobile": 13, "small_appliances": 12, "handcrafted": 11, "baby": 10,
    "music_instruments": 9, "books": 9, "watches": 8, "home_appliances": 7, "party": 5, "gifts": 5, "": 2,
}  # fmt: skip
LEAD_TYPES = {
    "online_medium": 395, "online_big": 150, "industry": 146, "offline": 124, "online_small": 92,
    "online_beginner": 68, "online_top": 16, "other": 4, "": 6,
}  # fmt: skip
PROFILES = {"cat": 485, "eagle": 145, "wolf": 112, "shark": 28, "cat, wolf": 9, "eagle, wolf": 4, "": 215}
BUSINESS = {"reseller": 690, "manufacturer": 290, "other": 5, "": 12}
STOCKS = {"": 900, "5-20": 30, "50-200": 20, "1-5": 15, "20-50": 15, "200+": 12, "unknown": 8}
TRUTHS = {"": 900, "True": 80, "False": 20}
CATALOGS = (10, 15, 20, 30, 40, 50, 80, 100, 120, 200, 300, 400, 500, 1000)
REVENUES = (5_000, 10_000, 15_000, 20_000, 30_000, 50_000, 60_000, 100_000, 150_000, 250_000)

LANDING_PAGES, DEVELOPERS, REPRESENTATIVES = 60, 10, 8


@dataclass(frozen=True)
class Funnel:
    """The leads by day, and the deals by moment with the place of their lead; everything else is text."""

    lead_id: list[str]
    contacted: Ints
    page: list[str]
    origin: list[str]
    won_lead: Ints
    won: Ints
    seller_id: list[str]
    developer: list[str]
    representative: list[str]
    answers: dict[str, list[str]]


def funnel(seed: int, number: int, shop: Sellers) -> Funnel:
    """Return that many leads and their deals."""
    draws = Draws(seed, "leads")
    contacted = np.sort(calendar.START + _rising(draws, number) * DAY)
    origin = draws.pick([share for share, _ in ORIGINS.values()], number)
    page = draws.pick(1.0 / (2.0 + np.arange(LANDING_PAGES)), number)
    appeal = draws.lognormal(1.0, 0.35, LANDING_PAGES)
    conversion = np.array([rate for _, rate in ORIGINS.values()])[origin] * appeal[page] * 0.01
    won = contacted + draws.lognormal(24.0 * DAY, 0.9, number).astype(np.int64) + 9 * 3600
    won += draws.whole(0, 10 * 3600, number)
    lead = np.flatnonzero(draws.chance(conversion, number) & (won <= calendar.END))
    lead = lead[np.argsort(won[lead], kind="stable")]
    pages, names = draws.ids(LANDING_PAGES), list(ORIGINS)
    staff = Draws(seed, "sales staff")
    return Funnel(
        lead_id=draws.ids(number),
        contacted=contacted,
        page=[pages[place] for place in page],
        origin=[names[place] for place in origin],
        won_lead=lead,
        won=won[lead],
        seller_id=_sellers(draws, won[lead], shop),
        developer=_staff(staff, DEVELOPERS, len(lead)),
        representative=_staff(staff, REPRESENTATIVES, len(lead)),
        answers=_answers(Draws(seed, "answers"), len(lead)),
    )


def _rising(draws: Draws, number: int) -> Ints:
    """Return days since the start, more of them towards the end."""
    days = (calendar.END - calendar.START) // DAY + 1
    return draws.pick(0.35 + np.arange(days) * (1.3 / days), number)


def _sellers(draws: Draws, won: Ints, shop: Sellers) -> list[str]:
    """Name the seller of each deal: one who joined within half a year after it, as far as there are."""
    names = draws.ids(len(won))
    left = list(range(len(won)))
    for seller in np.argsort(shop.joined, kind="stable").tolist():
        joined = int(shop.joined[seller])
        fitting = (place for place in left if 2 * DAY <= joined - int(won[place]) <= 180 * DAY)
        place = next(fitting, None)
        if place is not None:
            names[place] = shop.id[seller]
            left.remove(place)
    return names


def _staff(draws: Draws, people: int, number: int) -> list[str]:
    names = draws.ids(people)
    return [names[place] for place in draws.pick(1.0 / (1.5 + np.arange(people)), number)]


def _answers(draws: Draws, number: int) -> dict[str, list[str]]:
    """Return what the form says of each seller; most leave most of it out."""
    fields = {
        "business_segment": SEGMENTS,
        "lead_type": LEAD_TYPES,
        "lead_behaviour_profile": PROFILES,
        "has_company": TRUTHS,
        "has_gtin": TRUTHS,
        "average_stock": STOCKS,
        "business_type": BUSINESS,
    }
    answers = {name: _drawn(draws, weights, number) for name, weights in fields.items()}
    sizes, revenues = draws.one_of(list(CATALOGS), number), draws.one_of(list(REVENUES), number)
    told = draws.chance(0.09, number).tolist(), draws.chance(0.07, number).tolist()
    answers["declared_product_catalog_size"] = [str(n) if yes else "" for n, yes in zip(sizes, told[0], strict=True)]
    answers["declared_monthly_revenue"] = [str(n) if yes else "0" for n, yes in zip(revenues, told[1], strict=True)]
    return answers


def _drawn(draws: Draws, weights: dict[str, int], number: int) -> list[str]:
    options = list(weights)
    return [options[place] for place in draws.pick(list(weights.values()), number)]
