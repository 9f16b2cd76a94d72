import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId, useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { codeCells, filled } from './code-cells';
import {
  currentCloud,
  type IAzureResource,
  type ISubscription,
  readResources,
  readSubscriptions,
  reasonOf
} from './resource-manager';
import { TextButton } from './button';
import { useLatest } from './hooks';

interface IProps {
  readonly auth: Pick<IPageAuth, 'getToken'>;
  /** Called with the code of a cell that uses the chosen resource. */
  readonly onChosen: (code: string) => void;
  readonly trans: TranslationBundle;
}

interface IFound {
  /** Index in `CLOUDS`. */
  readonly cloud: number;
  readonly subscriptions: readonly ISubscription[];
  readonly subscription: string;
  readonly resources: readonly IAzureResource[];
}

/** Lists the resources of a subscription that a cell can use, once the user asks. */
export function ResourceChooser({ auth, onChosen, trans }: IProps): JSX.Element {
  const [found, setFound] = useState<IFound | null>(null);
  const [message, setMessage] = useState('');
  const reading = trans.__('Loading your resources…');
  const follow = useLatest();
  const run = (answer: Promise<IFound>): void => {
    setMessage(reading);
    follow(
      answer,
      all => {
        setFound(all);
        setMessage(
          all.resources.length === 0 ? trans.__('There are no resources to choose from.') : ''
        );
      },
      error => setMessage(reasonOf(error, trans))
    );
  };
  return (
    <div className="jp-AzurePanel-choose">
      {found === null ? (
        <TextButton
          label={trans.__('Choose from my resources')}
          isBusy={message === reading}
          onPress={() => run(readAll(auth))}
        />
      ) : (
        <>
          <SubscriptionChooser
            found={found}
            onChosen={subscription => {
              const chosen = { ...found, subscription, resources: [] };
              setFound(chosen);
              run(readIn(auth, chosen));
            }}
            trans={trans}
          />
          <Resources found={found} onChosen={onChosen} />
        </>
      )}
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {message}
      </p>
    </div>
  );
}

interface ISubscriptionProps {
  readonly found: IFound;
  readonly onChosen: (subscription: string) => void;
  readonly trans: TranslationBundle;
}

function SubscriptionChooser({ found, onChosen, trans }: ISubscriptionProps): JSX.Element {
  const id = useId();
  return (
    <div className="jp-AzurePanel-lines">
      <label htmlFor={id}>{trans.__('Subscription')}</label>
      <select id={id} value={found.subscription} onChange={({ target }) => onChosen(target.value)}>
        {found.subscriptions.map(one => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Resources({ found, onChosen }: Pick<IProps, 'onChosen'> & { readonly found: IFound }) {
  const { cloud, subscription, resources } = found;
  const cells = codeCells(cloud);
  return (
    <ul className="jp-AzurePanel-lines">
      {resources.map(resource => {
        const isMeant = ({ type }: { type: string }): boolean =>
          type.toLowerCase() === resource.type.toLowerCase();
        const cell = cells.find(isMeant);
        return (
          cell && (
            <li key={`${resource.type} ${resource.group} ${resource.name}`}>
              <TextButton
                label={resource.name}
                onPress={() => onChosen(filled(cell.code, subscription, resource))}
              />{' '}
              <span className="jp-AzurePanel-aside">{cell.product}</span>
            </li>
          )
        );
      })}
    </ul>
  );
}

async function readAll(auth: IProps['auth']): Promise<IFound> {
  const cloud = await currentCloud(auth);
  const subscriptions = await readSubscriptions(auth, cloud);
  const [first] = subscriptions;
  const none = { cloud, subscriptions, subscription: '', resources: [] };
  return first === undefined ? none : readIn(auth, { ...none, subscription: first.id });
}

/** Return what is found, with the resources of its subscription. */
async function readIn(auth: IProps['auth'], found: IFound): Promise<IFound> {
  const { cloud, subscription } = found;
  const types = codeCells(cloud).map(({ type }) => type);
  return { ...found, resources: await readResources(auth, cloud, subscription, types) };
}
