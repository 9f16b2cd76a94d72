import { useLayoutEffect, useState } from 'react';

/** Positions of the cards that are in the page. */
const taken = new Set<number>();

/**
 * Return the position of a card among those in the page, from 1: the lowest one that is free. With
 * it, no two landmarks share a name.
 */
export function useCardPosition(): number {
  const [position, setPosition] = useState(1);
  useLayoutEffect(() => {
    let free = 1;
    while (taken.has(free)) {
      free += 1;
    }
    taken.add(free);
    setPosition(free);
    return () => void taken.delete(free);
  }, []);
  return position;
}
