"""A player's report: one HTML page with plots, made from `player_games`.

`numbers` counts, one topic a module; `figures` draws what is better seen than read; `page` writes
the HTML; `render` puts them together. Where the page is stored and when it is made again belongs
in `stored_report`.

This module imports none of them: matplotlib costs a second, and whoever only asks for the version
shall not pay it.
"""

REPORT_VERSION = "1"
"""Raised whenever the same games would give another page: what is stored is then made anew."""
