"""Gates: nothing doubtful goes out. Seeds before a run, landed tables after ingestion, payloads before a sync."""
