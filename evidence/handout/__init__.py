"""What is handed out beside a sealed package: the redacted working copy and the bundle for aduankonten."""
