import { expect, type Locator } from '@playwright/test';
import { KERNEL_START, Lab } from './lab';

/**
 * Jupyter Notebook 7 in a tab, served by the same server as JupyterLab. It has no status bar, its
 * sidebars are hidden, and each notebook is a tab of its own.
 */
export class Notebook extends Lab {
  override async open(path: string): Promise<void> {
    await this.goTo('notebooks', path);
    await this.ready();
  }

  override async ready(): Promise<void> {
    await this.page.locator('.jp-NotebookPanel:visible .jp-Cell').first().waitFor();
    // The indicator says idle before there is a kernel, too.
    await expect(this.page.locator('.jp-Toolbar-kernelName')).toHaveText('Python 3 (ipykernel)');
    await expect(this.indicator).toHaveAttribute('data-status', 'idle', { timeout: KERNEL_START });
  }

  /** At the right of the menu bar, where a new user finds Azure. */
  get item(): Locator {
    return this.page.locator('#menu-panel #azure-auth-status').getByRole('button');
  }

  override async showPanel(): Promise<void> {
    if (!(await this.panel.isVisible())) {
      await this.item.click();
    }
    await this.panel.waitFor();
  }
}
