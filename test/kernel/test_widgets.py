from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from test.kernel.notebook import Message, Notebook

SLIDER = """
import ipywidgets
slider = ipywidgets.IntSlider()
seen = []
slider.observe(lambda change: seen.append(change['new']), 'value')
print(slider.comm.comm_id)
"""


def move(notebook: Notebook, comm_id: str, value: int) -> None:
    data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
    client = notebook.client
    client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": comm_id, "data": data}))


def test_an_ipywidgets_slider_works_before_during_and_after(notebook: Notebook, scope: str) -> None:
    comm_id = notebook.output(notebook.run(SLIDER))
    move(notebook, comm_id, 1)
    cell = notebook.run(f"credential.get_token('{scope}'); print(slider.value)")
    request = notebook.asked()
    move(notebook, comm_id, 2)
    notebook.give(request)
    assert notebook.output(cell) == "1"
    move(notebook, comm_id, 3)
    assert notebook.output(notebook.run("print(seen)")) == "[1, 2, 3]"


def test_a_request_opens_no_comm_that_widgets_see(notebook: Notebook, scope: str) -> None:
    notebook.output(notebook.run(SLIDER))
    cell = notebook.run(f"credential.get_token('{scope}')")
    notebook.give(notebook.asked())
    notebook.idle(cell)
    client = notebook.client
    client.shell_channel.send(
        client.session.msg("comm_info_request", {"target_name": "jupyter.widget"})
    )
    reply: Message = client.get_shell_msg(timeout=60)
    while reply["msg_type"] != "comm_info_reply":
        reply = client.get_shell_msg(timeout=60)
    targets = {comm["target_name"] for comm in reply["content"]["comms"].values()}
    assert targets == {"jupyter.widget"}
