"""Hourly voices of series, and the issues that rise in them.

``keeping.update_trends`` makes the hours, ``hours.read_hours`` reads them; ``rising.update_issues`` finds what rises,
``issues`` lists it (``list_issues``, ``get_issue``, ``agency_of_issue``); ``records`` has types and ``parse_issue``.
"""
