import type { BrowserContext, Page } from '@playwright/test';
import { expect, type LocalAzure } from './fixtures';
import type { Jupyter } from './jupyter';
import { placeOfBrowser, placesOfPage, placesOnWire } from './secret-places';
import { filesBelow, kindsFoundIn, secretsOf, statesOf } from './secret-scan';
import { Wire } from './wire';

const AUTHORITY = 'https://login.microsoftonline.com';

/** Everything that a browser's pages exchange, with the answers of the server extension. */
export class PageTraffic {
  readonly wire: Wire;
  readonly answers: string[] = [];

  private constructor(private readonly context: BrowserContext) {
    this.wire = new Wire(context);
  }

  static async record(context: BrowserContext): Promise<PageTraffic> {
    const traffic = new PageTraffic(context);
    // After a window is closed, its messages can no longer be read.
    await context.route(/\/azure-auth\//, async route => {
      const response = await route.fetch();
      traffic.answers.push(await response.text());
      await route.fulfill({ response });
    });
    return traffic;
  }

  /** From now on, record requests only. */
  async leaveAnswers(): Promise<void> {
    await this.context.unrouteAll({ behavior: 'ignoreErrors' });
  }
}

/** Kinds of secrets, and where a sign-in that the server holds has to have them. */
interface IExpectedSecrets {
  readonly issued: readonly string[];
  /** In the answers of the server extension to its pages. */
  readonly answered: readonly string[];
  /** In what the authority has a browser post to the root of the server. */
  readonly posted: readonly string[];
}

/** Look for every secret in every place; a failure names the place and the kind of secret. */
export async function expectNoSecrets(
  { page, jupyter, azure }: { page: Page; jupyter: Jupyter; azure: LocalAzure },
  { wire, answers }: PageTraffic,
  { issued, answered, posted }: IExpectedSecrets
): Promise<void> {
  const secrets = [...(await secretsOf(azure.controlUrl)), ...statesOf(wire)];
  const root = `request POST ${jupyter.url}`;
  const places = [
    ...(await filesBelow(jupyter.folder)),
    ...(await placesOfPage(page)),
    ...(await placesOnWire(wire, AUTHORITY)),
    await placeOfBrowser(page),
    { name: 'addresses', text: wire.requests.map(addressOf).join('\n') }
  ];
  for (const place of places.filter(({ name }) => name !== root)) {
    expect.soft(kindsFoundIn(place, secrets), place.name).toEqual([]);
  }
  expect(await page.evaluate(() => Object.keys(localStorage).join(' '))).not.toContain('proof');
  const names = places.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['file jupyter.log', 'messages from kernels']));
  expect(secrets.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...issued]));

  const kindsIn = (texts: readonly string[]): Set<string> =>
    new Set(kindsFoundIn({ name: '', text: texts.join('\n') }, secrets));
  const atRoot = places.filter(({ name }) => name === root).map(({ text }) => text);
  expect(kindsIn(atRoot)).toEqual(new Set(posted));
  expect(kindsIn(answers)).toEqual(new Set(answered));
}

/** Of everything but the authority, which has to receive the state. */
function addressOf(request: { url(): string }): string {
  return request.url().startsWith(AUTHORITY) ? '' : request.url();
}
