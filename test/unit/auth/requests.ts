import type { IPopupConfiguration } from '../../../src/auth/config';
import { STORAGE } from '../panel/fixtures';

export const TOKEN_REQUEST = { scopes: STORAGE };
export const POPUP: IPopupConfiguration = {
  clientId: '11111111-2222-3333-4444-555555555555',
  authority: 'https://login.microsoftonline.com/organizations',
  authorityMetadata: null,
  redirectUri: 'https://lab.example/redirect.html',
  cloud: 'AzureCloud'
};
