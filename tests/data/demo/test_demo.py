"""The demo company: the same bytes everywhere, valid files, and dependences like a real shop's."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from crm_copilot.data import Dataset, demo, load
from data.conftest import REAL, opened

# Of the files of generate(directory, orders=500, seed=3), in the order of their names. It changes only
# when the demo company is meant to change; then the company of every test and every user changes too.
FINGERPRINT = "a25929cde053bf1243e9d96cac580258cc71b222b6263d273e1c95d0ddc871ea"


def _fingerprint(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The demo company as users get it."""
    directory = tmp_path_factory.mktemp("whole")
    demo.generate(directory / "files")
    load(directory / "files", directory / "home")
    return opened(directory / "home")


@pytest.fixture(scope="module")
def sql(whole: Dataset) -> duckdb.DuckDBPyConnection:
    return whole.connect()


def _one(sql: duckdb.DuckDBPyConnection, query: str) -> float:
    row = sql.execute(query).fetchone()
    assert row is not None
    return float(row[0])


def _pairs(sql: duckdb.DuckDBPyConnection, query: str) -> dict[str, float]:
    return dict(sql.execute(query).fetchall())


def test_the_same_bytes_as_ever(tmp_path: Path) -> None:
    demo.generate(tmp_path, orders=500, seed=3)
    assert _fingerprint(tmp_path) == FINGERPRINT


def test_the_same_bytes_under_other_circumstances(tmp_path: Path) -> None:
    """Another process, hash seed, time zone, locale, and processor features."""
    demo.generate(tmp_path / "here", orders=500, seed=9)
    code = """import sys; from pathlib import Path; from crm_copilot.data import demo
demo.generate(Path(sys.argv[1]), 500, 9)"""
    other = {
        "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONWARNINGS": "ignore",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX X86_V3 X86_V4",
    }  # fmt: skip
    environment = os.environ | other  # noqa: TID251
    subprocess.run([sys.executable, "-c", code, tmp_path / "there"], env=environment, check=True)
    assert _fingerprint(tmp_path / "here") == _fingerprint(tmp_path / "there")


def test_another_seed_is_another_company(tmp_path: Path) -> None:
    demo.generate(tmp_path / "one", orders=60, seed=1)
    demo.generate(tmp_path / "two", orders=60, seed=2)
    assert _fingerprint(tmp_path / "one") != _fingerprint(tmp_path / "two")


@pytest.mark.parametrize("orders", [50, 777, 3_000])
def test_every_size_loads(tmp_path: Path, orders: int) -> None:
    demo.generate(tmp_path / "files", orders=orders)
    assert load(tmp_path / "files", tmp_path / "home").rows["orders"] == orders


def test_too_few_orders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ask for 50 at least"):
        demo.generate(tmp_path, orders=49)


def test_made_and_loaded_in_seconds(tmp_path: Path) -> None:
    began = time.perf_counter()
    demo.generate(tmp_path / "files")
    load(tmp_path / "files", tmp_path / "home")
    assert time.perf_counter() - began < 15, "about 2 s on two cores; much more is a mistake"


def test_sizes(whole: Dataset) -> None:
    rows = whole.info.rows
    assert (rows["orders"], rows["products"], rows["sellers"]) == (20_000, 1_500, 300)
    assert (rows["leads"], rows["clients"], rows["interactions"]) == (2_000, 60, 2_500)
    assert [day.isoformat() for day in whole.info.period] == ["2016-09-01", "2018-08-31"]
    assert len(whole.values["products"]["product_category"]) >= 60
    assert len(whole.values["customers"]["customer_state"]) == 27
    assert len(whole.values["customers"]["customer_city"]) >= 150


def test_nothing_happens_after_the_last_day(whole: Dataset) -> None:
    late = {
        f"{table}.{column}"
        for table, spans in whole.times.items()
        for column, (_, last) in spans.items()
        if last > "2018-08-31T23:59:59"
    }
    assert late <= {"orders.order_estimated_delivery_date", "order_items.shipping_limit_date"}


def test_one_in_eight_comes_back(sql: duckdb.DuckDBPyConnection) -> None:
    people = "SELECT count(*) AS orders FROM customers GROUP BY customer_unique_id"
    assert _one(sql, f"SELECT avg((orders > 1)::INT) FROM ({people})") == pytest.approx(0.12, abs=0.015)


def test_sales_grow_and_peak_in_november(sql: duckdb.DuckDBPyConnection) -> None:
    months = _pairs(sql, "SELECT strftime(order_purchase_timestamp, '%Y-%m'), count(*) FROM orders GROUP BY 1")
    assert max(months, key=lambda month: months[month]) == "2017-11"
    assert months["2018-08"] > 2.5 * months["2016-09"]
    days = _pairs(sql, "SELECT order_purchase_timestamp::DATE::VARCHAR, count(*) FROM orders GROUP BY 1")
    assert max(days, key=lambda day: days[day]) == "2017-11-24"


