"""What may happen, stage by stage: keyword-only, one transaction each, refusing in words."""
