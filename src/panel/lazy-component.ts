import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

/** Milliseconds after which a component is loaded again if the server did not answer. */
const RETRY_MS = 5_000;

/**
 * Return a component that is loaded when it is first shown. Unlike `lazy`, it is loaded again after
 * a failure: React would remove all that it is part of, until the page is loaded again.
 */
export function lazyComponent<Props>(
  load: () => Promise<ComponentType<Props>>
): LazyExoticComponent<ComponentType<Props>> {
  const attempt = (): Promise<{ default: ComponentType<Props> }> =>
    load().then(
      component => ({ default: component }),
      () => new Promise(resolve => setTimeout(resolve, RETRY_MS)).then(attempt)
    );
  return lazy(attempt);
}
