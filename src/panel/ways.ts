import type { IAzureWay, WayName, WayObstacle } from '../tokens';

/** The way that a click on the main button takes; null if none is open. */
export function bestWay(ways: readonly IAzureWay[]): IAzureWay | null {
  return ways.find(({ obstacle }) => obstacle === null) ?? null;
}

/** What keeps a way from being open; null if nothing does, or there is no such way. */
export function obstacleOf(ways: readonly IAzureWay[], name: WayName): WayObstacle | null {
  return wayNamed(ways, name)?.obstacle ?? null;
}

export function wayNamed(ways: readonly IAzureWay[], name: WayName): IAzureWay | null {
  return ways.find(way => way.name === name) ?? null;
}
