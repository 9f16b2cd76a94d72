import type { Configuration, IConfigured } from '../../../src/auth/config';
import { AzureAuth } from '../../../src/auth/auth';
import { SignOutBroadcast } from '../../../src/auth/sign-out-broadcast';
import type { IProviders } from '../../../src/providers/create-providers';
import type { ITokenProvider, ISignIn, ISignInMethod } from '../../../src/providers/provider';
import type {
  AzureProblemCode,
  IAzureToken,
  IDeviceCode,
  SignInMethodName
} from '../../../src/tokens';
import { aToken } from '../kernels/kernel-harness';
import { ALICE, aMethod } from '../panel/fixtures';
import { TOKEN_REQUEST, POPUP } from './requests';
// Loaded before the first test's time runs: on a busy machine it takes seconds.
import '../../../src/on-demand';

export { TOKEN_REQUEST, POPUP };

const CONFIGURED: IConfigured = {
  kind: 'configured',
  methods: [aMethod()],
  popup: POPUP,
  server: null,
  sharesTabs: false,
  allowedResources: null
};
const BASE = 'https://lab.example/user/';

/** A sign-in as the source returns it. */
export const signIn = ({ account, source, ambient, persistedIn } = ALICE): ISignIn => ({
  ...{ account, source, ambient, persistedIn, persistableIn: null },
  signedInAt: Date.now(),
  expiresAt: ALICE.expiresAt
});

export const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

/** The state that reports a problem. */
export const attention = (code: AzureProblemCode, who: typeof ALICE | null = null): object => ({
  kind: 'needs-attention',
  problem: expect.objectContaining({ code }),
  signedIn: who && expect.objectContaining({ account: who.account })
});

/** Each sign-in waits in `asked`, newest last, for its outcome. */
export class FakeSource implements ITokenProvider, ISignInMethod {
  readonly provider = this;
  readonly cloud = 'AzureCloud';

  constructor(readonly name: SignInMethodName = 'popup') {}

  savedSignIn: ISignIn | null = null;
  readonly asked: {
    finish(made: ISignIn): void;
    fail(error: unknown): void;
    doubt(): void;
    showCode(code: IDeviceCode): void;
  }[] = [];
  readonly restore = jest.fn(async () => this.savedSignIn);
  readonly getToken = jest.fn(async (): Promise<IAzureToken> => aToken());
  readonly clear = jest.fn<Promise<void>, [boolean]>(async () => void (this.savedSignIn = null));
  readonly signIn = jest.fn(
    (...[, , signal, events]: Parameters<ISignInMethod['signIn']>) =>
      new Promise<ISignIn>((finish, fail) => {
        signal.addEventListener('abort', () => fail(signal.reason));
        const { onPopupMaybeClosed: doubt, onDeviceCode: showCode } = events;
        this.asked.push({ finish, fail, doubt, showCode });
      })
  );
}

/** A tab of a browser; its other tabs have signed no account in or out. */
export class TabHarness {
  source = new FakeSource();
  readonly readConfig = jest.fn(async (): Promise<Configuration> => CONFIGURED);
  readonly createProviders = jest.fn(async (): Promise<IProviders> => ({
    methods: [this.source],
    providers: [this.source],
    server: null,
    tabs: null
  }));
  /** The states of its session since it was loaded, or since an account signed in. */
  readonly states: string[] = [];
  auth = this.load();

  constructor() {
    localStorage.clear();
  }

  /** Load the page, perhaps again. */
  load(): AzureAuth {
    const signOutNotice = new SignOutBroadcast(BASE);
    const auth = new AzureAuth({ ...this, broadcast: signOutNotice });
    this.states.length = 0;
    auth.stateChanged.connect(({ state }) => {
      const problem = state.kind === 'needs-attention' ? ` ${state.problem.code}` : '';
      this.states.push(state.kind + problem);
    });
    return (this.auth = auth);
  }

  /** Sign in with an account, from any state. */
  async signInAs(who = ALICE): Promise<void> {
    await this.auth.prepare();
    void this.auth.signIn();
    this.source.savedSignIn = signIn(who);
    this.source.asked.at(-1)!.finish(this.source.savedSignIn);
    await settle();
    this.states.length = 0;
  }

  /** An action of another tab that this one is notified of. */
  elsewhere(act: (notice: SignOutBroadcast) => void): void {
    act(this.otherTabs);
    const key = 'jupyter-azure-auth:signed-out:/user/';
    window.dispatchEvent(new StorageEvent('storage', { key }));
  }

  get otherTabs(): SignOutBroadcast {
    return new SignOutBroadcast(BASE);
  }
}
