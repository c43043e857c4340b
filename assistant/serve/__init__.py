"""Serving: one web application with the page, named JSON endpoints, MCP and CDS Hooks, and who may use it."""
