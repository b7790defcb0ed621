"""Tests of what measures the product: that its figures are right, not how large they are."""
