import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';
import { type IIdentityEndpoint, identityEndpoint } from '../server-api/identity-endpoint';
import type { IAzureSignedIn } from '../tokens';
import { Button, Switch } from './button';
import { useLatest } from './hooks';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly signedIn: IAzureSignedIn;
  /** Whether the panel asks the user something else: it asks one thing at a time. */
  readonly isAsking: boolean;
  readonly trans: TranslationBundle;
}

/** A switch for whether programs that do not know this extension can use the sign-in. */
export function ProgramAccessToggle(props: IProps): JSX.Element | null {
  const { settings, signedIn, isAsking, trans } = props;
  const [current, setCurrent] = useState<IIdentityEndpoint | null>(null);
  const [hasAnswered, setAnswered] = useState(false);
  const follow = useLatest();
  const isUser = !signedIn.ambient;
  const turn = (enabled?: boolean): void => {
    const keep = (): void => setCurrent(shown => shown && { ...shown });
    follow(identityEndpoint(settings, enabled), setCurrent, keep);
  };
  useEffect(() => {
    if (isUser) {
      turn();
    }
  }, [isUser]);
  if (!isUser || current === null) {
    return null;
  }
  if (current.offered) {
    const answer = (enabled: boolean): void => {
      setAnswered(true);
      turn(enabled);
    };
    return isAsking ? null : <ProgramAccessOffer onAnswer={answer} trans={trans} />;
  }
  return (
    <>
      <Switch
        // In place of the button that was clicked.
        autoFocus={hasAnswered}
        checked={current.enabled}
        disabled={current.remedy !== null}
        onChange={({ target }) => turn(target.checked)}
      >
        {trans.__('Let other programs use this sign-in')}
      </Switch>
      <p className="jp-AzurePanel-aside">
        {current.remedy ??
          (current.enabled
            ? trans.__(
                'Kernels can now use any Azure SDK. Restart running kernels, except Python kernels.'
              )
            : trans.__('For Azure SDKs in any language, such as DefaultAzureCredential.'))}
      </p>
    </>
  );
}

/** Offers, once for a server, that programs that do not know this extension use the sign-in. */
function ProgramAccessOffer({
  onAnswer,
  trans
}: {
  readonly onAnswer: (enabled: boolean) => void;
  readonly trans: TranslationBundle;
}): JSX.Element {
  return (
    <div role="group" aria-label={trans.__('Other programs')} className="jp-AzurePanel-session">
      <p className="jp-AzurePanel-sentence">
        {trans.__(
          'Let other programs use this sign-in? Notebooks with DefaultAzureCredential and Azure SDKs in any language then work without changes.'
        )}
      </p>
      <Button label={trans.__('Turn on')} onPress={() => onAnswer(true)} />
      <Button label={trans.__('Not now')} onPress={() => onAnswer(false)} />
    </div>
  );
}
