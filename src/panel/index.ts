export { azureIcon } from './icon';
export { KernelList } from './kernel-list';
export { AzurePanel } from './panel';
export { Person } from './person';
export { Problem } from './problem';
export { resourceName } from './resources';
export { SessionView } from './session-view';
export { WaitingList } from './waiting-list';
