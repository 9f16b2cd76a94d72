import type { Configuration, IConfigured } from '../../../src/session/configuration';
import { AzureSession } from '../../../src/session/session';
import { SignOutNotice } from '../../../src/session/sign-out-notice';
import type { ISources } from '../../../src/sources/open-sources';
import type { IHolder, ISignIn, IWay } from '../../../src/sources/source';
import type { AzureProblemCode, IAzureToken, IDeviceCode, WayName } from '../../../src/tokens';
import { aToken } from '../kernels/stage';
import { ALICE, aWay } from '../panel/fixtures';
import { NEED, POPUP } from './requests';
// Loaded before the first test's time runs: on a busy machine it takes seconds.
import '../../../src/on-demand';

export { NEED, POPUP };

const CONFIGURED: IConfigured = {
  kind: 'configured',
  ways: [aWay()],
  popup: POPUP,
  server: null
};
const BASE = 'https://lab.example/user/';

/** A sign-in as the source returns it. */
export const signIn = ({ account, source, automatic, kept } = ALICE): ISignIn => ({
  ...{ account, source, automatic, kept, keeps: null },
  madeOn: Date.now(),
  endsOn: ALICE.endsOn
});

export const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

/** The state that reports a problem. */
export const attention = (code: AzureProblemCode, who: typeof ALICE | null = null): object => ({
  kind: 'needs-attention',
  problem: expect.objectContaining({ code }),
  signedIn: who && expect.objectContaining({ account: who.account })
});

/** Each sign-in waits in `asked`, newest last, for its outcome. */
export class FakeSource implements IHolder, IWay {
  readonly holder = this;
  readonly cloud = 'AzureCloud';

  constructor(readonly name: WayName = 'popup') {}

  kept: ISignIn | null = null;
  readonly asked: {
    finish(made: ISignIn): void;
    fail(error: unknown): void;
    doubt(): void;
    showCode(code: IDeviceCode): void;
  }[] = [];
  readonly restore = jest.fn(async () => this.kept);
  readonly getToken = jest.fn(async (): Promise<IAzureToken> => aToken());
  readonly forget = jest.fn<Promise<void>, [boolean]>(async () => void (this.kept = null));
  readonly signIn = jest.fn(
    (...[, , signal, events]: Parameters<IWay['signIn']>) =>
      new Promise<ISignIn>((finish, fail) => {
        signal.addEventListener('abort', () => fail(signal.reason));
        const { onDoubt: doubt, onDeviceCode: showCode } = events;
        this.asked.push({ finish, fail, doubt, showCode });
      })
  );
}

/** A tab of a browser; its other tabs have signed no account in or out. */
export class Tab {
  source = new FakeSource();
  readonly readConfiguration = jest.fn(async (): Promise<Configuration> => CONFIGURED);
  readonly openSources = jest.fn(async (): Promise<ISources> => ({
    ways: [this.source],
    holders: [this.source],
    server: null
  }));
  /** The states of its session since it was loaded, or since an account signed in. */
  readonly states: string[] = [];
  session = this.load();

  constructor() {
    localStorage.clear();
  }

  /** Load the page, perhaps again. */
  load(): AzureSession {
    const signOutNotice = new SignOutNotice(BASE);
    const session = new AzureSession({ ...this, signOutNotice });
    this.states.length = 0;
    session.stateChanged.connect(({ state }) => {
      const problem = state.kind === 'needs-attention' ? ` ${state.problem.code}` : '';
      this.states.push(state.kind + problem);
    });
    return (this.session = session);
  }

  /** Sign in with an account, from any state. */
  async enter(who = ALICE): Promise<void> {
    await this.session.prepare();
    void this.session.signIn();
    this.source.kept = signIn(who);
    this.source.asked.at(-1)!.finish(this.source.kept);
    await settle();
    this.states.length = 0;
  }

  /** An action of another tab that this one is notified of. */
  elsewhere(act: (notice: SignOutNotice) => void): void {
    act(this.otherTabs);
    const key = 'jupyter-azure-auth:signed-out:/user/';
    window.dispatchEvent(new StorageEvent('storage', { key }));
  }

  get otherTabs(): SignOutNotice {
    return new SignOutNotice(BASE);
  }
}
