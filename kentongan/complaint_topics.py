"""Which topics of posts the categories of complaints belong to.

Written by hand from what the categories take in (``kentongan.complaint_categories``) and what the topics are about; a
category may belong to several, since one flood is a drain to the one and a disaster to the other.
"""

from __future__ import annotations

from typing import Final

TOPICS_OF: Final[dict[str, frozenset[str]]] = {
    "jalan": frozenset({"infrastructure_transport"}),
    "drainase": frozenset({"infrastructure_transport", "environment_disaster"}),
    "penerangan-jalan": frozenset({"infrastructure_transport"}),
    "lalu-lintas": frozenset({"infrastructure_transport", "law_crime"}),
    "lingkungan": frozenset({"environment_disaster", "health"}),
    "perumahan": frozenset({"infrastructure_transport", "law_crime", "government_politics"}),
    "bantuan-sosial": frozenset({"social_religion", "economy_prices", "government_politics"}),
    "kesehatan": frozenset({"health"}),
    "pendidikan": frozenset({"education", "health"}),
    "kependudukan": frozenset({"government_politics"}),
    "ketenagakerjaan": frozenset({"economy_prices"}),
    "harga-pasar": frozenset({"economy_prices"}),
    "usaha": frozenset({"economy_prices", "government_politics"}),
    "pertanian": frozenset({"economy_prices", "environment_disaster"}),
    "ketertiban": frozenset({"law_crime", "government_politics", "social_religion"}),
    "bencana": frozenset({"environment_disaster"}),
    "informasi": frozenset({"technology", "government_politics"}),
    "kepegawaian": frozenset({"government_politics", "law_crime"}),
    "desa": frozenset({"government_politics", "law_crime"}),
    "keuangan": frozenset({"government_politics", "economy_prices"}),
    "air-bersih": frozenset({"infrastructure_transport", "environment_disaster", "health"}),
    "listrik": frozenset({"infrastructure_transport", "economy_prices"}),
}
"""Category: its topics (``kentongan.schema.TOPICS``)."""
