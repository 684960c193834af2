"""When people buy: two years that grow, with their seasons, weekdays, hours and Black Fridays.

The company's last day is fixed, so that answers about "last month" stay the same.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from crm_copilot.data.demo.draws import DAY, Bools, Draws, Floats, Ints

FIRST_DAY, LAST_DAY = date(2016, 9, 1), date(2018, 8, 31)
START = int(np.datetime64(FIRST_DAY, "s").astype(np.int64))
END = int(np.datetime64(LAST_DAY, "s").astype(np.int64)) + DAY - 1

BLACK_FRIDAYS = [int(np.datetime64(day, "s").astype(np.int64)) for day in ("2016-11-25", "2017-11-24")]
# January to December; Monday to Sunday; midnight to eleven at night.
MONTHS = (96, 94, 100, 98, 108, 97, 98, 102, 94, 99, 122, 106)
WEEKDAYS = (114, 113, 109, 104, 100, 76, 84)
HOURS = (24, 12, 6, 3, 2, 2, 5, 13, 30, 48, 62, 66, 60, 65, 67, 65, 67, 62, 58, 60, 63, 62, 58, 41)


def order_times(draws: Draws, number: int) -> Ints:
    """Return the moments of that many orders, in order; the last one is on the last day."""
    days = np.sort(draws.pick(_daily(), number))
    days[-1] = (END - START) // DAY
    seconds = draws.pick(HOURS, number) * 3600 + draws.whole(0, 3600, number)
    return np.sort(START + days * DAY + seconds)


def month(seconds: Ints) -> Ints:
    """Return the month of each moment, 0 for January."""
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12


def weekday(seconds: Ints) -> Ints:
    """Return the day of the week of each moment, 0 for Monday; the first of January 1970 was a Thursday."""
    return (seconds // DAY + 3) % 7


def black_friday(seconds: Ints) -> Bools:
    """Return whether a moment is in the four days from a Black Friday on, when prices are down."""
    since = [seconds - day for day in BLACK_FRIDAYS]
    return np.asarray(np.any([(gone >= 0) & (gone < 4 * DAY) for gone in since], axis=0))


def _daily() -> Floats:
    """Return a weight for each day: growth that slows, seasons, weekdays, holidays."""
    days = START + np.arange((END - START) // DAY + 1) * DAY
    gone = np.arange(len(days)) / len(days)
    growth = 0.22 + 1.9 * gone / (0.75 + gone)
    weights = growth * np.array(MONTHS)[month(days)] * np.array(WEEKDAYS)[weekday(days)]
    for friday in BLACK_FRIDAYS:
        weights[days == friday] *= 4.2
        weights[(days > friday) & (days <= friday + 3 * DAY)] *= 2.0
        weights[(days < friday) & (days >= friday - 4 * DAY)] *= 0.8
        weights[(days > friday + 26 * DAY) & (days <= friday + 38 * DAY)] *= 0.45
    return np.asarray(weights)
