"""The lake for those who only read it: SQL over its tables, PGN files, DDL for other engines.

Nothing here writes to the lake. How its tables get there belongs in `lake` and the tables' own
parts of the domain.
"""
