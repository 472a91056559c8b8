"""The wall's screens and what people announce on them."""
