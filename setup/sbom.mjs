/** The software bill of materials: the third-party code in the wheel, and its dependencies. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './command.mjs';
import { ROOT, program } from './project.mjs';

/** Written by the build: the packages in the scripts of the extension and of the page. */
const LICENSES = ['labextension/static', 'server/page/static'].map(
  folder => `jupyter_azure_auth/${folder}/third-party-licenses.json`
);

/** Of the installed project, without the optional ones. */
const REQUIRES = `
import json
from importlib.metadata import requires
from packaging.requirements import Requirement
needed = [Requirement(one) for one in requires("jupyter-azure-auth") or []]
print(json.dumps([[one.name, str(one.specifier)] for one in needed if "extra" not in str(one.marker)]))
`;

/**
 * @returns {Promise<object>} In the format CycloneDX 1.5. The same build produces the same text.
 */
export async function billOfMaterials() {
  const read = async (/** @type {string} */ path) =>
    JSON.parse(await readFile(join(ROOT, path), 'utf8'));
  const { name, version } = await read('package.json');
  const lists = await Promise.all(LICENSES.map(read));
  const packages = new Map(
    lists.flatMap(list => list.packages).map(one => [`${one.name}@${one.versionInfo}`, one])
  );
  const requires = JSON.parse(
    await mustRun('Reading the dependencies', program('python'), ['-c', REQUIRES])
  );
  const ref = `pkg:pypi/${name}@${version}`;
  const bundled = [...packages.values()].map(
    (/** @type {{name: string, versionInfo: string, licenseId: string}} */ one) =>
      component('npm', one.name, one.versionInfo, {
        licenses: [{ license: { id: one.licenseId } }]
      })
  );
  const needed = requires.map((/** @type {[string, string]} */ [one, specifier]) =>
    component('pypi', one, null, {
      properties: [{ name: 'jupyter-azure-auth:specifier', value: specifier }]
    })
  );
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'library', 'bom-ref': ref, name, version, purl: ref } },
    components: [...bundled, ...needed],
    dependencies: [{ ref, dependsOn: [...bundled, ...needed].map(one => one['bom-ref']) }]
  };
}

/**
 * @param {'npm' | 'pypi'} type
 * @param {string} name
 * @param {string | null} version - Null if the user's environment decides.
 * @param {object} more
 */
function component(type, name, version, more) {
  const at = version === null ? '' : `@${version}`;
  const purl = `pkg:${type}/${name.replace('@', '%40')}${at}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    ...(version === null ? {} : { version }),
    purl,
    ...more
  };
}
