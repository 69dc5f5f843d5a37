"""The assets: one file per asset, which holds nothing else; what they compute is in `domain/`."""

import warnings

from dagster import BetaWarning

# Every asset has a backfill policy, a parameter that is in beta: one run per backfill and player
# instead of one per month is worth the risk (16 times less CPU), and six warnings at every start
# say nothing new.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=BetaWarning)
