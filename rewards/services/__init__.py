"""What may happen between frozen files and the next policy: one sentence each."""
