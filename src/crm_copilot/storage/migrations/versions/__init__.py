"""The steps from an empty database to the present schema: applied once, never edited, so they say their own types."""
