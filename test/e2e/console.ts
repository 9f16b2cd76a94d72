import { expect, type Locator } from '@playwright/test';
import { dialogOf, runCommand } from './commands';
import type { Lab } from './lab';

/** The console in front. */
export class Console {
  private constructor(private readonly lab: Lab) {}

  /** Open a console with its own kernel. */
  static async open(lab: Lab): Promise<Console> {
    await runCommand(lab, 'New Console');
    await dialogOf(lab).getByRole('button', { name: 'Select Kernel' }).click();
    return Console.inFront(lab);
  }

  /** Open one on the kernel of the notebook in front. */
  static async ofNotebook(lab: Lab): Promise<Console> {
    await runCommand(lab, 'New Console for Notebook');
    return Console.inFront(lab);
  }

  private static async inFront(lab: Lab): Promise<Console> {
    const console = new Console(lab);
    // The prompt is created again when the kernel has introduced itself.
    await expect(console.root.locator('.jp-CodeConsole-banner')).toContainText('Python');
    await console.prompt.waitFor();
    return console;
  }

  /** Run code without waiting for its end. */
  async run(code: string): Promise<void> {
    await this.prompt.click();
    await this.lab.page.keyboard.insertText(code);
    await this.lab.page.keyboard.press('Shift+Enter');
  }

  /** Output of the code that was run last. */
  get output(): Locator {
    return this.root
      .locator('.jp-CodeConsole-content .jp-CodeCell')
      .last()
      .locator('.jp-OutputArea-output');
  }

  private get prompt(): Locator {
    return this.root.locator('.jp-CodeConsole-promptCell .cm-content');
  }

  private get root(): Locator {
    return this.lab.page.locator('.jp-ConsolePanel:visible');
  }
}