def test_people_buy_on_working_days_and_not_at_night(sql: duckdb.DuckDBPyConnection) -> None:
    weekday = _pairs(sql, "SELECT dayname(order_purchase_timestamp), count(*) FROM orders GROUP BY 1")
    assert weekday["Monday"] > 1.25 * weekday["Saturday"]
    night = "extract(hour FROM order_purchase_timestamp) BETWEEN 1 AND 6"
    assert _one(sql, f"SELECT avg(({night})::INT) FROM orders") < 0.06


def test_states_have_their_shares(sql: duckdb.DuckDBPyConnection) -> None:
    states = _pairs(sql, "SELECT customer_state, count(*) / 20000 FROM customers GROUP BY 1")
    assert sorted(states, key=states.__getitem__, reverse=True)[:3] == ["SP", "RJ", "MG"]
    assert states["SP"] == pytest.approx(0.42, abs=0.02)


def test_toys_sell_before_childrens_day_and_coolers_in_summer(sql: duckdb.DuckDBPyConnection) -> None:
    share = "avg((product_category = '{}')::INT)"
    months = "FROM sales WHERE extract(month FROM order_purchase_timestamp) IN {}"
    for category, season, other in (("toys", (10, 12), (3, 7)), ("air_conditioning", (12, 1), (6, 7))):
        here = _one(sql, f"SELECT {share.format(category)} {months.format(season)}")
        there = _one(sql, f"SELECT {share.format(category)} {months.format(other)}")
        assert here > 1.3 * there, category


