import type { BrowserContext, Route } from '@playwright/test';
import type { Jupyter } from './jupyter';

/** What a page gets instead of an answer of the server. */
export interface IFault {
  answer: (route: Route) => Promise<void>;
  /** Number of requests it has answered. */
  times: number;
}

/** Let a route of the server answer like this, until its answer is changed. */
export async function faultAt(
  context: BrowserContext,
  name: string,
  answer: IFault['answer']
): Promise<IFault> {
  const fault: IFault = { answer, times: 0 };
  await context.route(new RegExp(`/azure-auth/${name}(\\?|$)`), async route => {
    await fault.answer(route);
    fault.times += 1;
  });
  return fault;
}

/** The account that the server holds, requested without the browser and its faults. */
export async function accountOf({ url, token }: Jupyter): Promise<unknown> {
  const answer = await fetch(`${url}azure-auth/session`, {
    method: 'POST',
    headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
    body: '{}'
  });
  return ((await answer.json()) as { account: unknown }).account;
}
