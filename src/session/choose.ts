import type { LoopbackObstacle, SourceName } from '../tokens';

/** All that the choice of a source depends on, as plain data: one row of the truth table. */
export interface IFacts {
  /** Client id of the configured single-page app, or null. */
  readonly clientId: string | null;
  /** Why Jupyter's own port cannot take the answer of a sign-in; null if it can. */
  readonly obstacle: LoopbackObstacle | null;
  /** What the administrator allows, or null for everything. */
  readonly allowed: readonly string[] | null;
}

/** Best first. The compiler wants a row for every source. */
const FITS: Readonly<Record<SourceName, (facts: IFacts) => boolean>> = {
  // A configured app is the administrator's own choice, also where no registration is needed.
  popup: facts => facts.clientId !== null,
  loopback: facts => facts.obstacle === null
};

/** The sources that can sign a user in, best first; empty when none can. */
export function chooseSources(facts: IFacts): SourceName[] {
  return (Object.keys(FITS) as SourceName[]).filter(
    source => FITS[source](facts) && (facts.allowed?.includes(source) ?? true)
  );
}
