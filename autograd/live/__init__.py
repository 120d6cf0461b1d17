"""The live page: touch a number, and see the whole of backpropagation move. `stepgrad live` opens it.

It rests on `page`, whose player it shows, `expressions`, `stepping` and `drawing`; `nn` adds a tab of its own
(nn/page/live_tab.py), an entry point that the command loads. Read `session.py` first.

What runs where. A page asks a `Session` by messages, dicts that JSON can say: `{"kind": …}` with what it is
about, and gets `{"ok": true, …}` or `{"ok": false, "error": …}`. The session runs in the process that serves
the page (`server.py`), or in a Web Worker of the page itself. In the page one function stands for both,
`ask(message)`, a promise of the answer; it is in `transport.js`, and nothing else knows which it is.

How a tab comes in. Python adds it with `add_tab(Tab(name, html, scripts, styles, messages))`: a file with
what its panel holds, the scripts and styles that it needs, a function for each kind of message. Its script
says `addTab(name, {open, close, state, restore})`, all of them optional: `open()` when it is shown, `close()`
when another is, `state()` what is kept in the link (a dict of texts), `restore(state)` when the page begins
or the link changes. The panel is `<section role="tabpanel" id="panel-NAME">`, NAME in lower case.

How a walk is shown. `showWalk(panel, {markup, walk}, place)` in `live.js` puts the player of the step page
where the panel has an element `[data-walk]`, loads the walk, and returns the player: `place()`,
`goto(place)`, `close()`. Infinity is the place after the last step. There is one player at a time.

How a graph is laid out is a hook: `autograd.drawing.render.render_with`.
"""

from autograd.live import expression as expression
from autograd.live import practice as practice
from autograd.live.session import Session, Tab, add_tab

__all__ = ["Session", "Tab", "add_tab"]
