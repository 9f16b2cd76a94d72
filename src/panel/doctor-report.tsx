import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { fieldsOf, ServerExtensionClient, ServerExtensionError } from '../server-api/client';
import { CopyButton } from './copy-button';
import { useRead } from './hooks';

interface IFinding {
  readonly state: 'ok' | 'note' | 'wrong' | 'skipped';
  readonly check: string;
  readonly text: string;
  readonly remedy: string | null;
}

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly trans: TranslationBundle;
  /** Whether the browser lets this page open windows. */
  readonly popups: boolean;
}

/** What is wrong with the installation, and what to do, as the page and the server see it. */
export function DoctorReport({ settings, trans, popups }: IProps): JSX.Element {
  const findings = useRead(
    async () => [...pageFindings(popups, trans), ...(await serverFindings(settings, trans))],
    []
  );
  if (findings === null) {
    return <p role="status">{trans.__('Checking. This takes a few seconds.')}</p>;
  }
  const important = findings.filter(({ state }) => state === 'wrong' || state === 'note');
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  return (
    <>
      <p role="status">
        {wrong === 0
          ? trans.__('The checks found no problems.')
          : trans._n('%1 problem found.', '%1 problems found.', wrong)}
      </p>
      <ul className="jp-AzurePanel-ways">
        {important.map(({ state, check, text, remedy }, index) => (
          <li key={index}>
            <strong>{`${state === 'wrong' ? trans.__('Wrong') : trans.__('Note')}: ${check}`}</strong>
            <span>{text}</span>
            {remedy !== null && <span>{remedy}</span>}
          </li>
        ))}
      </ul>
      <div className="jp-AzurePanel-links">
        <CopyButton
          label={trans.__('Copy report')}
          text={findings.map(asLine).join('\n')}
          trans={trans}
        />
      </div>
    </>
  );
}

/** What only the page can see. */
function pageFindings(popups: boolean, trans: TranslationBundle): IFinding[] {
  return [
    finding(
      'secure context',
      window.isSecureContext,
      trans.__('This page can use the browser’s cryptography.'),
      trans.__(
        'This page uses plain http, so the browser blocks the cryptography that sign-in needs.'
      ),
      trans.__('Open JupyterLab over https, or at localhost.')
    ),
    finding(
      'pop-up windows',
      popups,
      trans.__('The browser lets this page open windows.'),
      trans.__('The browser blocks the sign-in window.'),
      trans.__('Allow pop-ups for this page in the browser’s address bar.')
    ),
    finding(
      'cookies',
      navigator.cookieEnabled,
      trans.__('The browser stores cookies.'),
      trans.__('The browser does not store cookies, so Microsoft’s page cannot sign you in.'),
      trans.__('Allow cookies for this page and for Microsoft’s.')
    )
  ];
}

function finding(
  check: string,
  isOk: boolean,
  ok: string,
  wrong: string,
  remedy: string
): IFinding {
  return isOk
    ? { state: 'ok', check, text: ok, remedy: null }
    : { state: 'wrong', check, text: wrong, remedy };
}

/** What the server finds; if it does not answer, why. */
async function serverFindings(
  settings: ServerConnection.ISettings,
  trans: TranslationBundle
): Promise<IFinding[]> {
  try {
    const findings = (await new ServerExtensionClient(settings).post('doctor')).get('findings');
    return Array.isArray(findings) ? findings.map(readFinding) : [];
  } catch (error) {
    return [whyNoAnswer(error, trans)];
  }
}

function whyNoAnswer(error: unknown, trans: TranslationBundle): IFinding {
  const { code, status } = error instanceof ServerExtensionError ? error : { code: '', status: 0 };
  if (code === 'foreign_origin') {
    return {
      state: 'wrong',
      check: 'host header',
      text: trans.__('A proxy changes the Host header, so the server refuses this page.'),
      remedy: trans.__('Configure the proxy to keep the Host header.')
    };
  }
  if (code === 'forbidden') {
    return {
      state: 'note',
      check: 'server',
      text: trans.__('Other users have access to this server, so this page cannot check it.'),
      remedy: trans.__('Run “jupyter azure-auth doctor” in a terminal.')
    };
  }
  return {
    state: 'wrong',
    check: 'server',
    text:
      status === 404
        ? trans.__('The server extension is missing, disabled or older than this page.')
        : trans.__('The Jupyter server does not respond.'),
    remedy: trans.__('Install jupyter-azure-auth where the Jupyter server runs, then restart it.')
  };
}

function readFinding(data: unknown): IFinding {
  const fields = fieldsOf(data);
  const state = fields.get('state');
  const remedy = fields.get('remedy');
  return {
    state: state === 'ok' || state === 'note' || state === 'wrong' ? state : 'skipped',
    check: String(fields.get('check')),
    text: String(fields.get('text')),
    remedy: typeof remedy === 'string' ? remedy : null
  };
}

function asLine({ state, check, text, remedy }: IFinding): string {
  return `${state}: ${check}: ${text}${remedy === null ? '' : ` → ${remedy}`}`;
}
