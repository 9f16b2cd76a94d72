from __future__ import annotations

from jupyter_azure_auth.server.loopback.probes import LIFE, MOST, Probes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_is_met_once() -> None:
    probes = Probes()
    probe = probes.send()
    assert probes.awake
    assert probes.meet("other") is None
    assert probes.meet(probe.question) == probe.answer
    assert probes.meet(probe.question) is None
    assert not probes.awake


def test_ends_after_a_minute() -> None:
    clock = Clock()
    probes = Probes(clock)
    probe = probes.send()
    clock.now = LIFE
    assert not probes.awake
    assert probes.meet(probe.question) is None


def test_keeps_the_newest() -> None:
    probes = Probes()
    sent = [probes.send() for _ in range(MOST + 1)]
    assert probes.meet(sent[0].question) is None
    assert probes.meet(sent[1].question) == sent[1].answer
    assert len({text for probe in sent for text in probe}) == 2 * len(sent)
