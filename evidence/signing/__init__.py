"""Time stamps, the institution's seal, persons' signatures, and the keys and authorities to try them with."""
