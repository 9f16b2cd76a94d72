/** Generated from `jupyter_azure_auth/validation.json` by `npm run generate`. */

export const GUID = /^(?:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/u;
export const DOMAIN =
  /^(?:([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])$/u;
export const MAX_DOMAIN_LENGTH = 253;
export const UNRESTRICTED_TENANTS = ['common', 'organizations', 'consumers'];
export const SCOPE = /^(?:[!-~]{1,512})$/u;
export const MAX_SCOPES = 20;
export const RESERVED_SCOPES = ['openid', 'profile', 'offline_access'];
export const MAX_NAME_LENGTH = 320;
export const MAX_CLAIMS_LENGTH = 8192;

/** Of scopes without one. */
export const DEFAULT_RESOURCE = 'https://graph.microsoft.com';
