/** Milliseconds between checks: the window may show the authority's page only briefly. */
const WINDOW_POLL_MS = 100;

/** Checks that must see that page: Chromium shows it for one while it severs the opener. */
const MIN_OPEN_SIGHTINGS = 2;

/** Checks in a row that must find it closed: the response may be on its way. */
const MIN_CLOSED_SIGHTINGS = 20;

/**
 * Detect that the user closed the sign-in window, which MSAL.js 5 does not: it waits for its whole
 * timeout instead.
 *
 * A page that sends `Cross-Origin-Opener-Policy` severs the relation to its opener, and `closed`
 * then reads true while the window is open. It is believed if the window was seen open on the
 * authority's own pages, where the relation was not severed; otherwise only while this page has the
 * focus.
 *
 * @param opened - The window, on its way to the authority.
 * @param onClosed - Called once.
 * @returns A function that stops watching.
 */
export function watchPopup(opened: Window, onClosed: () => void): () => void {
  let onAuthority = 0;
  let closed = 0;
  const timer = window.setInterval(() => {
    onAuthority += !opened.closed && isElsewhere(opened) ? 1 : 0;
    const isCredible = onAuthority >= MIN_OPEN_SIGHTINGS || document.hasFocus();
    closed = opened.closed && isCredible ? closed + 1 : 0;
    if (closed === MIN_CLOSED_SIGHTINGS) {
      stop();
      onClosed();
    }
  }, WINDOW_POLL_MS);
  const stop = (): void => window.clearInterval(timer);
  return stop;
}

/** Whether the window shows a page of another origin, so that its address cannot be read. */
function isElsewhere(opened: Window): boolean {
  try {
    return opened.location.href === '';
  } catch {
    return true;
  }
}
