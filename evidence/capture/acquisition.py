"""How a page is to be captured, as ``capture_page`` is told: for whom, with which account, browser and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evidence.capture.exchanges import Limits

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """Who captures, and how; what ``capture_page`` is told beside the address."""

    by: str
    """User name."""
    role: str
    account: str | None = None
    """Label of the account that the platform sees; None for none."""
    cookies: str | None = None
    """Cookies of a logged-in visit, in Netscape's format; used and never kept. None for a public visit."""
    user_agent: str | None = None
    """What the browser calls itself; None leaves its own name."""
    accept_broken_certificate: bool = False
    """Whether the page is captured even where its certificate does not hold."""
    proxy: str = ""
    """The office's HTTP proxy; empty for none."""
    chromium: str = ""
    """The browser's path; empty looks for the usual names."""
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """The office's zone, which the browser says it is in."""
    command: str = ""
    """The command line that asked for it."""
    limits: Limits = DEFAULT_LIMITS
