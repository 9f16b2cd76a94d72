import type { IAzureWay, WayName, WayObstacle } from '../tokens';

/** Return the method that the main button uses; null if none is available. */
export function bestWay(ways: readonly IAzureWay[]): IAzureWay | null {
  return ways.find(({ obstacle }) => obstacle === null) ?? null;
}

/** Return the obstacle to a method; null if there is none, or no such method. */
export function obstacleOf(ways: readonly IAzureWay[], name: WayName): WayObstacle | null {
  return wayNamed(ways, name)?.obstacle ?? null;
}

export function wayNamed(ways: readonly IAzureWay[], name: WayName): IAzureWay | null {
  return ways.find(way => way.name === name) ?? null;
}
