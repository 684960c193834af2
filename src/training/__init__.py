"""What makes the product's own model and examples; nothing here is imported at chat time.

`plan_sql.py` writes a plan as SQL, a second and independent computation of everything the library renders;
`plan_rows.py` says which rows of which tables such a query runs over.
"""
