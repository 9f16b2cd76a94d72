/** What jsdom lacks, but every browser that runs JupyterLab has. */
if (typeof window !== 'undefined') {
  // Lumino extends it when it is loaded.
  globalThis.DragEvent ??= /** @type {typeof DragEvent} */ (class extends MouseEvent {});
  // JupyterLab's toolkit asks it for forced colors when it is loaded.
  window.matchMedia ??= media =>
    /** @type {MediaQueryList} */ (
      Object.assign(new EventTarget(), { media, matches: false, onchange: null })
    );
  CSSStyleSheet.prototype.replaceSync ??= () => undefined;
  document.adoptedStyleSheets ??= [];
  const { BroadcastChannel } = require('node:worker_threads');
  globalThis.BroadcastChannel ??= /** @type {typeof globalThis.BroadcastChannel} */ (
    class extends BroadcastChannel {
      /** @param {string} name */
      constructor(name) {
        super(name);
        // A page that is left open must not keep jest.
        this.unref();
      }
    }
  );
  // Never: a page that is left open must not keep jest.
  AbortSignal.timeout ??= () => new AbortController().signal;
  crypto.randomUUID ??= require('node:crypto').randomUUID;
  window.requestIdleCallback ??= callback =>
    Number(setTimeout(() => callback({ didTimeout: false, timeRemaining: () => 0 })));
}
