import type { SignInObstacle } from './page-auth';
import type { SourceName, SignInMethodName } from '../tokens';

/** All that the choice of a source depends on, as plain data: one row of the truth table. */
export interface IMethodContext {
  /** Client id of the configured single-page app, or null. */
  readonly clientId: string | null;
  /** Why Jupyter's own port cannot receive the authorization response; null if it can. */
  readonly loopbackObstacle: SignInObstacle | null;
  /** What the server extension offers and its administrator allows; null without the extension. */
  readonly offered: readonly string[] | null;
}

/** A source and the obstacle to it; null if there is none. */
export interface IChoice<Name extends SourceName = SourceName> {
  readonly name: Name;
  readonly obstacle: SignInObstacle | null;
}

interface IMethod {
  /** Where the sign-in is held: without the server extension, only tabs can hold one. */
  readonly heldBy: 'tab' | 'server';
  /** Whether the user has to take part. */
  readonly interactive: boolean;
  readonly obstacle: (context: IMethodContext) => SignInObstacle | null;
}

/** The server extension finds out whether the machine has an identity. */
const AMBIENT: IMethod = { heldBy: 'server', interactive: false, obstacle: () => null };

/** Best first. The compiler requires a row for every source. */
const METHODS: Readonly<Record<SourceName, IMethod>> = {
  'managed-identity': AMBIENT,
  'connect-to-azure': AMBIENT,
  'azure-cli': AMBIENT,
  // A configured app is the administrator's own choice, even if no registration is needed.
  popup: {
    heldBy: 'tab',
    interactive: true,
    obstacle: ({ clientId }) => (clientId === null ? 'no_client_id' : null)
  },
  loopback: {
    heldBy: 'server',
    interactive: true,
    obstacle: ({ loopbackObstacle }) => loopbackObstacle
  },
  // Last, because phishers prefer it and many tenants forbid it.
  'device-code': { heldBy: 'server', interactive: true, obstacle: () => null }
};

const NAMES = Object.keys(METHODS) as readonly SourceName[];

/**
 * Return every source: those that are available, best first, then the others with their obstacles.
 */
export function chooseSources(context: IMethodContext): IChoice[] {
  const choices = NAMES.map(name => ({ name, obstacle: obstacleTo(name, context) }));
  return [
    ...choices.filter(({ obstacle }) => obstacle === null),
    ...choices.filter(({ obstacle }) => obstacle !== null)
  ];
}

/** Return the interactive sources, in the same order. */
export function chooseSignInMethods(context: IMethodContext): IChoice<SignInMethodName>[] {
  return chooseSources(context).filter((choice): choice is IChoice<SignInMethodName> =>
    isSignInMethod(choice.name)
  );
}

/** Whether the server extension can hold anything. */
export function usesServer(context: IMethodContext): boolean {
  return chooseSources(context).some(
    ({ name, obstacle }) => obstacle === null && METHODS[name].heldBy === 'server'
  );
}

export function isSource(name: unknown): name is SourceName {
  return NAMES.some(known => known === name);
}

function isSignInMethod(name: SourceName): name is SignInMethodName {
  return METHODS[name].interactive;
}

function obstacleTo(name: SourceName, context: IMethodContext): SignInObstacle | null {
  const { heldBy, obstacle } = METHODS[name];
  if (context.offered === null && heldBy === 'server') {
    return 'no_extension';
  }
  return context.offered?.includes(name) === false ? 'not_allowed' : obstacle(context);
}
