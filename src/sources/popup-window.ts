/** Milliseconds between two looks at the window: it may show the authority for a moment only. */
const LOOK = 100;

/** Looks that must find it there: while Chromium cuts the tie, it can be seen there for one. */
const SEEN = 2;

/** Looks in a row that must find it closed: the answer may be on its way meanwhile. */
const SURE = 20;

/**
 * Notice that the user closed the sign-in window, which MSAL.js 5 does not: it waits for its whole
 * time-out instead.
 *
 * A page that sends `Cross-Origin-Opener-Policy` cuts the tie to its opener, and `closed` then
 * reads true while the window is open. It counts for a window that was seen open on the authority's
 * own pages, where no such tie was cut; for any other, only while the user is back at this page.
 *
 * @param opened - The window, on its way to the authority.
 * @param onClosed - Called once.
 * @returns Ends the watch.
 */
export function watchPopup(opened: Window, onClosed: () => void): () => void {
  let onAuthority = 0;
  let closed = 0;
  const timer = window.setInterval(() => {
    onAuthority += !opened.closed && isElsewhere(opened) ? 1 : 0;
    const isCredible = onAuthority >= SEEN || document.hasFocus();
    closed = opened.closed && isCredible ? closed + 1 : 0;
    if (closed === SURE) {
      stop();
      onClosed();
    }
  }, LOOK);
  const stop = (): void => window.clearInterval(timer);
  return stop;
}

/** Whether the window shows a page of another origin: then its address cannot be read. */
function isElsewhere(opened: Window): boolean {
  try {
    return opened.location.href === '';
  } catch {
    return true;
  }
}
