"""A real kernel whose page answers every request with a token of the signed-in user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from test.kernel.notebook import OURS, Message, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test.sdks.person import Person


class SignedIn(Notebook):
    """Runs cells and records their requests."""

    def __init__(self, home: Path, person: Person) -> None:
        super().__init__(home)
        self.person = person
        self.requests: list[dict[str, Any]] = []

    def wait_for(self, wanted: Callable[[Message], bool], seconds: float = 60) -> Message:
        def answer_and_look(message: Message) -> bool:
            content = message["content"]
            if message["msg_type"] == "comm_open" and content["target_name"] == OURS:
                self._serve(message, content["data"])
            return wanted(message)

        return super().wait_for(answer_and_look, seconds)

    def _serve(self, message: Message, request: dict[str, Any]) -> None:
        if request["kind"] == "token":
            # The kernel repeats a request that the authority takes longer than a second for.
            if request["request_id"] not in [one["request_id"] for one in self.requests]:
                self.requests.append(request)
            token = self.person.token(request["scopes"], request.get("claims"))
            self.give(message, token, account=self.person.account, prompted=True)

    def says(self, code: str) -> str:
        """Run a cell and return its output or its error."""
        return self.output(self.run(code), seconds=60)
