"""Texts and things that are no player's name, for every door that has to refuse them."""

from typing import Any

HOSTILE_NAMES: tuple[Any, ...] = (
    "",
    "ab",
    "a" * 26,
    "x" * 1_000_000,
    "../x",
    "../../etc/passwd",
    "..",
    "...",
    "a/b",
    "/etc",
    "a\\b",
    "a|b",
    "2022-05-01|hikaru",
    "hikaru\n",
    "\nhikaru",
    "hikaru\r",
    "hikaru\x00",
    " hikaru",
    "hikaru ",
    "hik aru",
    "hikaru.",
    "hikaru%2f",
    "user=x",
    "hikaru*",
    "${HOME}",
    "h\u0456karu",  # a Cyrillic letter that looks like i
    "\uff48ikaru",  # a full-width h
    "hi\u200bkaru",  # a space without width
    "\u212aate",  # the Kelvin sign, whose lower case is a plain k
    "\u017fam",  # the long s, whose upper case is a plain S
    "\u0661\u0662\u0663",  # digits, but Arabic ones
    "hikar\u00fc",
    "\u202eurakih",
    "\U0001f600\U0001f600\U0001f600",
    "\ud800abc",
    None,
    3,
    12345.0,
    b"hikaru",
    ["hikaru"],
    ("a", "b", "c"),
    True,
)
