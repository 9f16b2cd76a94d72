import {
  EventManager,
  KernelManager,
  ServerConnection,
  SessionManager
} from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';
import { createRoot } from 'react-dom/client';
import '../../style/page.css';
import { createAuth } from '../auth/create-auth';
import { KernelConnections } from '../kernels/connections';
import { createTokenServices } from '../kernels/create-token-services';
import { DeferredEvents } from '../kernels/deferred-events';
import { LazyTokenService } from '../kernels/lazy-token-service';
import { OwnClientIds } from '../kernels/own-client-ids';
import { followProcesses } from '../kernels/process-events';
import { ServerExtensionClient } from '../server-api/client';
import { readSettings } from './settings';
import { openDocument } from './open-document';
import { Page } from './page';

/** This page is at `<base>/azure-auth/`. */
const baseUrl = new URL('..', window.location.href).href;

/** Show the sign-in of the server's user, and answer processes as JupyterLab does. */
function start(host: HTMLElement): void {
  const serverSettings = ServerConnection.makeSettings({ baseUrl, token: '' });
  const trans = nullTranslator.load('jupyter-azure-auth');
  const registry = { load: (plugin: string) => readSettings(serverSettings, plugin) };
  const auth = createAuth(serverSettings, registry.load('jupyter-azure-auth:session'));
  const connections = new KernelConnections(new OwnClientIds(window.sessionStorage));
  const { events, ...serviceManager } = createServices(serverSettings);
  const app = { listPlugins: () => [], serviceManager };
  const server = new ServerExtensionClient(serverSettings);
  const kernels = new LazyTokenService(() =>
    Promise.resolve(createTokenServices({ app, auth, connections, registry, server, trans }))
  );
  const deferred = new DeferredEvents(() => kernels.load());
  deferred.begin();
  followProcesses(events, kernels, deferred);
  void auth.prepare();
  // No notebook is open here.
  const commands = { execute: openDocument(baseUrl), isEnabled: () => false };
  createRoot(host).render(<Page {...{ auth, kernels, trans, commands, serverSettings }} />);
}

/** What this page needs from JupyterLab's services, for its lifetime. */
function createServices(serverSettings: ServerConnection.ISettings) {
  const kernels = new KernelManager({ serverSettings });
  return {
    kernels,
    sessions: new SessionManager({ serverSettings, kernelManager: kernels }),
    events: new EventManager({ serverSettings })
  };
}

start(document.getElementById('page')!);
