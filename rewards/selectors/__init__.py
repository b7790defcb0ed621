"""What can be asked about tracks, cycles, reward models and policies. Nothing here writes."""
