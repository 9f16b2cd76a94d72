import { CREDENTIAL } from './cells';

/**
 * A cell of a careless user, and the output that shows that it reached a place that could expose a
 * token.
 */
export interface ICarelessCell {
  readonly source: string;
  readonly shows: RegExp;
}

/** Different ones, because after an error MSAL.js sends the same request only once a minute. */
const challenge = (value: number): string =>
  `'{"access_token":{"nbf":{"essential":true,"value":"${value}"}}}'`;

const endsIn = (expression: string): ICarelessCell => ({
  source: expression,
  shows: /<Azure token, hidden/
});

/** They end in a token, or print everything about the credential. */
export const SHOWING: readonly ICarelessCell[] = [
  {
    source: `${CREDENTIAL}
import ipywidgets
print("token", fingerprint(credential.get_token(SCOPE)))
ipywidgets.IntSlider(description="kept")`,
    shows: /token [0-9a-f]{12}/
  },
  {
    source: `
%load_ext jupyter_azure_auth
%azure_status
from jupyter_azure_auth import SignInWidget
SignInWidget()`,
    shows: /Signed in to Azure as [\s\S]*Sign out/
  },
  endsIn('credential.get_token(SCOPE)'),
  endsIn('credential.get_token_info(SCOPE)'),
  endsIn('[credential.get_token(SCOPE), {"info": credential.get_token_info(SCOPE)}]'),
  { source: 'vars(credential)', shows: /_settings/ },
  { source: 'credential.__dict__', shows: /_settings/ },
  {
    source: `
token, info = credential.get_token(SCOPE), credential.get_token_info(SCOPE)
for shown in (credential, token, info):
    print(repr(shown), str(shown), f"{shown!r:>1} {shown}")
%who
%whos
value, expires_on = token
print("unpacks", value == token.token == info.token, expires_on == info.expires_on)
del value`,
    shows: /unpacks True True/
  },
  {
    source: `
def walk(value, path, seen):
    """What a variable inspector shows when everything is unfolded."""
    if id(value) not in seen and len(path) < 6:
        seen.add(id(value))
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        for name in [*getattr(value, "__dict__", ()), *slots]:
            inner = getattr(value, name, None)
            print(".".join([*path, name]), "=", repr(inner)[:2000])
            walk(inner, [*path, name], seen)

walk(credential, ["credential"], set())
print("walked")`,
    shows: /walked/
  },
  {
    source: `
import copy, pickle
Path("credential.pickle").write_bytes(pickle.dumps(credential))
Path("copy.pickle").write_bytes(pickle.dumps(copy.deepcopy(credential)))
for kept in (token, info):
    try:
        Path("token.pickle").write_bytes(pickle.dumps(kept))
    except TypeError as error:
        print(error)
%store credential`,
    shows: /cannot be pickled[\s\S]*cannot be pickled[\s\S]*Stored/
  }
];

const raises = (source: string, shows: RegExp): ICarelessCell => ({
  source: `%xmode Verbose\n${source}`,
  shows
});

/** They raise in, around and after `get_token`, with the most verbose traceback there is. */
export const RAISING: readonly ICarelessCell[] = [
  raises(
    `
def after(given, credential):
    return given.expires_on / 0

after(credential.get_token(SCOPE), credential)`,
    /<Azure token, hidden[\s\S]*ZeroDivisionError: /
  ),
  raises(
    'JupyterCredential(account="nobody@contoso.com", timeout=2).get_token(SCOPE)',
    /\[\w+\]\s*$/
  ),
  raises('credential.get_token("two words", SCOPE)', /ValueError/)
];

/** The authority refuses while a token is still valid; `timeout` in seconds. */
export const refused = (value: number, timeout: number): ICarelessCell =>
  raises(
    `
try:
    JupyterCredential(timeout=${timeout}).get_token(SCOPE, claims=${challenge(value)})
except Exception as error:
    print(error, repr(error), error.args, vars(error), error.__cause__, error.__context__)
    raise`,
    /ClientAuthenticationError|AzureAuth(Unavailable)?Error/
  );

/** Gets a new token repeatedly, until a file named `stop` exists. */
export const GOES_ON: ICarelessCell = {
  source: `
while not Path("stop").exists():
    Path("went-on").write_text(fingerprint(credential.get_token(SCOPE, claims=${challenge(0)})))
    work(0.5)  # each token is one more to look for in every place
print("stopped")`,
  shows: /stopped/
};

export const ANOTHER_USER: ICarelessCell = {
  source: `
other = JupyterCredential()
print("another", fingerprint(other.get_token(SCOPE)))
other.get_token_info(SCOPE)`,
  shows: /another [0-9a-f]{12}/
};
