"""Rules over saved searches, and the alerts they raise."""
