"""Mirrors rewards.api."""
