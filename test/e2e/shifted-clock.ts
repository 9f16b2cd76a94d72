/** Move the clock of a page ahead or back by this number of milliseconds. Runs in the page. */
export function shiftClock(by: number): void {
  const Real = Date;
  const now = (): number => Real.now() + by;
  window.Date = class extends Real {
    constructor(...parts: unknown[]) {
      super(...((parts.length === 0 ? [now()] : parts) as [number]));
    }

    static override now(): number {
      return now();
    }
  } as DateConstructor;
}
