"""What makes the product's own model and examples; nothing here is imported at chat time.

`plan_sql` writes a plan as SQL, a second and independent computation of everything the library renders; `agreement.py`
compares the two.
"""
