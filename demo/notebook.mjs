/** The user's copy of the notebook. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, program } from '../setup/project.mjs';

/** What a kernel says about its language, which JupyterLab writes into each notebook. */
const LANGUAGE = `
import json, platform
print(json.dumps({
    "name": "python", "version": platform.python_version(), "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3}, "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python", "file_extension": ".py",
}))`;

/**
 * Copies the notebook, unless there is a copy: the user's changes survive the next start. The copy
 * names the kernel's language, so that JupyterLab does not show it as changed when it is opened.
 *
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<string>} The folder of the copy.
 */
export async function workingCopy(folder, name) {
  const notebooks = join(folder, 'notebooks');
  await mkdir(notebooks, { recursive: true });
  const { stdout } = await promisify(execFile)(program('python'), ['-c', LANGUAGE]);
  const notebook = JSON.parse(await readFile(join(ROOT, 'demo', name), 'utf8'));
  notebook.metadata.language_info = JSON.parse(stdout);
  const text = `${JSON.stringify(notebook, null, 1)}\n`;
  await writeFile(join(notebooks, name), text, { flag: 'wx' }).catch(error => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  return notebooks;
}
