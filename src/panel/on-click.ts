/**
 * What the panel loads when a user opens one part of it. All parts load at once: together, they are
 * much smaller than as separate chunks, and the next click does not wait.
 */
export { AccountMenu } from './account-menu';
export { Activity } from './activity';
export { DoctorReport } from './doctor-report';
export { InsertCode } from './insert-code';
export { testAccess } from './test-access';
