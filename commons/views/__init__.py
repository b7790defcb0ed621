"""The pages that belong to neither app: signing in and out, one's own profile, the probe."""
