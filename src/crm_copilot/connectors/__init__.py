"""Other systems whose records become tables of the company's data."""
