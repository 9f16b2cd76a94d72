/**
 * Code that is not loaded with the page, but when a sign-in becomes likely, all of it at once: the
 * bundler makes one module of it, which is smaller than a chunk of many.
 */
export { explain } from './kernels/explain';
export { isShared } from './kernels/is-shared';
export { Meanwhile } from './kernels/meanwhile';
export { PanelBody } from './panel/body';
export { notifyOfWaiting } from './panel/notification';
export { resourceName } from './panel/resources';
export { Identity } from './session/identity';
export { readConfiguration } from './session/read-configuration';
export { ServerHalf } from './session/server-half';
export { openSources } from './sources/open-sources';
export { NotebookControl } from './widget/notebook-control';
export { Waiting } from './widget/waiting';
