import type { SourceName, WayName, WayObstacle } from '../tokens';

/** All that the choice of a source depends on, as plain data: one row of the truth table. */
export interface IFacts {
  /** Client id of the configured single-page app, or null. */
  readonly clientId: string | null;
  /** Why Jupyter's own port cannot take the answer of a sign-in; null if it can. */
  readonly place: WayObstacle | null;
  /** What the server half offers and its administrator allows; null without a server half. */
  readonly offered: readonly string[] | null;
}

/** A source, and what is in its way; null if nothing is. */
export interface IChoice<Name extends SourceName = SourceName> {
  readonly name: Name;
  readonly obstacle: WayObstacle | null;
}

interface IRow {
  /** Who holds it: the server half can hold nothing where there is none. */
  readonly holder: 'tab' | 'server';
  /** Whether it takes the user's hand. */
  readonly byHand: boolean;
  readonly obstacle: (facts: IFacts) => WayObstacle | null;
}

/** Whether the machine has an identity is for its server half to find out. */
const ASK_THE_SERVER: IRow = { holder: 'server', byHand: false, obstacle: () => null };

/** Best first. The compiler wants a row for every source. */
const ROWS: Readonly<Record<SourceName, IRow>> = {
  'managed-identity': ASK_THE_SERVER,
  'connect-to-azure': ASK_THE_SERVER,
  'azure-cli': ASK_THE_SERVER,
  // A configured app is the administrator's own choice, also where no registration is needed.
  popup: {
    holder: 'tab',
    byHand: true,
    obstacle: ({ clientId }) => (clientId === null ? 'no_client_id' : null)
  },
  loopback: { holder: 'server', byHand: true, obstacle: ({ place }) => place },
  // Last, because phishing likes it best and many tenants forbid it.
  'device-code': { holder: 'server', byHand: true, obstacle: () => null }
};

const NAMES = Object.keys(ROWS) as readonly SourceName[];

/** Every source: those that are open, best first, then the others with what is in their way. */
export function chooseSources(facts: IFacts): IChoice[] {
  const choices = NAMES.map(name => ({ name, obstacle: obstacleTo(name, facts) }));
  return [
    ...choices.filter(({ obstacle }) => obstacle === null),
    ...choices.filter(({ obstacle }) => obstacle !== null)
  ];
}

/** Those that take the user's hand, likewise. */
export function chooseWays(facts: IFacts): IChoice<WayName>[] {
  return chooseSources(facts).filter((choice): choice is IChoice<WayName> => isWay(choice.name));
}

/** Whether the server half has anything to hold. */
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
