"""What people decide and owe, with who may do it and a record of who did."""
