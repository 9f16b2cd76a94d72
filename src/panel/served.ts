/**
 * After a sign-in, waiting cells get their tokens within this time, in milliseconds. Nobody is
 * asked again about what is about to go on by itself.
 */
export const SERVED_WITHIN = 1_500;
