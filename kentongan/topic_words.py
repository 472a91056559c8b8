"""The topics of ``kentongan.schema.TOPICS`` as people read them in Indonesian, in papers and messages.

Pages have them in two languages (``dashboard.words``); a test holds both alike.
"""

from __future__ import annotations

from typing import Final

TOPIC_WORDS: Final[dict[str, str]] = {
    "government_politics": "Pemerintahan, politik",
    "law_crime": "Hukum dan kejahatan",
    "economy_prices": "Ekonomi dan harga",
    "health": "Kesehatan",
    "education": "Pendidikan",
    "infrastructure_transport": "Infrastruktur, angkutan",
    "environment_disaster": "Lingkungan, bencana",
    "social_religion": "Sosial dan agama",
    "culture_sport": "Budaya dan olahraga",
    "technology": "Teknologi",
    "other": "Lainnya",
}
