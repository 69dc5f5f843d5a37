"""The declared Arrow schema of every table: one module a table, one description a column.

Only what a table *is*: how its rows are made belongs in the part of the domain that makes them.
"""
