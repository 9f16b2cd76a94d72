/**
 * Milliseconds within which waiting cells get their tokens after a sign-in. The user is not
 * prompted again for requests that are about to be served.
 */
export const GRANT_DELAY_MS = 1_500;
