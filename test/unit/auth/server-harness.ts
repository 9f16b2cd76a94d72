import { Signal } from '@lumino/signaling';
import type {
  IOtherAccounts,
  IServerSession,
  IServerTokens,
  ISignIn
} from '../../../src/providers/provider';
import type { IIdentityCandidate, IStoredSignIns } from '../../../src/auth/page-auth';
import { ALICE } from '../panel/fixtures';
import { FakeSource, TabHarness, signIn } from './tab-harness';

/** What the server extension holds, and what others do to it: polled from time to time. */
export class FakeServer extends FakeSource implements IServerTokens {
  readonly answered = new Signal<this, IServerSession>(this);
  endedBy: string | null = null;
  isSearching = false;
  isSigningOut = false;
  candidates: readonly IIdentityCandidate[] = [];
  stored: IStoredSignIns = { erasing: false, restorable: [] };
  others: readonly ISignIn[] = [];
  generation: number | null = 1;
  switchTo = async (id: string): Promise<void> => {
    this.change(this.others.find(({ account }) => account.id === id) ?? null);
    this.others = [];
  };
  readonly continueAs = jest.fn<Promise<void>, [string]>(async () => this.change(held()));
  readonly persist = jest.fn<Promise<void>, [boolean]>(async () => undefined);
  readonly fetchSession = jest.fn<Promise<IServerSession>, [boolean?]>(async () => {
    const { endedBy, isSearching, candidates, stored, others, generation } = this;
    // Its clock differs, so that each sign-in is as old as its answer.
    const signIn = this.savedSignIn && { ...this.savedSignIn, signedInAt: Date.now() };
    const hasEnded = signIn === null && (endedBy !== null || others.length > 0);
    const details = { isSearching, candidates, stored, others, generation };
    const session = { signIn, hasEnded, endedBy, ...details };
    this.answered.emit(session);
    return session;
  });
  override readonly restore = jest.fn(async () => (await this.fetchSession()).signIn);
  override readonly clear = jest.fn<Promise<void>, [boolean]>(async elsewhere => {
    if (!elsewhere && this.savedSignIn?.ambient === false) {
      this.change(null);
    }
  });

  get accounts(): IOtherAccounts {
    const { others, switchTo } = this;
    return { others, switchTo, signOut: async () => undefined, forget: async () => undefined };
  }

  /** In another browser, or by itself. */
  change(savedSignIn: ISignIn | null): void {
    this.savedSignIn = savedSignIn;
    this.generation = this.generation === null ? null : this.generation + 1;
  }
}

/** A sign-in that the server extension holds. */
export const held = (who = ALICE): ISignIn => ({
  ...signIn(who),
  source: 'loopback',
  persistedIn: 'memory'
});

/** Return a tab whose sign-ins the server extension can hold. */
export function tabWith(server: FakeServer): TabHarness {
  const tab = new TabHarness();
  tab.createProviders.mockImplementation(async () => ({
    methods: [tab.source, server],
    providers: [tab.source, server],
    server,
    tabs: null
  }));
  return tab;
}

/** Begin each test of a file with a server extension, a tab of it, and a clock that stands still. */
export function withServer(assign: (server: FakeServer, tab: TabHarness) => void): void {
  beforeEach(() => {
    jest.useFakeTimers();
    const server = new FakeServer('loopback');
    assign(server, tabWith(server));
  });
  afterEach(() => jest.useRealTimers());
}

/** Let time pass, in milliseconds. */
export const pass = (milliseconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds) as unknown as Promise<void>;
