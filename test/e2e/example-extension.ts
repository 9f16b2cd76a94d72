import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { mustRun } from '../../setup/command.mjs';
import { CACHE, program, ROOT } from '../../setup/project.mjs';

/** Of the command that the example adds. */
export const EXAMPLE_COMMAND = 'my-extension:list-subscriptions';

/**
 * Build the extension that `docs/extension-api.md` shows, as its readers do: with its
 * `package.json`, and this package as a dependency.
 *
 * @param folder - Where to put the prebuilt extension.
 */
export async function buildExample(folder: string): Promise<void> {
  const page = await readFile(join(ROOT, 'docs', 'extension-api.md'), 'utf8');
  await mkdir(CACHE, { recursive: true });
  // In this repository, whose `node_modules` hold what an extension builds with.
  const project = await mkdtemp(join(CACHE, 'example-'));
  try {
    const shown = JSON.parse(block(page, 'json')) as { jupyterlab: object };
    const manifest = {
      ...{ name: 'my-extension', version: '1.0.0', main: 'lib/index.js', ...shown },
      devDependencies: { '@jupyter/builder': '*' },
      jupyterlab: { extension: true, outputDir: 'labextension', ...shown.jupyterlab }
    };
    await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
    await mkdir(join(project, 'node_modules'));
    await symlink(ROOT, join(project, 'node_modules', 'jupyter-azure-auth'), 'junction');
    const compilerOptions = { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(block(page, 'typescript'), { compilerOptions });
    await mkdir(join(project, 'lib'));
    await writeFile(join(project, 'lib', 'index.js'), outputText);
    await mustRun('The build of the example', program('jupyter-builder'), ['build', project], {
      limitSeconds: 120
    });
    await rename(join(project, 'labextension'), folder);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

function block(page: string, language: string): string {
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
}
