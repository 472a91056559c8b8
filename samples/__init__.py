"""An invented regency, Tirtamaya: its news site, timeline and complaints, and a simulator with planted truth."""
