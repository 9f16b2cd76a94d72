/**
 * Replaces what this package uses from `@jupyterlab/services`, which as a whole is several times as
 * large.
 */
export { EventManager } from '@jupyterlab/services/lib/event';
export { KernelManager } from '@jupyterlab/services/lib/kernel';
export * as KernelMessage from '@jupyterlab/services/lib/kernel/messages';
export { ServerConnection } from '@jupyterlab/services/lib/serverconnection';
export { SessionManager } from '@jupyterlab/services/lib/session';
