"""The catalog: tables, joins, fields, things and metrics of the company, each declared once."""

from crm_copilot.catalog.semantics import Entity, Field, Metric, entities, fields, metrics
from crm_copilot.catalog.tables import Column, Reference, Table, tables

__all__ = ["Column", "Entity", "Field", "Metric", "Reference", "Table", "entities", "fields", "metrics", "tables"]
