from __future__ import annotations

import runpy

import pytest
from traitlets import List, Unicode
from traitlets.config import Config
from traitlets.config.loader import KVArgParseConfigLoader

from jupyter_azure_auth.server import traits as traits_module
from jupyter_azure_auth.server.config import AzureAuthConfig
from jupyter_azure_auth.server.traits import AzureAuth, load_config

GUID = "11111111-2222-4333-8444-555555555555"


def test_nothing_configured_is_the_default() -> None:
    assert load_config(Config()) == AzureAuthConfig()


def test_every_field_is_a_trait_with_help() -> None:
    traits = AzureAuth.class_traits(config=True)
    assert {*traits, "problem"} == set(AzureAuthConfig.__dataclass_fields__)
    for name, trait in traits.items():
        assert "efault" in trait.help or "(default)" in trait.help, name


def test_reads_every_trait() -> None:
    values = {
        "client_id": GUID,
        "tenant_id": "common",
        "cloud": "Stack",
        "redirect_uri": "https://contoso.com/redirect.html",
        "authority": "https://login.contoso.com/x",
        "authority_metadata": {
            "issuer": "https://login.contoso.com/",
            "authorization_endpoint": "https://login.contoso.com/authorize",
            "token_endpoint": "https://login.contoso.com/token",
        },
        "public_client_id": GUID,
        "sources": ["loopback"],
    }
    assert load_config(Config({"AzureAuth": values})) == AzureAuthConfig(**values)  # type: ignore[arg-type]


def test_reads_the_command_line() -> None:
    config = KVArgParseConfigLoader(
        argv=[f"--AzureAuth.client_id={GUID}"], classes=[AzureAuth]
    ).load_config()
    assert load_config(config).client_id == GUID


# Situation: administrator's settings | `allowed_resources` is one name without brackets on the
# command line | any token | the limit applies | nothing to do
@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["popup"], ["popup"]),
        (["popup", "loopback"], ["popup", "loopback"]),
        (["['popup', 'loopback']"], ["popup", "loopback"]),
        (["[]"], []),
        (["None"], None),
    ],
)
def test_a_name_on_the_command_line_is_read_as_a_list(
    given: list[str], read: list[str] | None
) -> None:
    arguments = [f"--AzureAuth.sources={value}" for value in given]
    # Jupyter Server reads it before it knows the class.
    config = KVArgParseConfigLoader(argv=arguments, classes=[]).load_config()
    assert load_config(config).sources == read


def test_loads_with_the_oldest_traitlets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter Server accepts traitlets 5.6, whose lists have no type parameter."""
    monkeypatch.setattr(List, "__class_getitem__", None, raising=False)
    assert "AzureAuth" in runpy.run_path(traits_module.__file__)


def test_a_limit_on_the_command_line_is_never_lifted() -> None:
    argument = "--AzureAuth.allowed_resources=https://storage.azure.com"
    config = KVArgParseConfigLoader(argv=[argument], classes=[]).load_config()
    assert load_config(config).allowed_resources == ["https://storage.azure.com"]


# Situation: administrator's settings | `allowed_resources` is empty on the command line, or a list
# whose quotation marks the shell has removed | any token | none: a message names the setting |
# correct it
@pytest.mark.parametrize("trait", ["allowed_resources", "sources"])
@pytest.mark.parametrize(
    "value",
    ["", "[https://storage.azure.com]", "https://storage.azure.com,https://vault.azure.net"],
)
@pytest.mark.parametrize("classes", [[], [AzureAuth]])
def test_a_list_that_the_command_line_cannot_contain_is_a_problem(
    trait: str, value: str, classes: list[type[AzureAuth]]
) -> None:
    arguments = [f"--AzureAuth.{trait}={value}"]
    config = load_config(KVArgParseConfigLoader(argv=arguments, classes=classes).load_config())
    assert config.problem is not None
    assert config.problem.startswith(f"c.AzureAuth.{trait} must be a list of ")
    assert config.allowed_resources == ([] if trait == "allowed_resources" else None)
    assert config.offered == []


# Situation: administrator's settings | `allowed_resources.append(…)` or `extend(…)` in the
# configuration file, where nothing was assigned before | any token | none: a message names the
# setting | assign a list
@pytest.mark.parametrize("trait", ["allowed_resources", "sources"])
@pytest.mark.parametrize(
    "statement", ["append('popup')", "extend(['popup'])", "prepend(['popup'])"]
)
def test_a_list_without_a_default_cannot_be_extended(trait: str, statement: str) -> None:
    given = Config()
    exec(f"c.AzureAuth.{trait}.{statement}", {"c": given})  # noqa: S102
    config = load_config(given)
    assert config.problem == (
        f"c.AzureAuth.{trait} has no default that can be extended, so assign all of its values."
    )
    assert config.allowed_resources == ([] if trait == "allowed_resources" else None)
    assert config.offered == []


def test_a_list_that_was_assigned_can_be_extended() -> None:
    given, later = Config(), Config()
    given.AzureAuth.sources = ["popup"]
    later.AzureAuth.sources.append("loopback")
    given.merge(later)
    assert load_config(given).sources == ["popup", "loopback"]


def test_reading_a_setting_in_the_configuration_file_does_not_set_it() -> None:
    given = Config()
    assert not given.AzureAuth.sources.to_dict()
    assert load_config(given) == AzureAuthConfig()


# Situation: administrator's settings | `persistence` is an empty text | sign-in at the server | the
# keychain stores it, as if nothing were set, and no file | nothing to do
@pytest.mark.parametrize(
    "trait",
    [name for name, one in AzureAuth.class_traits(config=True).items() if type(one) is Unicode],
)
def test_an_empty_text_counts_as_unset(trait: str) -> None:
    assert load_config(Config({"AzureAuth": {trait: ""}})) == AzureAuthConfig()


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("client_id", 5),
        ("client_id", "a-secret-pasted-here"),
        ("authority_metadata", "text"),
        ("authority_metadata", {"issuer": object()}),
        ("cloud", None),
        ("public_client_id", "a-secret-pasted-here"),
        ("sources", 5),
        ("sources", ["a-secret-pasted-here"]),
        ("sources", [{}]),
    ],
)
def test_a_problem_names_only_the_trait(trait: str, value: object) -> None:
    config = load_config(Config({"AzureAuth": {"tenant_id": "common", trait: value}}))
    assert config == AzureAuthConfig(problem=config.problem)
    assert config.problem is not None
    assert config.problem.startswith(f"c.AzureAuth.{trait} ")
    assert "secret" not in config.problem


@pytest.mark.parametrize(
    ("trait", "remedy"),
    [
        ("client_id", "a GUID"),
        ("tenant_id", "must be a tenant's GUID or domain"),
        ("cloud", "must be one of AzureCloud"),
        ("authority_metadata", "as a dict"),
        ("prefer_machine", "must be True or False"),
        ("shared", "must be True or False"),
        ("sources", "must be a list of names"),
        ("allowed_resources", "must be a list of resources"),
    ],
)
def test_a_value_of_the_wrong_type_is_explained(trait: str, remedy: str) -> None:
    problem = load_config(Config({"AzureAuth": {trait: 5.5}})).problem
    assert problem is not None
    assert remedy in problem
