"""Dev questions typed otherwise: slips of the keyboard, full-width characters, Traditional Chinese, equal amounts in other units."""
