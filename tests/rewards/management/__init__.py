"""Mirrors rewards.management."""
