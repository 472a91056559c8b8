"""Writes accounts that move together as GraphML, for Gephi, Cytoscape or networkx.

Format: Brandes, Eiglsperger, Herman, Himsolt and Marshall 2002, GraphML Progress Report (graphml.graphdrawing.org).
Accounts appear by their handles: the file is for the analyst's own work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from analysis.coordination import Coordination
from analysis.coordination_explanations import STANDING, Explanation
from analysis.coordination_groups import Edge

NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"

NODE_KEYS: Final = {"label": "string", "platform": "string", "handle": "string", "group": "int", "posts": "int"}
EDGE_KEYS: Final = {
    "trace": "string", "window_s": "int", "moments": "int", "expected": "double", "p": "double", "q": "double",
    "posts": "string", "explanations": "string",
}  # fmt: skip
"""What stands at each edge; ``posts`` are ids with blanks between, ``explanations`` reasons."""

ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def draw_graph(found: Coordination, explained: Mapping[Edge, Sequence[Explanation]]) -> ET.Element:
    """The GraphML document of all groups: a node an account, an edge a pair and trace (parallel edges are kept)."""
    root = ET.Element("graphml", {"xmlns": NAMESPACE})
    for target, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name, kind in keys.items():
            ET.SubElement(root, "key", {"id": f"{target}-{name}", "for": target, "attr.name": name, "attr.type": kind})
    graph = ET.SubElement(root, "graph", {"id": "kentongan", "edgedefault": "undirected"})
    ET.SubElement(graph, "desc").text = STANDING
    for number, group in enumerate(found.groups, start=1):
        names = {account: f"g{number}n{place}" for place, account in enumerate(group.accounts, start=1)}
        posts = group.posts
        for account, name in names.items():
            node = ET.SubElement(graph, "node", {"id": name})
            add_data(node, "node", {
                "label": f"{account.handle} ({account.platform})", "platform": account.platform,
                "handle": account.handle, "group": number, "posts": sum(act.account == account for act in posts),
            })  # fmt: skip
        for place, edge in enumerate(group.edges, start=1):
            ids = dict.fromkeys(act.id for joint in edge.joint for act in (joint.first, joint.second))
            line = ET.SubElement(
                graph, "edge",
                {"id": f"g{number}e{place}", "source": names[edge.one], "target": names[edge.other]},
            )  # fmt: skip
            add_data(line, "edge", {
                "trace": edge.trace, "window_s": edge.window, "moments": edge.moments, "expected": edge.expected,
                "p": edge.p, "q": edge.q, "posts": " ".join(ids),
                "explanations": " ".join(one.reason for one in explained.get(edge, ())),
            })  # fmt: skip
    return root


def add_data(parent: ET.Element, target: str, values: Mapping[str, str | int | float]) -> None:
    """The values of a node or an edge; characters that XML cannot hold become U+FFFD."""
    for name, value in values.items():
        ET.SubElement(parent, "data", {"key": f"{target}-{name}"}).text = ILLEGAL.sub("\ufffd", str(value))


def write_graphml(found: Coordination, explained: Mapping[Edge, Sequence[Explanation]], path: Path) -> None:
    """Write the file, whole or not at all."""
    tree = ET.ElementTree(draw_graph(found, explained))
    ET.indent(tree)
    part = path.with_name(path.name + ".part")
    try:
        tree.write(part, encoding="utf-8", xml_declaration=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
