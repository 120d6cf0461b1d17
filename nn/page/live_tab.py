"""The tab Network: what nn adds to the live page, when this is imported."""

from autograd.live import Tab, add_tab
from nn.page.live import HERE, network_script
from nn.page.tab import (
    moves_script,
    network_answer,
    page_answer,
    panel_html,
    program_answer,
    walk_answer,
)

add_tab(
    Tab(
        "Network",
        panel_html,
        scripts=(network_script, moves_script, HERE / "tab.js"),
        styles=(HERE / "network.css",),
        messages={
            "network": network_answer,
            "network-walk": walk_answer,
            "network-page": page_answer,
            "network-python": program_answer,
        },
    ),
    before="Practice",
)
