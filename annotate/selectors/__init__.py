"""What can be asked, stage by stage. Nothing here writes."""
