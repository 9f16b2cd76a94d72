import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ServiceManager } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ServerExtensionClient } from '../server-api/client';
import type { IPageAuth } from '../auth/page-auth';
import { isHeldByServer } from '../auth/account';
import { SignOutBroadcast } from '../auth/sign-out-broadcast';
import type { AzureAuthState, IAzureAuth } from '../tokens';
import { AccountPins } from './account-pins';
import { accessControl, type ISettingsSource } from './access-control';
import { ActivityRecorder } from './activity';
import type { KernelConnections } from './connections';
import { explain } from './error-text';
import { GrantStore } from './grants';
import { PageClients } from './page-clients';
import { ProcessResponder } from './process-responder';
import { ServerGrantImporter } from './server-grants';
import { isShared, Sharing } from './sharing';
import { TabResponder } from './tab-responder';
import { KernelTokenService } from './token-service';
import { answerSender } from './transport';

/** What is needed from JupyterLab. */
type App = Pick<JupyterFrontEnd, 'listPlugins'> & {
  readonly serviceManager: Pick<ServiceManager.IManager, 'kernels' | 'sessions'> &
    Partial<Pick<ServiceManager.IManager, 'user'>>;
};

interface IParts {
  readonly app: App;
  readonly auth: IPageAuth;
  readonly connections: KernelConnections;
  readonly registry: ISettingsSource | null;
  readonly server: ServerExtensionClient;
  readonly trans: TranslationBundle;
}

/** The service of this page, and what answers the processes below the server. */
export interface ITokenServices {
  readonly kernels: KernelTokenService;
  readonly processes: ProcessResponder;
  /** Answers the other tabs of this browser. */
  readonly tabs: TabResponder;
}

/** Create what serves the requests of kernels and of processes below the server. */
export function createTokenServices(parts: IParts): ITokenServices {
  const { app, auth, connections, registry, server, trans } = parts;
  const services = app.serviceManager;
  const nameless = trans.__('A kernel');
  const sharing = new Sharing(() => isShared(server, app));
  const onDenied = (): void => kernels.withdrawAll();
  const labelOf = (kernelId: string): string =>
    [...services.sessions.running()].find(({ kernel }) => kernel?.id === kernelId)?.name ??
    nameless;
  const access = accessControl({ auth, sharing, registry, server, labelOf, onDenied });
  const kernels = new KernelTokenService({
    auth,
    connections,
    grants: new GrantStore(window.sessionStorage),
    pins: new AccountPins(server.baseUrl, new SignOutBroadcast(server.baseUrl)),
    send: answerSender(connections, services.kernels),
    explain: (code, error) => explain(code, error, trans),
    activity: new ActivityRecorder(server),
    pageClients: new PageClients(server, connections),
    userName: () => services.user?.identity?.display_name ?? '',
    ...{ sharing, access, nameless }
  });
  kernels.catchUp();
  whenHeldByServer(auth, () => {
    new ServerGrantImporter({ auth, server, services, tokenService: kernels, nameless });
  });
  dropEndedKernels(services, kernels);
  followRenames(services, kernels);
  const processes = new ProcessResponder({ auth, access, server, tokenService: kernels, trans });
  return { kernels, processes, tabs: new TabResponder({ auth, server }) };
}

/** Forget the grants of kernels that were shut down, even before they are loaded here. */
function dropEndedKernels({ kernels }: App['serviceManager'], service: KernelTokenService): void {
  const retain = (): void =>
    service.retainKernels(new Set([...kernels.running()].map(({ id }) => id)));
  kernels.runningChanged.connect(retain);
  // A server that does not answer says nothing about kernels.
  kernels.ready.then(retain, () => undefined);
}

/** Name kernels after their notebooks, which can be renamed while they run. */
function followRenames({ sessions }: App['serviceManager'], service: KernelTokenService): void {
  const follow = (): void => service.rename([...sessions.running()]);
  sessions.runningChanged.connect(follow);
  sessions.ready.then(follow, () => undefined);
}

/** Call `begin` once, as soon as there is a sign-in that kernels can use without a page. */
function whenHeldByServer(auth: IPageAuth, begin: () => void): void {
  const onState = (_: IAzureAuth, state: AzureAuthState): void => {
    if (isHeldByServer(state)) {
      auth.stateChanged.disconnect(onState);
      begin();
    }
  };
  auth.stateChanged.connect(onState);
  onState(auth, auth.state);
}
