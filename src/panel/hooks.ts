import type { ISignal } from '@lumino/signaling';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureAccount } from '../tokens';
import {
  type DependencyList,
  type FocusEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore
} from 'react';

/**
 * Milliseconds within which waiting cells get their tokens after a sign-in. The user is not
 * prompted again for requests that are about to be served.
 */
export const GRANT_DELAY_MS = 1_500;

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

/** Where the accounts are that the user can switch to. */
export type AccountsAuth = Pick<IPageAuth, 'others' | 'candidatesChanged' | 'stateChanged'>;

/** Return the accounts that the user can switch to, even after another tab has changed them. */
export function useOthers(auth: AccountsAuth): readonly IAzureAccount[] {
  // A value that is equal as long as the accounts are.
  const read = (): string => JSON.stringify(auth.others);
  useSignalled(auth.candidatesChanged, read);
  useSignalled(auth.stateChanged, read);
  return auth.others;
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

/**
 * Return what was read; null until it has been. It is read again when a dependency changes.
 *
 * @param read - Returns null to keep what was read before. Does not throw.
 */
export function useRead<T>(read: () => Promise<T | null>, dependencies: DependencyList): T | null {
  const [value, setValue] = useState<T | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void read().then(found => isCurrent && found !== null && setValue(found));
    return () => {
      isCurrent = false;
    };
  }, dependencies);
  return value;
}

type Follow = <T>(
  answer: Promise<T>,
  apply: (value: T) => void,
  explain: (error: unknown) => void
) => void;

/** Return a function that applies an answer unless a later one has been requested since. */
export function useLatest(): Follow {
  const latest = useRef<unknown>();
  return (answer, apply, explain) => {
    latest.current = answer;
    const isLatest = (): boolean => latest.current === answer;
    void answer.then(
      value => isLatest() && apply(value),
      error => isLatest() && explain(error)
    );
  };
}

interface ICopy {
  readonly copied: boolean;
  readonly copy: (text: string) => void;
}

/**
 * Return a copy function, and whether the last copy succeeded: insecure pages have no clipboard.
 */
export function useCopy(): ICopy {
  const [copied, setCopied] = useState(false);
  return {
    copied,
    copy: text => {
      navigator.clipboard?.writeText(text).then(
        () => setCopied(true),
        () => setCopied(false)
      );
    }
  };
}

interface IFocusRecovery {
  readonly ref: RefObject<HTMLDivElement>;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
}

/**
 * Keep the focus of keyboard users when the focused button disappears because it has done its work:
 * the focus moves to the first remaining button. Spread the result on a container.
 */
export function useFocusRecovery(): IFocusRecovery {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (last.current && !last.current.isConnected) {
      last.current = null;
      ref.current?.querySelector('button')?.focus();
    }
  });
  return {
    ref,
    onFocus: event => {
      last.current = event.target;
    },
    // React does not fire `blur` if its own removal of an element caused it.
    onBlur: () => {
      last.current = null;
    }
  };
}
