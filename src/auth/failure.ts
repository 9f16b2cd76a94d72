import type {
  AzureAuthErrorCode,
  AzureProblemCode,
  IAzureProblem,
  IAzureTokenRequest
} from '../tokens';
import { AzureAuthError } from './errors';

/** The error codes of problems, as far as they are not `failed`. */
const ERROR_CODES: Readonly<Partial<Record<AzureProblemCode, AzureAuthErrorCode>>> = {
  sign_in_ended: 'sign_in_required',
  other_tab_closed: 'sign_in_required',
  consent_required: 'consent_required',
  interaction_required: 'consent_required',
  kernel_access_denied: 'denied',
  agent_access_denied: 'denied',
  access_revoked: 'denied',
  wrong_tenant: 'wrong_tenant',
  unknown_tenant: 'wrong_tenant',
  network: 'unavailable',
  busy: 'unavailable',
  no_answer: 'unavailable',
  keychain: 'unavailable',
  untrusted_certificate: 'unavailable',
  forbidden: 'unavailable',
  foreign_origin: 'unavailable',
  insecure_page: 'unavailable',
  other_cloud: 'unavailable',
  not_configured: 'unavailable',
  bad_configuration: 'unavailable'
};

/** Return the error for a problem, whose code decides what other extensions are told. */
export function failure(
  code: AzureProblemCode,
  request: IAzureTokenRequest | null,
  more: Partial<IAzureProblem> = {}
): AzureAuthError {
  return new AzureAuthError(ERROR_CODES[code] ?? 'failed', {
    detail: null,
    ...more,
    code,
    request
  });
}
