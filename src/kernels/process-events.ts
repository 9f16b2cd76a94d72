import type { Event } from '@jupyterlab/services';
import type { DeferredEvents } from './deferred-events';
import type { LazyTokenService } from './lazy-token-service';

/** The event with which the server tells pages that a process waits for a token. */
const PROCESS_REQUEST = 'https://jupyter-azure-auth/process-request/v1';

/** The event with which it tells pages that a tab asks for another tab's sign-in. */
const TAB_REQUEST = 'https://jupyter-azure-auth/tab-request/v1';

/** Answer processes below the server, and other tabs, which it announces on its event socket. */
export function followProcesses(
  events: Pick<Event.IManager, 'stream'>,
  tokenService: LazyTokenService,
  deferred: DeferredEvents
): void {
  events.stream.connect((_, { schema_id, request_id }) => {
    // Without an answer, another page answers, or none.
    if (schema_id === PROCESS_REQUEST) {
      deferred.begin();
      tokenService.answerProcess(String(request_id)).catch(() => undefined);
    } else if (schema_id === TAB_REQUEST) {
      tokenService.answerTab(String(request_id)).catch(() => undefined);
    }
  });
}
