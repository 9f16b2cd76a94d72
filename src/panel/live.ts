import type { ISignal } from '@lumino/signaling';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

/** How often relative times are written anew, in milliseconds, unless somebody counts. */
const TICK = 30_000;

/**
 * A value that is replaced as a whole whenever its signal emits. Unlike `useState` and `useEffect`,
 * loses no change between the first render and the effect.
 */
export function useSignalled<S, T>(signal: ISignal<S, unknown>, read: () => T): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      signal.connect(changed);
      return () => void signal.disconnect(changed);
    },
    [signal]
  );
  return useSyncExternalStore(subscribe, read);
}

/**
 * The time, in milliseconds since the epoch.
 *
 * @param active - Whether anybody can see it; the clock stands still for nobody.
 * @param tick - How often it is looked at, in milliseconds.
 */
export function useNow(active: boolean, tick = TICK): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) {
      return;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), tick);
    return () => clearInterval(timer);
  }, [active, tick]);
  return now;
}

/** Whether `subject` has stayed the same for so many milliseconds. */
export function useSettled(milliseconds: number, subject: unknown): boolean {
  // Which subject, not only whether: the render that brings a new one must not see the old answer.
  const [settled, setSettled] = useState<{ readonly subject: unknown } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ subject }), milliseconds);
    return () => {
      clearTimeout(timer);
      setSettled(null);
    };
  }, [milliseconds, subject]);
  return settled !== null && settled.subject === subject;
}
