"""First and last days of Ramadan in Indonesia, as the Ministry of Religious Affairs decided them.

From 2027 on the days are computed by astronomers and may move by one until the ministry decides (sidang isbat).
"""

from __future__ import annotations

from datetime import date
from typing import Final

RAMADAN: Final[tuple[tuple[date, date], ...]] = (
    (date(2015, 6, 18), date(2015, 7, 16)),
    (date(2016, 6, 6), date(2016, 7, 5)),
    (date(2017, 5, 27), date(2017, 6, 24)),
    (date(2018, 5, 17), date(2018, 6, 14)),
    (date(2019, 5, 6), date(2019, 6, 4)),
    (date(2020, 4, 24), date(2020, 5, 23)),
    (date(2021, 4, 13), date(2021, 5, 12)),
    (date(2022, 4, 3), date(2022, 5, 1)),
    (date(2023, 3, 23), date(2023, 4, 21)),
    (date(2024, 3, 12), date(2024, 4, 9)),
    (date(2025, 3, 1), date(2025, 3, 30)),
    (date(2026, 2, 19), date(2026, 3, 20)),
    (date(2027, 2, 8), date(2027, 3, 9)),
    (date(2028, 1, 28), date(2028, 2, 26)),
)
"""(first day, last day), both fasted."""
