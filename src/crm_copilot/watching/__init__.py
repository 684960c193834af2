"""Eyes on the service: numbers for Prometheus (`watch`), traces (`tracing`), logs (`logs`), tokens (`tokens`).

None of them ever holds a message, a name or a row: labels are roles, outcomes and the names of nodes, a log line is the
text that stands in the code. prometheus_client is imported by `watch` alone, opentelemetry only when traces are on.
"""
