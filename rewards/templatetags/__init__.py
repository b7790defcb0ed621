"""Numbers in words and charts, as the pages of rewards show them."""
