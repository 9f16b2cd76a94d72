/**
 * Code that is loaded when a sign-in becomes likely, not with the page. It is loaded all at once,
 * with what a click in the panel opens: the bundler makes a single module of it, which is smaller
 * than a chunk of many, or than several chunks. In this order, it is smallest: what is alike is near
 * each other.
 */
export { confirmSignOut } from './panel/confirm-sign-out';
export { PanelBody } from './panel/body';
export { NotebookControl } from './widget/notebook-control';
export { WaitingView } from './widget/waiting-view';
export { settingField } from './settings-editor/field';
export { notifyOfWaiting } from './panel/notification';
export { createProviders } from './providers/create-providers';
export { ServerExtensionClient } from './server-api/client';
export { ConfiguredAuth } from './auth/configured-auth';
export { readConfig } from './auth/read-config';
export { createTokenServices } from './kernels/create-token-services';
