/**
 * Code that is loaded when a sign-in becomes likely, not with the page. It is loaded all at once:
 * the bundler makes a single module of it, which is smaller than a chunk of many.
 */
export { createTokenServices } from './kernels/create-token-services';
export { PanelBody } from './panel/body';
export { confirmSignOut } from './panel/confirm-sign-out';
export { notifyOfWaiting } from './panel/notification';
export { ConfiguredAuth } from './auth/configured-auth';
export { readConfig } from './auth/read-config';
export { ServerExtensionClient } from './server-api/client';
export { createProviders } from './providers/create-providers';
export { NotebookControl } from './widget/notebook-control';
export { WaitingView } from './widget/waiting-view';
export { messageFor } from './auth/messages';
export { CLOUD_NAMES, popupSettings } from './auth/popup-settings';
export { readServerConfig } from './auth/server-config';
