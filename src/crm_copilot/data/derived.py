"""What is computed from the files: the English category, `df` and its two companions, the view `sales`.

`df` holds the interactions as LLM_CRM_PERSO makes them from the same files:

    cost    quantity x price of each line (order, product, price), scaled to 0-1 over all lines, summed
    rating  mean review score of the order, 0 where nobody reviewed it, scaled to 0-1 over all rows
    score   fifth (1 to 5) of cost x rating, where a cost or a rating of 0 counts as 0.1

so one row is one order and product. Scaling is (value - lowest) / (highest - lowest), and the fifths
are cut at linearly interpolated quantiles with the upper bound inside, as pandas does. Orders without
items are not in it. `customer_df` gives each person the city of their latest purchase in `df`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENGLISH_CATEGORY = """
CREATE OR REPLACE TABLE products AS
SELECT products.*, product_category_name_english AS product_category
FROM products LEFT JOIN category_translation USING (product_category_name)
ORDER BY products.rowid;
DROP TABLE category_translation;
"""

INTERACTIONS = """
CREATE TABLE df AS
WITH lines AS (
    SELECT order_id, product_id, count(*) * price AS cost
    FROM order_items GROUP BY order_id, product_id, price
),
scaled_lines AS (
    SELECT order_id, product_id, coalesce(
        (cost - min(cost) OVER ()) / nullif(max(cost) OVER () - min(cost) OVER (), 0), 0) AS cost
    FROM lines
),
ratings AS (
    SELECT order_id, avg(review_score) AS rating FROM reviews GROUP BY order_id
),
rated AS (
    SELECT order_id, product_id, sum(cost) AS cost, coalesce(any_value(rating), 0) AS rating
    FROM scaled_lines LEFT JOIN ratings USING (order_id) GROUP BY order_id, product_id
),
scaled AS (
    SELECT order_id, product_id, cost, coalesce(
        (rating - min(rating) OVER ()) / nullif(max(rating) OVER () - min(rating) OVER (), 0), 0) AS rating
    FROM rated
),
products_of_both AS (
    SELECT order_id, product_id,
        (CASE cost WHEN 0 THEN 0.1::DOUBLE ELSE cost END)
        * (CASE rating WHEN 0 THEN 0.1::DOUBLE ELSE rating END) AS worth
    FROM scaled
),
cuts AS (
    SELECT quantile_cont(worth, [0.2, 0.4, 0.6, 0.8]) AS fifths FROM products_of_both
)
SELECT order_id, customer_unique_id AS user_id, product_id AS item_id,
    order_purchase_timestamp AS timestamp,
    (1 + len(list_filter(fifths, lambda cut: worth > cut)))::DOUBLE AS score
FROM products_of_both CROSS JOIN cuts JOIN orders USING (order_id) JOIN customers USING (customer_id)
ORDER BY order_purchase_timestamp, order_id, product_id;
"""

CUSTOMERS = """
CREATE TABLE customer_df AS
SELECT user_id, arg_max(customer_city, (timestamp, order_id)) AS customer_city
FROM df JOIN orders USING (order_id) JOIN customers USING (customer_id)
GROUP BY user_id ORDER BY user_id;
"""

PRODUCTS = """
CREATE TABLE product_df AS
SELECT product_id AS item_id, product_category
FROM products WHERE product_id IN (SELECT item_id FROM df) ORDER BY products.rowid;
"""

SALES = """
CREATE VIEW sales AS
SELECT order_id, order_item_id, order_purchase_timestamp, order_status, customer_id, customer_unique_id,
    customer_zip_code_prefix, customer_city, customer_state, product_id, product_category, price,
    freight_value, seller_id, seller_zip_code_prefix, seller_city, seller_state, shipping_limit_date,
    order_approved_at, order_delivered_carrier_date, order_delivered_customer_date,
    order_estimated_delivery_date
FROM order_items
JOIN orders USING (order_id)
JOIN customers USING (customer_id)
JOIN products USING (product_id)
JOIN sellers USING (seller_id);
"""


def derive(connection: DuckDBPyConnection) -> None:
    """Add the category in English to `products`, and make the derived tables and the view."""
    for statement in (ENGLISH_CATEGORY, INTERACTIONS, CUSTOMERS, PRODUCTS, SALES):
        connection.execute(statement)
