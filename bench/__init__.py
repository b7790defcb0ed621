"""What Laurel is measured with: each module drives the product as its users do."""
