import type { ServerConnection } from '@jupyterlab/services';
import { fieldsOf, listOf, numberOf, ServerExtensionClient, textOf } from './client';

/** A token that a process got or was refused, without the token. */
export interface IActivity {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly process: 'kernel' | 'program' | 'page';
  readonly kernelId: string | null;
  /** The name of the kernel's notebook or console, if a page knew it. */
  readonly name: string | null;
  /** Whether it was a program that ran the cell, as the page found. */
  readonly byProgram: boolean;
  readonly resource: string;
  /** `issued`, or an error code. */
  readonly result: string;
  readonly accountId: string | null;
  readonly username: string | null;
  readonly source: string | null;
  /** The token's id in Entra's sign-in logs. */
  readonly uti: string | null;
  readonly reportedBy: 'server' | 'page';
}

/**
 * Return the activity log of the server extension, newest first.
 *
 * @throws As `ServerExtensionClient.post`.
 */
export async function readActivity(settings: ServerConnection.ISettings): Promise<IActivity[]> {
  const answer = await new ServerExtensionClient(settings).post('activity');
  return listOf(answer, 'activity').flatMap(readEntry);
}

/** @returns Nothing for an entry that this version does not know. */
function readEntry(data: unknown): IActivity[] {
  const fields = fieldsOf(data);
  const text = (name: string): string | null => textOf(fields, name);
  const [time, process] = [numberOf(fields, 'time'), fields.get('process')];
  const [id, resource, result] = [text('id'), text('resource'), text('result')];
  if (process !== 'kernel' && process !== 'program' && process !== 'page') {
    return [];
  }
  return time !== null && id !== null && resource !== null && result !== null
    ? [
        {
          ...{ id, resource, result, process, time: time * 1000 },
          ...{ kernelId: text('kernel_id'), name: text('name'), accountId: text('account_id') },
          ...{ username: text('username'), source: text('source'), uti: text('uti') },
          byProgram: fields.get('by_program') === true,
          reportedBy: text('reported_by') === 'page' ? 'page' : 'server'
        }
      ]
    : [];
}
