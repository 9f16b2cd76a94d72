/**
 * What the panel loads when a user opens one part of it, all parts at once: together they are much
 * smaller than as chunks of their own, and the next click waits for nothing.
 */
export { AccountMenu } from './account-menu';
export { Activity } from './activity';
export { DoctorReport } from './doctor-report';
export { InsertCode } from './insert-code';
export { testAccess } from './test-access';
