import type { SourceName, WayName, WayObstacle } from '../tokens';

/** All that the choice of a source depends on, as plain data: one row of the truth table. */
export interface IFacts {
  /** Client id of the configured single-page app, or null. */
  readonly clientId: string | null;
  /** Why Jupyter's own port cannot receive the authorization response; null if it can. */
  readonly place: WayObstacle | null;
  /** What the server extension offers and its administrator allows; null without the extension. */
  readonly offered: readonly string[] | null;
}

/** A source and the obstacle to it; null if there is none. */
export interface IChoice<Name extends SourceName = SourceName> {
  readonly name: Name;
  readonly obstacle: WayObstacle | null;
}

interface IRow {
  /** Where the sign-in is held: without the server extension, only tabs can hold one. */
  readonly holder: 'tab' | 'server';
  /** Whether the user has to take part. */
  readonly byHand: boolean;
  readonly obstacle: (facts: IFacts) => WayObstacle | null;
}

/** The server extension finds out whether the machine has an identity. */
const ASK_THE_SERVER: IRow = { holder: 'server', byHand: false, obstacle: () => null };

/** Best first. The compiler requires a row for every source. */
const ROWS: Readonly<Record<SourceName, IRow>> = {
  'managed-identity': ASK_THE_SERVER,
  'connect-to-azure': ASK_THE_SERVER,
  'azure-cli': ASK_THE_SERVER,
  // A configured app is the administrator's own choice, even if no registration is needed.
  popup: {
    holder: 'tab',
    byHand: true,
    obstacle: ({ clientId }) => (clientId === null ? 'no_client_id' : null)
  },
  loopback: { holder: 'server', byHand: true, obstacle: ({ place }) => place },
  // Last, because phishers prefer it and many tenants forbid it.
  'device-code': { holder: 'server', byHand: true, obstacle: () => null }
};

const NAMES = Object.keys(ROWS) as readonly SourceName[];

/**
 * Return every source: those that are available, best first, then the others with their obstacles.
 */
export function chooseSources(facts: IFacts): IChoice[] {
  const choices = NAMES.map(name => ({ name, obstacle: obstacleTo(name, facts) }));
  return [
    ...choices.filter(({ obstacle }) => obstacle === null),
    ...choices.filter(({ obstacle }) => obstacle !== null)
  ];
}

/** Return the interactive sources, in the same order. */
export function chooseWays(facts: IFacts): IChoice<WayName>[] {
  return chooseSources(facts).filter((choice): choice is IChoice<WayName> => isWay(choice.name));
}

/** Whether the server extension can hold anything. */
export function usesServer(facts: IFacts): boolean {
  return chooseSources(facts).some(
    ({ name, obstacle }) => obstacle === null && ROWS[name].holder === 'server'
  );
}

export function isSource(name: unknown): name is SourceName {
  return NAMES.some(known => known === name);
}

function isWay(name: SourceName): name is WayName {
  return ROWS[name].byHand;
}

function obstacleTo(name: SourceName, facts: IFacts): WayObstacle | null {
  const { holder, obstacle } = ROWS[name];
  if (facts.offered === null && holder === 'server') {
    return 'no_server_half';
  }
  return facts.offered?.includes(name) === false ? 'not_allowed' : obstacle(facts);
}
