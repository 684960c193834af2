"""Where people live: cities with their states and zip codes, and how far it is from one to another.

`cities.csv` holds some 200 Brazilian cities with the range of their zip code prefixes, the coordinates
of their centres, and thousands of inhabitants. How much a state buys online is not how many live there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo.draws import Bools, Draws, Floats, Ints
from crm_copilot.data.demo.resources import rows_of

BUYERS = {
    "SP": 420, "RJ": 128, "MG": 118, "RS": 55, "PR": 51, "SC": 37, "BA": 34, "DF": 21, "ES": 20, "GO": 20,
    "PE": 17, "CE": 14, "PA": 10, "MT": 9, "MA": 7, "MS": 7, "PB": 5, "RN": 5, "PI": 5, "AL": 4, "SE": 4,
    "TO": 3, "RO": 3, "AM": 2, "AC": 1, "AP": 1, "RR": 1,
}  # fmt: skip
SELLERS = {
    "SP": 600, "PR": 110, "MG": 80, "SC": 62, "RJ": 56, "RS": 42, "GO": 14, "DF": 10, "ES": 8, "BA": 7,
    "CE": 5, "PE": 4,
}  # fmt: skip
SOUTH = ("RS", "SC", "PR")
NORTHEAST = ("BA", "SE", "AL", "PE", "PB", "RN", "CE", "PI", "MA", "PA", "AM", "AC", "AP", "RR", "RO", "TO")
FAR = ("PA", "AM", "AC", "AP", "RR", "RO", "TO", "MA")

MOST_PREFIXES = 160
KM_A_DEGREE = 111.2


@dataclass(frozen=True)
class Places:
    """Zip code prefixes; the cities they belong to are counted in the order of `cities.csv`.

    `city`, `state`: names by city. `region`: 0 elsewhere, 1 South, 2 North-East and North, by city.
    `far`: whether the mail takes long, by city. `buyers`, `sellers`: weights by city.
    `prefix`, `of_city`, `latitude`, `longitude`: by prefix; a city's prefixes begin at `first` and are
    `count` many.
    """

    city: list[str]
    state: list[str]
    region: Ints
    far: Bools
    buyers: Floats
    sellers: Floats
    prefix: Ints
    of_city: Ints
    latitude: Floats
    longitude: Floats
    first: Ints
    count: Ints

    def prefixes_in(self, cities: Ints, draws: Draws) -> Ints:
        """Return a prefix for each of the given cities."""
        return self.first[cities] + draws.whole(0, self.count[cities], len(cities))

    def kilometres(self, here: Ints, there: Ints) -> Floats:
        """Return the distances between two rows of prefixes, over a flat map: good to a few percent."""
        north = self.latitude[here] - self.latitude[there]
        middle = (self.latitude[here] + self.latitude[there]) * 0.5 * (np.pi / 180)
        squared = middle * middle
        shrink = 1.0 - squared * 0.5 + squared * squared * (1.0 / 24.0)
        east = (self.longitude[here] - self.longitude[there]) * shrink
        return KM_A_DEGREE * np.sqrt(north * north + east * east)


def places(seed: int) -> Places:
    """Return the places of the demo company."""
    draws, rows = Draws(seed, "places"), rows_of("cities.csv")
    states = [row["state"] for row in rows]
    inhabitants = np.array([int(row["inhabitants"]) for row in rows], dtype=np.float64)
    low = np.array([int(row["first_prefix"]) for row in rows])
    width = np.array([int(row["last_prefix"]) for row in rows]) - low + 1
    count = np.minimum(np.minimum(width, MOST_PREFIXES), 2 + (inhabitants / 25).astype(np.int64))
    of_city = np.repeat(np.arange(len(rows)), count)
    first = np.cumsum(count) - count
    rank = np.arange(len(of_city)) - first[of_city]
    # Big cities are wider: a prefix lies some kilometres from the centre, more of them where more live.
    away = 0.008 + 0.0012 * np.sqrt(inhabitants)[of_city]
    centre = {name: np.array([float(row[name]) for row in rows]) for name in ("latitude", "longitude")}
    return Places(
        city=[row["city"] for row in rows],
        state=states,
        region=np.array([1 if state in SOUTH else 2 if state in NORTHEAST else 0 for state in states]),
        far=np.array([state in FAR for state in states]),
        buyers=_weights(states, inhabitants, BUYERS),
        sellers=_weights(states, inhabitants, SELLERS),
        prefix=low[of_city] + rank * width[of_city] // count[of_city],
        of_city=of_city,
        latitude=centre["latitude"][of_city] + away * draws.normal(len(of_city)),
        longitude=centre["longitude"][of_city] + away * draws.normal(len(of_city)),
        first=first,
        count=count,
    )


def _weights(states: list[str], inhabitants: Floats, shares: dict[str, int]) -> Floats:
    """Divide each state's share among its cities by their inhabitants."""
    totals = dict.fromkeys(shares, 0.0)
    for state, number in zip(states, inhabitants.tolist(), strict=True):
        totals[state] = totals.get(state, 0.0) + number
    pairs = zip(states, inhabitants.tolist(), strict=True)
    return np.array([shares.get(state, 0) * number / totals[state] for state, number in pairs])
