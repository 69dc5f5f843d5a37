"""The plain script: every month of every player, every time."""

import sys
from pathlib import Path

from months import archives, save_month

if __name__ == "__main__":
    api, folder, *players = sys.argv[1:]
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for player in players:
        for url in archives(api, player):
            print(save_month(url, player, out))
