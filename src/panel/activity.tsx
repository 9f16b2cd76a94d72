import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { activityOfPage } from '../kernels/activity';
import { type IActivity, readActivity } from '../server-api/activity';
import type { IKernelGrant } from '../tokens';
import { TextButton } from './button';
import { Details } from './details';
import { formatClock, formatExact } from './format-time';
import { useRead } from './hooks';
import { resourceName } from './resource-names';

/** Lines shown; the export contains all entries. */
const MAX_LINES = 50;

interface IProps {
  readonly settings: ServerConnection.ISettings;
  /** Name the kernels of entries that the server made. A new list means new activity. */
  readonly grants: readonly IKernelGrant[];
  readonly trans: TranslationBundle;
}

/** An entry as users read it. */
interface ILine {
  readonly entry: IActivity;
  readonly process: string;
  readonly resource: string;
  readonly result: string;
}

/** Which process got or was refused a token, when, for what and as which account; folded. */
export function Activity(props: IProps): JSX.Element {
  return (
    <Details className="jp-AzurePanel-more" label={props.trans.__('Activity')}>
      <Entries {...props} />
    </Details>
  );
}

function Entries({ settings, grants, trans }: IProps): JSX.Element {
  const [filter, setFilter] = useState('');
  const entries = useRead(async () => {
    // Without a server extension, or with an older one, the page has only its own.
    const ofServer = await readActivity(settings).catch((): IActivity[] => []);
    return mergeActivity(ofServer, activityOfPage());
  }, [settings, grants]);
  const lines = (entries ?? []).map(entry => lineOf(entry, grants, trans));
  const shown = lines.filter(line => matches(line, filter));
  return (
    <div className="jp-AzurePanel-activity">
      <input
        type="search"
        className="jp-AzurePanel-filter"
        aria-label={trans.__('Filter the activity')}
        placeholder={trans.__('Filter')}
        value={filter}
        onChange={event => setFilter(event.target.value)}
      />
      {entries !== null && shown.length === 0 && (
        <p className="jp-AzurePanel-aside">
          {lines.length === 0
            ? trans.__('No process has asked for a token yet.')
            : trans.__('No entry contains this text.')}
        </p>
      )}
      <ul className="jp-AzurePanel-ways">
        {shown.slice(0, MAX_LINES).map(line => (
          <Line key={line.entry.id} line={line} />
        ))}
      </ul>
      {shown.length > MAX_LINES && (
        <p className="jp-AzurePanel-aside">
          {trans.__('%1 older entries are in the export.', shown.length - MAX_LINES)}
        </p>
      )}
      <div className="jp-AzurePanel-links">
        <TextButton
          label={trans.__('Export as JSON')}
          onPress={() => save(shown.map(({ entry }) => entry))}
        />
      </div>
    </div>
  );
}

function Line({ line: { entry, process, resource, result } }: { line: ILine }): JSX.Element {
  return (
    <li>
      <div className="jp-AzurePanel-kernelHead">
        <span>{process}</span>
        <time title={formatExact(entry.time)} dateTime={new Date(entry.time).toISOString()}>
          {formatClock(entry.time)}
        </time>
      </div>
      <div className="jp-AzurePanel-aside">
        <div title={entry.resource}>{resource}</div>
        <div>{result}</div>
      </div>
    </li>
  );
}

/** Return the entries of both, newest first; the server repeats what this page has reported. */
export function mergeActivity(
  ofServer: readonly IActivity[],
  own: readonly IActivity[]
): readonly IActivity[] {
  const known = new Set(ofServer.map(({ id }) => id));
  return [...ofServer, ...own.filter(({ id }) => !known.has(id))].sort(
    (one, other) => other.time - one.time
  );
}

function lineOf(
  entry: IActivity,
  grants: readonly IKernelGrant[],
  trans: TranslationBundle
): ILine {
  const { process, kernelId, name, resource, result, username, byProgram } = entry;
  const label = name ?? grants.find(grant => grant.kernelId === kernelId)?.label;
  const processes = {
    kernel: byProgram
      ? trans.__('%1, run by a program', label ?? trans.__('A kernel'))
      : (label ?? trans.__('A kernel')),
    program: trans.__('A program'),
    page: trans.__('A page of this server')
  };
  return {
    ...{ entry, process: processes[process], resource: resourceName([resource]) },
    result:
      result === 'issued'
        ? trans.__('Got a token as %1', username ?? '?')
        : trans.__('Refused: %1', result)
  };
}

function matches({ process, resource, result, entry }: ILine, filter: string): boolean {
  const text = [process, resource, result, entry.resource].join(' ').toLowerCase();
  return text.includes(filter.trim().toLowerCase());
}

/** Save the entries as a file. Times are in UTC, as in Entra's logs. */
function save(entries: readonly IActivity[]): void {
  const texts = entries.map(entry => ({ ...entry, time: new Date(entry.time).toISOString() }));
  const blob = new Blob([JSON.stringify(texts, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = 'azure-activity.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
