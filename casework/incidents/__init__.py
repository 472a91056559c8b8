"""Incidents: emergencies with their room and log, and rumours of danger that an agency has to answer."""
