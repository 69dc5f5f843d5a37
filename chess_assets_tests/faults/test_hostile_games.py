"""Hostile games, some thousand of them; `make fuzz` tries a hundred thousand and goes on."""

from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chess_assets.domain.store import FolderStore
from chess_assets_tests.faults.hostile_month import check_hostile_month


@pytest.mark.parametrize("seed", range(12))
def test_hostile_months(tmp_path: Path, seed: int) -> None:
    """Whatever a month's games are, each has its row, says what is wrong, and harms no other."""
    assert check_hostile_month(Random(seed), FolderStore(tmp_path), 100) > 50


@given(rng=st.randoms(use_true_random=False), count=st.integers(1, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_hostile_month(tmp_path: Path, rng: Random, count: int) -> None:
    """The same, by hypothesis, which finds the smallest month that breaks something."""
    check_hostile_month(rng, FolderStore(tmp_path / uuid4().hex), count)
