import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import type { Jupyter } from './jupyter';

/** A user of the local Azure. */
export interface IUser {
  readonly username: string;
  readonly password: string;
}

/** How long a kernel may take to start on a busy machine, in milliseconds. */
export const KERNEL_START = 120_000;

/** JupyterLab in a tab, as the user sees it. */
export class Lab {
  constructor(
    readonly page: Page,
    private readonly jupyter: Pick<Jupyter, 'url' | 'token'>,
    /** Tabs of one workspace share their layout; each test has its own. */
    private readonly workspace: string
  ) {}

  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Azure', exact: true });
  }

  /** Notifications in the corner of the window. */
  get notifications(): Locator {
    return this.page.locator('.Toastify__toast');
  }

  /** Open a notebook and wait until its kernel is idle. */
  async open(path: string): Promise<void> {
    await this.goTo(`lab/workspaces/${this.workspace}/tree`, path);
    await this.ready();
  }

  /** @param view - Of the front end, below the server's address. */
  protected async goTo(view: string, path: string): Promise<void> {
    const { url, token } = this.jupyter;
    const place = path.split('/').map(encodeURIComponent).join('/');
    // A Hub's users log in at the Hub.
    const login = token === '' ? '' : `?token=${token}`;
    await this.page.goto(`${url}${view}/${place}${login}`);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.jp-Notebook .jp-Cell').first().waitFor();
  }

  /** Wait until the notebook in front has a kernel that is idle. */
  async ready(): Promise<void> {
    await this.page.locator('.jp-NotebookPanel:visible .jp-Cell').first().waitFor();
    // The notebook's own indicator says idle before there is a kernel.
    await expect(this.page.locator('#jp-main-statusbar')).toContainText('| Idle', {
      timeout: KERNEL_START
    });
    await this.kernelIs('idle');
  }

  async kernelIs(status: 'idle' | 'busy'): Promise<void> {
    await expect(this.indicator).toHaveAttribute('data-status', status);
  }

  get indicator(): Locator {
    return this.page.locator('.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator');
  }

  async showPanel(): Promise<void> {
    if (!(await this.panel.isVisible())) {
      await this.page.locator('.jp-SideBar [data-id="azure-auth-panel"]').click();
    }
    await this.panel.waitFor();
  }

  /** Click Sign in in the panel, and fill in the form of the window that opens. */
  async signIn(user: IUser): Promise<void> {
    await this.showPanel();
    const popup = await this.askToSignIn();
    await authenticate(popup, user);
    await expect(this.panel.getByText(user.username)).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.button('Sign out').click();
    await expect(this.button('Sign in')).toBeVisible();
  }

  /** Click the panel's button to sign in. @returns The window that opens. */
  askToSignIn(): Promise<Page> {
    return this.popupOf(() => this.signInButton.click());
  }

  get signInButton(): Locator {
    return this.button('Sign in').or(this.button('Continue signing in'));
  }

  /** The window that a click opens. */
  async popupOf(click: () => Promise<void>): Promise<Page> {
    const opened = this.page.waitForEvent('popup');
    await click();
    return opened;
  }

  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  cell(index: number): Locator {
    return this.page.locator('.jp-NotebookPanel:visible .jp-Notebook .jp-CodeCell').nth(index);
  }

  /** Run a cell without waiting for its end. */
  async run(index: number): Promise<void> {
    const failed = this.output(this.latest).filter({
      hasText: 'Traceback (most recent call last)'
    });
    if ((await failed.count()) > 0) {
      // Between the error and the end of its cell, ipykernel aborts what it is asked.
      await this.kernelIs('idle');
    }
    this.latest = index;
    await this.cell(index).locator('.jp-InputArea-editor').click();
    await this.page.keyboard.press('Control+Enter');
  }

  output(index: number): Locator {
    return this.cell(index).locator('.jp-OutputArea-output');
  }

  /** Index of the cell that was run last. */
  private latest = 0;
}

/**
 * Sign in at the local authority, in the window that it shows: with a password, or as an account
 * that this browser has been signed in with before.
 */
export async function authenticate(popup: Page, user: IUser): Promise<void> {
  const username = popup.getByLabel('User name');
  const other = popup.getByRole('button', { name: 'Use another account' });
  await expect(username.or(other)).toBeVisible();
  if (await other.isVisible()) {
    const known = popup.getByRole('button', { name: user.username, exact: true });
    if (await known.isVisible()) {
      await known.click();
      return;
    }
    await other.click();
  }
  await typePassword(popup, user);
}

/** Fill in the form of the local authority. */
export async function typePassword(popup: Page, user: IUser): Promise<void> {
  await popup.getByLabel('User name').fill(user.username);
  await popup.getByLabel('Password').fill(user.password);
  await popup.getByRole('button', { name: 'Sign in' }).click();
}

/** Click for a code, and take it to the page where it has to be entered. */
export async function takeCode(lab: Lab): Promise<Page> {
  const context = lab.page.context();
  await forgetAccounts(context);
  await lab.showPanel();
  await lab.button('Sign in with a code').click();
  await expect(lab.panel.getByRole('code')).toHaveText(/^[A-Z2-9]{9}$/);
  const code = await lab.panel.getByRole('code').innerText();
  const opened = context.waitForEvent('page');
  await lab.button('Copy and open login.microsoftonline.com').click();
  const page = await opened;
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Next' }).click();
  return page;
}

/** Sign in at that page. @param answer - Whether the user began this: `Continue` or `Cancel`. */
export async function answerCode(page: Page, user: IUser, answer: string): Promise<void> {
  await typePassword(page, user);
  await page.getByRole('button', { name: answer }).click();
}

/** Make the local authority ask for a password again: it knows no account of this browser. */
export function forgetAccounts(context: BrowserContext): Promise<void> {
  return context.clearCookies({ name: /^local-azure-/ });
}

/**
 * Return a function that runs a step at an authority that behaves well and knows no account of this
 * browser, whatever the steps before it have changed.
 */
export function stepsAtFreshAuthority(
  configure: (settings: object) => Promise<void>,
  context: BrowserContext
): (title: string, run: () => Promise<void>) => Promise<void> {
  return (title, run) =>
    test.step(title, async () => {
      await configure({ reset: true });
      await forgetAccounts(context);
      await run();
    });
}
