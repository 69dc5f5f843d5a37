"""The lake: Parquet tables in Hive folders over a store of bytes.

Where objects lie, how a table becomes a file, and what is known of a player's partitions without
reading their rows. What rows mean belongs to the tables' own parts of the domain; how bytes get
into a folder or a bucket belongs in `store`.
"""