def test_freight_and_time_grow_with_distance(sql: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT customer_state, {} FROM sales WHERE seller_state = 'SP'
        AND order_delivered_customer_date IS NOT NULL GROUP BY 1"""
    freight = _pairs(sql, query.format("avg(freight_value)"))
    days = _pairs(
        sql,
        query.format("avg(date_diff('hour', order_purchase_timestamp, order_delivered_customer_date)) / 24"),
    )
    assert freight["SP"] < freight["RS"] < freight["CE"]
    assert days["SP"] + 2 < days["RS"] + 1 < days["CE"] < days["PA"]


def test_freight_grows_with_weight(sql: duckdb.DuckDBPyConnection) -> None:
    found = _one(sql, "SELECT corr(freight_value, product_weight_g) FROM order_items JOIN products USING (product_id)")
    assert found > 0.3


def test_a_few_orders_are_late_and_get_bad_scores(sql: duckdb.DuckDBPyConnection) -> None:
    late = "order_delivered_customer_date > order_estimated_delivery_date"
    assert 0.05 < _one(sql, f"SELECT avg(({late})::INT) FROM orders WHERE order_status = 'delivered'") < 0.09
    score = "SELECT avg(review_score) FROM reviews JOIN orders USING (order_id) WHERE {}"
    assert _one(sql, score.format(late)) < _one(sql, score.format(f"NOT {late}")) - 1.2
    assert _one(sql, "SELECT avg(review_score) FROM reviews") == pytest.approx(4.1, abs=0.15)


def test_reviews_repeat_their_id_as_olists_do(sql: duckdb.DuckDBPyConnection) -> None:
    assert _one(sql, "SELECT count(*) - count(DISTINCT review_id) FROM reviews") > 20
    assert _one(sql, "SELECT count(*) - count(DISTINCT order_id) FROM reviews") > 50
    assert _one(sql, "SELECT count(*) FROM reviews WHERE review_comment_message LIKE '%\n%'") > 50


def test_payments_add_up(sql: duckdb.DuckDBPyConnection) -> None:
    wrong = """SELECT count(*) FROM
        (SELECT order_id, sum(price + freight_value) AS cost FROM order_items GROUP BY 1)
        JOIN (SELECT order_id, sum(payment_value) AS paid, bool_or(payment_type = 'not_defined') AS unknown
              FROM payments GROUP BY 1) USING (order_id)
        WHERE abs(cost - paid) > 0.005 AND NOT unknown"""
    assert _one(sql, wrong) == 0
    instalments = (
        "SELECT avg(payment_installments) FROM payments WHERE payment_type = 'credit_card' AND payment_value {}"
    )
    assert _one(sql, instalments.format("> 300")) > 2 * _one(sql, instalments.format("< 60"))


def test_statuses(sql: duckdb.DuckDBPyConnection) -> None:
    status = _pairs(sql, "SELECT order_status, count(*) / 20000 FROM orders GROUP BY 1")
    assert set(status) == {
        "delivered",
        "shipped",
        "invoiced",
        "processing",
        "approved",
        "created",
        "canceled",
        "unavailable",
    }
    assert 0.94 < status["delivered"] < 0.98
    undelivered = "order_status = 'delivered' AND order_delivered_customer_date IS NULL"
    assert _one(sql, f"SELECT count(*) FROM orders WHERE {undelivered}") == 0


def test_sellers_sell_nothing_before_their_deal(sql: duckdb.DuckDBPyConnection) -> None:
    early = """SELECT count(*) FROM deals JOIN sales USING (seller_id) WHERE order_purchase_timestamp < won_date"""
    assert _one(sql, early) == 0
    assert _one(sql, "SELECT count(*) FROM deals SEMI JOIN sellers USING (seller_id)") > 40


def test_origins_convert_differently(sql: duckdb.DuckDBPyConnection) -> None:
    rates = _pairs(
        sql, "SELECT origin, count(won_date) / count(*) FROM leads LEFT JOIN deals USING (mql_id) GROUP BY 1"
    )
    assert rates["paid_search"] > 1.5 * rates["social"] > 1.5 * rates["email"]


def test_next_purchases_follow_from_the_last(sql: duckdb.DuckDBPyConnection) -> None:
    """What was bought after a product before predicts what is bought after it later."""
    sql.execute("""CREATE OR REPLACE TEMP TABLE steps AS
        SELECT lag(product_id) OVER (PARTITION BY customer_unique_id ORDER BY order_purchase_timestamp) AS last,
            product_id AS next, order_purchase_timestamp AS moment
        FROM sales WHERE order_item_id = 1""")
    learnt = """SELECT last, next, row_number() OVER (PARTITION BY last ORDER BY count(*) DESC, next) AS place
        FROM steps WHERE last IS NOT NULL AND moment < '2018-05-01' GROUP BY last, next"""
    popular = "SELECT next FROM steps WHERE moment < '2018-05-01' GROUP BY 1 ORDER BY count(*) DESC, next LIMIT 10"
    later = "FROM steps WHERE last IS NOT NULL AND moment >= '2018-05-01'"
    hits = f"SELECT * {later} AND (last, next) IN (SELECT (last, next) FROM ({learnt}) WHERE place <= 10)"
    luck = f"SELECT * {later} AND next IN ({popular})"
    by_last = _one(sql, f"SELECT count(*) FROM ({hits})")
    by_popularity = _one(sql, f"SELECT count(*) FROM ({luck})")
    assert by_last > 3 * by_popularity


def test_last_meetings_are_those_of_the_interactions(sql: duckdb.DuckDBPyConnection) -> None:
    wrong = """SELECT count(*) FROM clients LEFT JOIN
        (SELECT client_id, max(interaction_time)::DATE AS day FROM interactions
         WHERE kind = 'meeting' GROUP BY 1) USING (client_id) WHERE last_meeting_date IS DISTINCT FROM day"""
    assert _one(sql, wrong) == 0


def test_what_did_eva_do_for_a_client_in_march(sql: duckdb.DuckDBPyConnection) -> None:
    asked = """SELECT count(*) FROM interactions JOIN clients USING (client_id)
        WHERE manager = 'Eva Martins' AND client_name = 'Aurora Móveis'
        AND strftime(interaction_time, '%Y-%m') = '2018-03'"""
    assert _one(sql, asked) >= 1
    assert _one(sql, "SELECT count(DISTINCT text) / count(*) FROM interactions") > 0.95
    assert _one(sql, "SELECT count(*) FROM interactions WHERE text LIKE '%{%' OR text LIKE '%}%'") == 0
    assert _one(sql, "SELECT count(*) FROM interactions WHERE dayofweek(interaction_time) IN (0, 6)") == 0
    assert _one(sql, "SELECT count(DISTINCT manager) FROM interactions WHERE manager LIKE 'Ana %'") == 2


def test_no_row_is_olists(whole: Dataset) -> None:
    """Names and sentences are invented: no id and no comment of the real sample is in the demo company."""
    if not REAL.is_dir():
        pytest.skip(f"the real sample is not here: {REAL}")
    with whole.connect() as connection:
        for file, column, table in (
            ("olist_orders_dataset.csv", "order_id", "orders"),
            ("olist_products_dataset.csv", "product_id", "products"),
            ("olist_order_reviews_dataset.csv", "review_comment_message", "reviews"),
        ):
            query = f"SELECT count(*) FROM {table} WHERE {column} IN (SELECT {column} FROM read_csv(?))"
            assert connection.execute(query, [str(REAL / file)]).fetchone() == (0,), column


def test_topics_that_end_are_won_or_lost(demo_files: Path) -> None:
    with (demo_files / "interactions.csv").open(newline="") as file:
        outcomes = [row["outcome"] for row in csv.DictReader(file)]
    assert set(outcomes) == {"", "won", "lost"}
    assert outcomes.count("won") > outcomes.count("lost") > 0
