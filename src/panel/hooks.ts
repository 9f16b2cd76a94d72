import type { ISignal } from '@lumino/signaling';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

/** Milliseconds between updates of relative times, unless a component counts down. */
const CLOCK_TICK_MS = 30_000;

/**
 * Return a value that is replaced as a whole whenever its signal emits. Unlike `useState` and
 * `useEffect`, this misses no change between the first render and the effect.
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
 * Return the time, in milliseconds since the epoch.
 *
 * @param active - Whether it is visible; otherwise the clock stops.
 * @param tick - Milliseconds between updates.
 */
export function useNow(active: boolean, tick = CLOCK_TICK_MS): number {
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

/** Whether `subject` has stayed the same for this number of milliseconds. */
export function useSettled(milliseconds: number, subject: unknown): boolean {
  // Remembers the subject, not only a flag: the render with a new one must not see the old answer.
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
