from __future__ import annotations

from jupyter_azure_auth.server.sign_in.loopback.probes import MAX_PROBES, PROBE_LIFETIME_S, Probes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_is_answered_once() -> None:
    probes = Probes()
    probe = probes.send("alice")
    assert probes.has_pending
    assert probes.answer_probe("other") is None
    assert probes.answer_probe(probe.question) == probe.answer
    assert probes.answer_probe(probe.question) is None
    assert not probes.has_pending


def test_ends_after_a_minute() -> None:
    clock = Clock()
    probes = Probes(clock)
    probe = probes.send("alice")
    clock.now = PROBE_LIFETIME_S
    assert not probes.has_pending
    assert probes.answer_probe(probe.question) is None


def test_keeps_the_newest() -> None:
    probes = Probes()
    sent = [probes.send("alice") for _ in range(MAX_PROBES + 1)]
    assert probes.answer_probe(sent[0].question) is None
    assert probes.answer_probe(sent[1].question) == sent[1].answer
    assert len({text for probe in sent for text in probe}) == 2 * len(sent)


# Situation: JupyterHub | another user of the server sends endless probes | sign-in | the probe of
# the first user is still answered | nothing to do
def test_one_owners_probes_do_not_evict_anothers() -> None:
    probes = Probes()
    probe = probes.send("alice")
    for _ in range(2 * MAX_PROBES):
        probes.send("mallory")
    assert probes.answer_probe(probe.question) == probe.answer
