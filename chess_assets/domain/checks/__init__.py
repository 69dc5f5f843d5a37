"""Checks of what is stored: promises about every partition, judged without reading its rows.

What a check needs to know of the rows is counted while they are made and kept as facts in the
file's footer (`counted`, `game_counts`, `summary_counts`), so that judging 240 kept months costs
nothing. A check is a function of what is known of one partition; its tables' modules name them, and
`every_check` lists them all. Who is told of a verdict belongs to the floors above.
"""
