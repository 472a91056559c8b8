"""The pages there are and whom each is for: the one table that the sidebar, the refusals, documentation and tests use.

An act is guarded where it is done (``casework.roles``); this table guards what is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal

from casework.roles import ROLES, Role

Group = Literal["watch", "act", "manage"]
"""Which part of the sidebar a page stands in."""

EVERYBODY: Final = frozenset(ROLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the dashboard."""

    path: str
    """Its address below the dashboard's."""
    title: str
    """Key of its name in ``dashboard.words``."""
    group: Group
    show: str
    """Where it is drawn, as "module:function": a page is imported when it is opened."""
    roles: frozenset[Role]
    """Who may see it."""

    def load(self) -> Callable[..., None]:
        """The function that draws it."""
        module, _, name = self.show.partition(":")
        function: Callable[..., None] = getattr(import_module(f"dashboard.app_pages.{module}"), name)
        return function


def page(path: str, title: str, group: Group, show: str, *roles: Role, everybody: bool = False) -> Page:
    return Page(path=path, title=title, group=group, show=show, roles=EVERYBODY if everybody else frozenset(roles))


PAGES: tuple[Page, ...] = (
    page("beranda", "home_title", "watch", "home:show_home", everybody=True),
    page("jelajah", "explore_title", "watch", "explore:show_explore", everybody=True),
    page("tren", "title", "watch", "trends:show_trends", everybody=True),
    page("isu", "issues_title", "watch", "issues:show_issues", everybody=True),
    page("wilayah", "regions_title", "watch", "regions:show_regions", everybody=True),
    page(
        "ringkasan", "briefings_title", "watch", "briefings:show_briefings",
        "analis", "pimpinan", "hukum", "petugas", "admin",
    ),
    page(
        "peringatan", "alerts_title", "watch", "alerts:show_alerts", "analis", "pimpinan", "hukum", "petugas", "admin"
    ),
    page("keputusan", "decisions_title", "watch", "decisions:show_decisions", "analis", "pimpinan", "petugas", "admin"),
    page("hoaks", "hoaxes_title", "act", "hoaxes:show_hoaxes", "analis", "pimpinan", "hukum", "peneliti"),
    page("kasus", "cases_title", "act", "cases:show_cases", "analis", "hukum", "admin"),
    page(
        "aduan", "adu_title", "act", "complaints:show_complaints", "analis", "pimpinan", "hukum", "petugas", "admin"
    ),
    page(
        "insiden", "incidents_title", "act", "incidents:show_incidents",
        "analis", "pimpinan", "hukum", "petugas", "admin",
    ),
    page(
        "tindak-lanjut", "followups_title", "act", "followups:show_followups",
        "analis", "pimpinan", "hukum", "petugas",
    ),
    page("kliping", "clip_title", "act", "clippings:show_clippings", "analis", "pimpinan", "hukum", "admin"),
    page("laporan", "tips_title", "act", "tips:show_tips", "analis", "hukum", "petugas", "admin"),
    page("tambah", "add_title", "act", "add_post:show_add_post", "analis", "hukum", "petugas", "admin"),
    page("sumber", "sources_title", "manage", "sources:show_sources", "analis", "peneliti", "admin"),
    page("label", "labels_title", "manage", "labels:show_labels", "analis", "peneliti"),
    page("model", "models_title", "manage", "models:show_models", "analis", "peneliti", "admin"),
    page("kelola", "admin_title", "manage", "admin:show_admin", "admin"),
)  # fmt: skip
"""Every page, in the order of the sidebar; the first one opens at the bare address."""

GROUPS: tuple[Group, ...] = ("watch", "act", "manage")


def may_see(page: Page, role: Role | None) -> bool:
    """Whether a page is for a role; ``None`` is an installation whose pages ask nobody to sign in."""
    return role is None or role in page.roles


def may_read_complaints(role: Role | None) -> bool:
    """Whether the words of complaints are for a role: they are real people's, and for whoever sees their page."""
    return may_see(next(page for page in PAGES if page.path == "aduan"), role)


def draw(page: Page, *arguments: Any, **named: Any) -> None:
    """Import the page and draw it."""
    page.load()(*arguments, **named)
