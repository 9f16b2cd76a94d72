/**
 * Code that is loaded when a sign-in becomes likely, not with the page. It is loaded all at once:
 * the bundler makes a single module of it, which is smaller than a chunk of many. In this order, it
 * is smallest: what is alike is near each other.
 */
export { PanelBody } from './panel/body';
export { confirmSignOut } from './panel/confirm-sign-out';
export { notifyOfWaiting } from './panel/notification';
export { NotebookControl } from './widget/notebook-control';
export { WaitingView } from './widget/waiting-view';
export { createProviders } from './providers/create-providers';
export { ServerExtensionClient } from './server-api/client';
export { ConfiguredAuth } from './auth/configured-auth';
export { messageFor } from './auth/messages';
export { CLOUD_NAMES, popupSettings } from './auth/popup-settings';
export { readConfig } from './auth/read-config';
export { readServerConfig } from './auth/server-config';
export { createTokenServices } from './kernels/create-token-services';
