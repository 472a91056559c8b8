"""The generated part of the documentation: settings, commands, roles, as Markdown, from the code itself.

``make docs`` writes it to docs/reference.md; a test fails while the file says anything else.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from kentongan import settings as settings_module
from kentongan.commands.registry import COMMANDS
from kentongan.settings import SECRETS, Settings, variable_of


def setting_docs() -> Iterator[tuple[str, str, str]]:
    """Each setting with its default as written and its docstring."""
    tree = ast.parse(inspect.getsource(settings_module))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings").body
    for field, doc in pairwise(body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant)):
            continue
        assert isinstance(field.target, ast.Name) and field.value is not None
        yield field.target.id, ast.unparse(field.value), " ".join(str(doc.value.value).split())


def settings_table() -> str:
    """One row a setting: key in kentongan.toml, variable, default, meaning."""
    lines = ["| key in kentongan.toml | variable | default | meaning |", "|---|---|---|---|"]
    for name, default, meaning in setting_docs():
        secret = " Never printed or logged." if name in SECRETS else ""
        lines.append(f"| `{name}` | `{variable_of(name)}` | `{default}` | {meaning}{secret} |")
    assert len(lines) - 2 == len(Settings.__struct_fields__), "a setting has no docstring"
    return "\n".join(lines)


def commands_table() -> str:
    """One row a command, as in ``kentongan --help``."""
    lines = ["| command | does |", "|---|---|"]
    lines += [f"| `kentongan {name}` | {line} |" for name, (_, line) in COMMANDS.items()]
    return "\n".join(lines)


def pages_table() -> str:
    """One row a page: its address, its name, and the roles that see it."""
    from casework.roles import ROLES
    from dashboard.pages import PAGES
    from dashboard.words import say

    lines = [f"| page | name | {' | '.join(ROLES)} |", f"|---|---|{':-:|' * len(ROLES)}"]
    for page in PAGES:
        seen = " | ".join("x" if role in page.roles else "" for role in ROLES)
        lines.append(f"| `/{page.path}` | {say(page.title, 'id')} | {seen} |")
    return "\n".join(lines)


def routes_table() -> str:
    """One row a route of our own: its address, its methods, and who it answers."""
    from dashboard.routes import ROUTES

    words = {
        "public": "anybody",
        "signed": "whoever is signed in",
        "device": "a screen with its token",
        "token": "a program with its token or signature",
    }
    lines = ["| route | methods | answers |", "|---|---|---|"]
    for route in ROUTES:
        whom = ", ".join(sorted(route.roles)) if route.access == "roles" else words[route.access]
        lines.append(f"| `{route.path}` | {', '.join(route.methods)} | {whom} |")
    return "\n".join(lines)


def reference() -> str:
    """The whole page."""
    from casework.roles import roles_table

    return "\n\n".join(
        [
            "# Reference",
            "Written by `make docs` from the code; do not edit by hand.",
            "## Settings",
            "Read once, from `kentongan.toml` in the working folder (or the file that `KENTONGAN_SETTINGS` names) and "
            "from the environment; a variable overrides the file. An unknown key is an error.",
            settings_table(),
            "## Commands",
            commands_table(),
            "## Pages",
            "Who sees which page; [roles and permissions](roles.md) says how this is kept.",
            pages_table(),
            "## Routes",
            routes_table(),
            "## Roles",
            roles_table(),
        ]
    )


if __name__ == "__main__":
    print(reference())
