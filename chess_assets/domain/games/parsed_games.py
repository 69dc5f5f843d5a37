"""The entrance: a raw table into typed games, the usual ones by columns, the rest one by one."""

import zlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chess_assets.domain.games.columnar.typed_month import type_month
from chess_assets.domain.schemas.games import GAMES

_CHUNK = 512
