"""Plain turns of phrase whose words one by one say something else."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition, by_time
from crm_copilot.understanding.questions import split
from understanding.asking import CALENDAR, limits, plan_of, reading_of


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("products from 10 to 20 reais", "price", (10, 20)),
        ("items between 50 and 100 reais", "price", (50, 100)),
        ("produtos de 10 a 20 reais", "price", (10, 20)),
        ("reviews with 1 to 2 stars", "review_score", (1, 2)),
        ("orders paid in 2 to 6 installments", "payment_installments", (2, 6)),
        ("average review for deliveries that took 10-20 days", "delivery_days", (10, 20)),
    ],
)
def test_two_numbers_are_a_range(question: str, field: str, value: tuple[int, int]) -> None:
    assert limits(plan_of(question)) == [(field, "between", value)]


def test_stars_in_brackets_only_explain() -> None:
    assert limits(plan_of("share of negative reviews (1-2 stars) by category")) == []


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("by how much did orders grow between 2017 and 2018?", ["orders"]),
        ("how much did revenue grow from 2017 to 2018?", ["revenue"]),
        ("value of cancelled orders in 2018", ["revenue"]),
        ("average value of late orders", ["aov"]),
        ("valor dos pedidos cancelados", ["revenue"]),
        ("price range by category", ["minimum_price", "maximum_price"]),
        ("range of freight values by state", ["minimum_freight_value", "maximum_freight_value"]),
        ("how many products sold only once?", ["products"]),
        ("which states pay more freight than the national average?", ["average_freight_value"]),
        ("how much do we sell on weekends compared with weekdays?", ["revenue"]),
        ("in how many cities do we have sellers?", ["different_seller_city"]),
        ("how many cities do our customers live in?", ["cities"]),
    ],
)
def test_what_is_measured(question: str, columns: list[str]) -> None:
    assert [measure.column for measure in plan_of(question).measures] == columns


@pytest.mark.parametrize(
    "question",
    [
        "difference in average delivery time between SP and BA",
        "how many days longer does delivery to BA take than to SP?",
    ],
)
def test_a_difference_is_one_number(question: str) -> None:
    (measure,) = plan_of(question).measures
    assert measure.minus is not None


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("products with more than 10 negative reviews", "is_negative_review"),
        ("customers with at least 2 late deliveries", "is_late"),
        ("vendedores com mais de 5 pedidos atrasados", "is_late"),
    ],
)
def test_what_each_has_so_many_of_may_have_a_property(question: str, field: str) -> None:
    plan = plan_of(question)
    assert [condition.field for having in plan.having for condition in having.measure.where] == [field]
    assert plan.where == ()


@pytest.mark.parametrize(
    ("question", "keys", "columns"),
    [
        ("number of orders by installments", ["payment_installments"], ["orders"]),
        ("which categories sell most?", ["product_category"], ["items"]),
        ("number of repeat customers by state", ["customer_state"], ["customers"]),
        ("orders / month", ["time"], ["orders"]),
        ("count by state", ["customer_state"], ["orders"]),
        ("how many by category?", ["product_category"], ["items"]),
        ("how many states by region?", ["customer_region"], ["states"]),
        ("number of orders by purchase hour", ["time"], ["orders"]),
        ("orders and average freight by state", ["customer_state"], ["orders", "average_freight_value"]),
        ("customers + median order value by month", ["time"], ["customers", "median_order_value"]),
        ("top 8 sellers by number of distinct products sold", ["seller_id"], ["products_sold_distinct"]),
        ("which sellers sold the most different products?", ["seller_id"], ["products_sold_distinct"]),
        ("which category has the heaviest products on average?", ["product_category"], ["average_product_weight_g"]),
        ("day-by-day order volume", ["time"], ["orders"]),
        ("number of customer orders by state", ["customer_state"], ["orders"]),
        ("orders on Saturdays and Sundays compared with Monday to Friday", ["is_weekend"], ["orders"]),
        ("what proportion of orders falls to each payment type?", ["payment_type"], ["orders"]),
        ("I'm preparing the weekly meeting: what is the average rating?", [], ["average_review_score"]),
        ("by state: orders | revenue | average ticket", ["customer_state"], ["orders", "revenue", "aov"]),
        ("maior e menor preço em cada ano", ["time"], ["minimum_price", "maximum_price"]),
        ("total de vendas em reais por status", ["order_status"], ["revenue"]),
        ("number of late deliveries by seller", ["seller_id"], ["orders"]),
        ("how many cancelled orders per month", ["time"], ["orders"]),
        ("could you give me the late rate in SP?", [], ["late_rate_pct"]),
        ("find the number of orders in SP", [], ["orders"]),
        ("what is the lowest price in each category?", ["product_category"], ["minimum_price"]),
        ("qual o maior frete por estado?", ["customer_state"], ["maximum_freight_value"]),
        ("highest payment by payment type", ["payment_type"], ["maximum_payment_value"]),
        ("which categories have the lowest price?", ["product_category"], ["average_price"]),
        ("price by category, highest first", ["product_category"], ["average_price"]),
        ("which sellers are late most often?", ["seller_id"], ["orders"]),
        ("daily orders in November 2017", ["time"], ["orders"]),
        ("how long do customers take to review?", [], ["average_review_response_days"]),
        ("best month of each year", ["time", "time"], ["orders"]),
        ("show me the 5 states with the slowest average delivery", ["customer_state"], ["average_delivery_days"]),
        ("quais vendedores mais atrasam as entregas?", ["seller_id"], ["late_rate_pct"]),
        (
            "average score of orders that arrived late compared to the ones on time",
            ["is_late"],
            ["average_review_score"],
        ),
        ("what's the median order value, not the average", [], ["median_order_value"]),
        ("how much on average is the freight to CE?", [], ["average_freight_value"]),
        ("em qual categoria o frete pesa mais em relação ao preço?", ["product_category"], ["freight_share_pct"]),
        ("are sales going up or down?", ["time"], ["revenue"]),
        ("smallest and largest order value", [], ["minimum_order_value", "maximum_order_value"]),
        ("porcentagem de avaliações negativas por categoria", ["product_category"], ["reviews_pct"]),
        ("qual canal de lead converte melhor?", ["origin"], ["conversion_rate_pct"]),
        ("which states bring the most revenue?", ["customer_state"], ["revenue"]),
        ("which channels bring the best leads?", ["origin"], ["leads"]),
        ("compare SP and RJ by orders, revenue and average ticket", ["customer_state"], ["orders", "revenue", "aov"]),
        ("number of new vs returning customers per month", ["order_kind", "time"], ["customers"]),
    ],
)
def test_by_what_and_what_of(question: str, keys: list[str], columns: list[str]) -> None:
    plan = plan_of(question)
    assert ([key.field for key in plan.by], [measure.column for measure in plan.measures]) == (keys, columns)


def test_the_best_month_of_each_year_is_one_of_each() -> None:
    plan = plan_of("best month of each year by revenue")
    assert (plan.within, plan.limit) == (by_time("year"), 1)
    assert plan_of("revenue by month of each year").by == (by_time("month"),)


@pytest.mark.parametrize(
    ("question", "key", "measure", "value"),
    [
        ("Which sellers have sold more than 10,000 reais in total?", "seller_id", "revenue", 10_000),
        ("sellers that sold more than 5000 reais", "seller_id", "revenue", 5000),
        ("sellers with at least 20 one-star reviews", "seller_id", "reviews", 20),
        ("which sellers have collected more than 3 five-star reviews?", "seller_id", "reviews", 3),
    ],
)
def test_what_each_sold_or_collected(question: str, key: str, measure: str, value: int) -> None:
    (having,) = reading_of(question).plan.having  # type: ignore[union-attr]
    assert (having.key, having.measure.name.split("_")[0], having.value) == (key, measure, value)


@pytest.mark.parametrize(
    "question",
    ["how many products don't have a category?", "products that do not have photos", "products without a category"],
)
def test_what_is_not_had_is_missing(question: str) -> None:
    (condition,) = plan_of(question).where
    assert condition.field in ("has_no_category", "has_photos", "product_photos_qty")


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("orders shipped from SP", [("seller_state", "SP")]),
        ("average delivery time from SP to RJ", [("seller_state", "SP"), ("customer_state", "RJ")]),
        ("tempo médio de entrega de SP para o RJ", [("seller_state", "SP"), ("customer_state", "RJ")]),
        ("orders shipped to RJ", [("customer_state", "RJ")]),
        ("revenue from SP", [("customer_state", "SP")]),
    ],
)
def test_a_route_starts_at_the_seller(question: str, sides: list[tuple[str, str]]) -> None:
    plan = plan_of(question)
    assert [(condition.field, condition.value) for condition in plan.where] == sides
    assert plan.by == ()


def test_two_that_are_compared_are_no_route() -> None:
    assert [key.field for key in plan_of("compare orders from SP to RJ").by] == ["customer_state"]


@pytest.mark.parametrize(
    ("question", "transform"),
    [
        ("share of revenue by category in SP", "share"),
        ("category share of revenue in SP", "share"),
        ("share of revenue by month in SP", None),
        ("what share of orders by category came from SP", None),
    ],
)
def test_a_place_behind_the_groups_only_says_whose_rows_are_split(question: str, transform: str | None) -> None:
    plan = plan_of(question)
    assert plan.transform == transform
    assert any(measure.part for measure in plan.measures) == (transform is None)


@pytest.mark.parametrize(
    ("question", "having"),
    [("orders with two payment methods", ("order_id", 2)), ("sellers with three categories", ("seller_id", 3))],
)
def test_how_many_different_ones_each_has(question: str, having: tuple[str, int]) -> None:
    (condition,) = plan_of(question).having
    assert (condition.key, condition.value, condition.measure.agg) == (*having, "nunique")


def test_what_is_not_is_left_out_of_a_list() -> None:
    assert limits(plan_of("invoiced but not shipped orders")) == [("order_status", "==", "invoiced")]


def test_all_that_are_beyond_a_threshold_are_shown() -> None:
    plan = plan_of("which products cost more than 1000 reais?")
    assert (plan.limit, limits(plan)) == (None, [("price", ">", 1000)])
    assert plan_of("which orders were paid with 24 installments?").limit is None


def test_a_rate_of_somebody_is_that_rate() -> None:
    (measure,) = plan_of("cancellation rate of sellers in MG").measures
    assert measure.metric == "cancellation_rate"


@pytest.mark.parametrize(
    "question",
    [
        "average review score of each of the 5 best-selling categories",
        "nota média das 5 categorias mais vendidas",
        "the 5 best-selling categories and their average review score",
    ],
)
def test_what_is_ranked_by_one_number_shows_the_other(question: str) -> None:
    plan = plan_of(question)
    assert [measure.column for measure in plan.measures] == ["items", "average_review_score"]
    assert (plan.limit, plan.order) == (5, "desc")


def test_shipped_by_somebody_is_no_status() -> None:
    plan = plan_of("count the orders shipped by a seller located in the same city as the buyer")
    assert limits(plan) == [("is_same_city", "is", True)]
    assert limits(plan_of("orders shipped by state")) == [("order_status", "==", "shipped")]


def test_as_promised_is_on_time() -> None:
    assert limits(plan_of("number of orders that arrived as promised")) == [("is_on_time", "is", True)]


def test_a_single_item_is_all_that_a_seller_sold() -> None:
    (having,) = reading_of("how many sellers have sold only a single item?").plan.having  # type: ignore[union-attr]
    assert (having.key, having.measure.entity, having.op, having.value) == ("seller_id", "item", "==", 1)
    assert limits(plan_of("orders with a single item by state")) == [("is_single_item", "is", True)]


@pytest.mark.parametrize(
    "question",
    [
        "for each state, the city with the most orders",
        "for every state, the one city that places the most orders",
        "para cada estado, a cidade com mais pedidos",
    ],
)
def test_the_first_of_each_is_singled_out(question: str) -> None:
    plan = plan_of(question)
    assert ([key.field for key in plan.by], plan.limit) == (["customer_state", "customer_city"], 1)
    assert plan.within is not None
    assert plan.within.field == "customer_state"


@pytest.mark.parametrize(
    "question",
    [
        "which month had max revenue",
        "of all months, which one has the highest revenue?",
        "the top-ranked month by revenue",
        "the winning month by revenue",
    ],
)
def test_one_month_is_the_first_by_revenue(question: str) -> None:
    plan = plan_of(question)
    assert (plan.by, plan.limit, plan.order) == ((by_time("month"),), 1, "desc")
    assert [measure.column for measure in plan.measures] == ["revenue"]


def test_what_is_asked_to_be_listed_is_listed() -> None:
    assert plan_of("me lista os pedidos com valor acima de 3 mil reais").listing == "orders"


@pytest.mark.parametrize(
    ("question", "op", "value"),
    [("which customers ordered more than twice?", ">", 2), ("customers who bought at least twice", ">=", 2)],
)
def test_twice_is_a_number_behind_a_comparison(question: str, op: str, value: int) -> None:
    (having,) = plan_of(question).having
    assert (having.key, having.op, having.value) == ("customer_unique_id", op, value)
    assert "twice is not known" in reading_of("orders that took twice as long as promised").doubts


def test_an_average_review_is_of_each_seller() -> None:
    plan = plan_of("which sellers have 30 orders or more and an avg review below 3.5?")
    assert [having.measure.name for having in plan.having] == ["orders", "average_review_score"]


def test_what_is_counted_under_a_heading_stands_side_by_side() -> None:
    assert len(split("by state: how many orders and how many of those were late", lambda _: [], CALENDAR)) == 1


def test_over_a_stretch_of_time_is_no_threshold() -> None:
    assert plan_of("how did revenue develop over the last six months?").having == ()
    plan = plan_of("orders over the 12 months of 2017")
    assert (plan.by, plan.where, plan.having) == ((by_time("month"),), (), ())


def test_weekdays_and_weekends_are_two() -> None:
    plan = plan_of("how do review scores differ between weekdays and weekends?")
    assert [key.field for key in plan.by] == ["is_weekend"]


def test_who_spends_may_be_new() -> None:
    plan = plan_of("how much do first-time customers spend?")
    assert limits(plan) == [("is_first_order", "is", True)]
    assert [measure.column for measure in plan.measures] == ["revenue"]


def test_days_from_one_to_another_are_all_between_them() -> None:
    plan = plan_of("orders from Tuesday to Thursday")
    assert plan.where == (Condition("order_weekday", "in", ("Tuesday", "Wednesday", "Thursday")),)
    assert plan.by == ()
    assert [c.field for c in plan_of("pedidos de segunda a sexta").where] == ["is_weekday"]


@pytest.mark.parametrize(
    ("question", "doubt"),
    [
        ("average freight per kg by state", "for each of which unit"),
        ("which sellers have sold in every region?", "whether it holds for every one"),
        ("which categories make up half of the revenue?", "half of what"),
        ("do products with more photos get better reviews?", "what is held against what"),
        ("retention of customers from January 2018", "who was kept until when"),
        ("which categories have no sales in 2018?", "never, or not then"),
        ("which sellers are slowest to ship?", "until it is handed over, or delivered"),
        ("orders delivered after 24h", "24 is not used"),
        ("which products sell fastest?", "what is fast"),
        ("qual a receita média por dia útil?", "whether days are meant"),
        ("how much revenue do the top 10 sellers bring in together?", "what they make together"),
        ("what else do buyers of toys buy?", "what else was bought"),
        ("what do customers buy most?", "what was bought"),
        ("what do sellers in SP sell most?", "what was bought"),
        ("average description length of best sellers", "the average became an extreme"),
        ("how long until customers reorder?", "how long"),
        ("difference between payments and item totals", "a difference of what"),
        ("mostre os últimos 10 clientes", "which are the latest"),
        ("which category has the widest price range", "how wide a range is"),
        ("how many orders shipped in 2018?", "whether it is still on its way"),
        ("orders delivered on weekends", "which day is meant"),
    ],
)
def test_what_no_plan_says_is_doubted(question: str, doubt: str) -> None:
    assert doubt in reading_of(question).doubts


def test_the_last_review_is_no_order() -> None:
    plan = reading_of("what's the date of the last review?").plan
    assert plan is None or plan.special is None


@pytest.mark.parametrize(
    ("question", "columns", "keys"),
    [
        ("Who's our biggest spender?", ["revenue"], ["customer_unique_id"]),
        ("SP or RJ: who buys more?", ["orders"], ["customer_state"]),
        ("Vendemos mais em SP ou no RJ?", ["revenue"], ["customer_state"]),
        ("Do people spend more on Mondays or on Fridays?", ["revenue"], ["order_weekday"]),
        ("is SP cheaper or RJ?", ["average_price"], ["customer_state"]),
        ("Is freight more expensive to the North than to the South?", ["average_freight_value"], ["customer_region"]),
        ("evolução da nota média ao longo dos trimestres", ["average_review_score"], ["quarter"]),
        ("score trend over the quarters", ["average_review_score"], ["quarter"]),
        ("Qual a média de pedidos por dia em 2018?", ["orders"], []),
        ("melhor mês da história da empresa em pedidos", ["orders"], ["month"]),
        ("best month in the company's history", ["orders"], ["month"]),
        ("quanto a gente cobrou de frete em SP", ["total_freight"], []),
        ("quanto se paga de frete em média na Bahia", ["average_freight_value"], []),
        ("quanto SP representa do total de pedidos?", ["orders_pct"], []),
        ("Sellers from Curitiba: how much did they sell?", ["revenue"], []),
        ("Quantos pedidos foram cancelados em 2018 e qual o valor deles?", ["orders", "revenue"], []),
        ("in how many days are orders delivered", ["average_delivery_days"], []),
        ("em que mês de 2018 mais atrasamos", ["orders"], ["month"]),
    ],
)
def test_what_is_meant_by_everyday_words(question: str, columns: list[str], keys: list[str]) -> None:
    plan = plan_of(question)
    named = [key.name for key in plan.by if not plan.reduce]
    assert ([measure.column for measure in plan.measures], named) == (columns, keys)


def test_orders_of_a_size_are_limited_as_orders() -> None:
    (having,) = plan_of("average value of the orders with 3 or more items").having
    assert (having.key, having.measure.entity, having.op, having.value) == ("order_id", "item", ">=", 3)


def test_what_is_both_wanted_and_not_is_doubted() -> None:
    assert reading_of("share of sales from sellers in SP that go outside SP").confidence < 0.6


def test_the_same_period_of_a_year_so_far_is_as_long() -> None:
    now, before = plan_of("sales this year so far vs same period last year").periods
    assert (now.end - now.start).days == (before.end - before.start).days


def test_the_last_day_alone_is_read() -> None:
    assert plan_of("give me the last purchase date in the data").measures[0].column == "maximum_purchase_day"


@pytest.mark.parametrize(
    ("question", "columns", "keys"),
    [
        ("who spent the most in 2017", ["revenue"], ["customer_unique_id"]),
        ("Quem gastou mais em 2017?", ["revenue"], ["customer_unique_id"]),
        ("Ranking de vendedores pela quantidade de itens", ["items"], ["seller_id"]),
        ("De onde vieram os leads de maio de 2018?", ["leads"], ["origin"]),
        ("% de pedidos atrasados por UF do cliente", ["orders_pct"], ["customer_state"]),
        ("que % dos pedidos é feito no fim de semana?", ["orders_pct"], []),
        ("What did freight add up to in 2017?", ["total_freight"], []),
        ("qtos pedidos têm 3 itens ou mais", ["orders"], []),
        ("Desde quando vendemos pro Acre?", ["minimum_purchase_day"], []),
        ("since when have we been selling to Acre", ["minimum_purchase_day"], []),
        ("How many closed deals does each business segment account for?", ["deals"], ["business_segment"]),
        ("Show the distribution of review scores from 1 to 5", ["reviews"], ["review_score"]),
        ("what is the longest an order has taken to reach its customer", ["maximum_delivery_days"], []),
        ("pedidos por dia da semana, quero ver em que dia se compra mais", ["orders"], ["weekday"]),
        ("qual é a forma de pgto mais usada", ["orders"], ["payment_type"]),
        ("Quantos cancelados foram pagos no boleto?", ["orders"], []),
        ("which state has better reviews, SP or RJ", ["average_review_score"], ["customer_state"]),
        ("Contrast the average score of delivered orders with that of canceled orders", ["average_review_score"],
         ["order_status"]),
        ("sellers that sold to more than 15 states", ["states"], ["seller_id"]),
        ("categorias que venderam mais de 50 mil reais", ["revenue"], ["product_category"]),
    ],
)  # fmt: skip
def test_plain_words_of_other_people(question: str, columns: list[str], keys: list[str]) -> None:
    reading = reading_of(question)
    assert reading.plan is not None
    assert reading.confidence > 0.7, reading.doubts
    plan = reading.plan
    assert ([measure.column for measure in plan.measures], [key.name for key in plan.by]) == (columns, keys)


@pytest.mark.parametrize(
    "question",
    [
        "how many orders were canceled and what percentage is that",
        "number and percentage of late orders by state",
        "quantos pedidos atrasaram e que percentual isso representa?",
    ],
)
def test_a_number_stands_beside_its_share(question: str) -> None:
    assert [bool(measure.part) for measure in plan_of(question).measures] == [False, True]


def test_saturday_and_sunday_are_the_weekend() -> None:
    plan = plan_of("During which hour do Saturday and Sunday orders peak?")
    assert [key.name for key in plan.by] == ["hour"]
    assert limits(plan) == [("order_weekday", "in", ("Saturday", "Sunday"))]


def test_one_of_those_told_before_is_one() -> None:
    plan = plan_of("among the categories with at least 100 reviews, which has the worst average score?")
    assert (plan.order, plan.limit) == ("asc", 1)


def test_days_take_the_year_of_their_neighbour() -> None:
    (period,) = plan_of("sales Sept 4 to Sept 10, 2017").periods
    assert (period.start.isoformat(), period.end.isoformat()) == ("2017-09-04", "2017-09-11")


@pytest.mark.parametrize("question", ["Revenue in Christmas week 2017", "o que mais vende em SP?"])
def test_feasts_and_what_sells_are_doubted(question: str) -> None:
    assert reading_of(question).confidence < 0.6


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("for each state, list the months with more than 100 orders", ["customer_state", "month"]),
        ("for each category, which sellers have more than 20 orders", ["product_category", "seller_id"]),
        ("para cada estado, os meses com mais de 50 pedidos", ["customer_state", "month"]),
    ],
)
def test_what_is_listed_for_each_is_limited_itself(question: str, keys: list[str]) -> None:
    plan = plan_of(question)
    assert [key.name for key in plan.by] == keys
    assert [having.key for having in plan.having] == ["each"]


def test_the_best_selling_by_number_of_products_sold_most_pieces() -> None:
    assert plan_of("best-selling category by number of products").measures[0].entity == "item"


@pytest.mark.parametrize(
    "question", ["how much does it cost to ship to SP", "what does it cost on average to ship to SP"]
)
def test_what_it_costs_to_ship_is_the_average_freight(question: str) -> None:
    assert plan_of(question).measures[0].column == "average_freight_value"
