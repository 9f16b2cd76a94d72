/** Holds events back, in order, until the code that handles them is loaded. */
export class DeferredEvents {
  /** @param load - Loads the handlers; called again if it has failed. */
  constructor(private readonly load: () => Promise<unknown>) {}

  /** Load the handlers, and hold events back until then. Calling it again has no effect. */
  begin(): void {
    if (this.#held !== null || this.#isLoaded) {
      return;
    }
    const held: (() => void)[] = [];
    this.#held = held;
    this.load().then(
      () => {
        this.#isLoaded = true;
        this.#held = null;
        held.forEach(emit => emit());
      },
      // The server is gone as well. A kernel that still waits asks again, which repeats this.
      () => void (this.#held = null)
    );
  }

  /** Emit an event now or later; never if it came before `begin`, since it is then moot. */
  deliver(emit: () => void): void {
    if (this.#held !== null) {
      this.#held.push(emit);
    } else if (this.#isLoaded) {
      emit();
    }
  }

  #held: (() => void)[] | null = null;
  #isLoaded = false;
}
