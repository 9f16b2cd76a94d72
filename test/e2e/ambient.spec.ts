import { ALICE, ASSIGNED, VM, WRITE } from './ambient-cells';
import { type Hosts, type IMachine, expect, test } from './ambient-fixtures';
import { filesBelow, type ISecret, kindsFoundIn, piecesOf, secretsOf } from './secret-scan';

const COMPUTE = 'Azure Machine Learning compute instance';

interface ICase {
  readonly machine: IMachine;
  readonly singleSignOn?: boolean;
  readonly host: string;
  readonly whose: typeof ALICE;
}

const CASES: Readonly<Record<string, ICase>> = {
  'a compute instance with single sign-on': {
    machine: {
      place: 'compute-instance',
      variables: { APPSETTING_WEBSITE_SITE_NAME: null },
      mark: true
    },
    singleSignOn: true,
    host: `${COMPUTE} lab-1`,
    whose: ALICE
  },
  'a compute instance without it, told by its variable alone': {
    machine: { place: 'compute-instance' },
    host: COMPUTE,
    whose: VM
  },
  'Azure Notebooks': { machine: { place: 'azure-notebooks' }, host: 'Azure Notebooks', whose: VM },
  'App Service': { machine: { place: 'app-service' }, host: 'Azure App Service', whose: VM },
  'Azure Arc': { machine: { place: 'arc' }, host: 'Azure Arc', whose: VM },
  'a pod with workload identity': {
    machine: { place: 'aks' },
    host: 'Kubernetes with workload identity',
    whose: ASSIGNED
  },
  'a virtual machine': { machine: { place: 'imds' }, host: 'Azure virtual machine', whose: VM }
};

/** What the hosts issued, and the key that they require. */
function secretsIn({ secret, tokens }: Hosts['shared']): ISecret[] {
  return [secret, ...tokens.flatMap(piecesOf)].map(value => ({ kind: 'of a host', value }));
}

async function filesWith(folder: string, secrets: readonly ISecret[]): Promise<string[]> {
  const files = await filesBelow(folder);
  return files.filter(file => kindsFoundIn(file, secrets).length > 0).map(({ name }) => name);
}

for (const [title, { machine, singleSignOn = false, host, whose }] of Object.entries(CASES)) {
  test(`no click is needed on ${title}`, async ({ on, hosts, answer, azure }) => {
    answer({ singleSignOn });
    const { jupyter, lab } = await on(machine);
    await lab.open(await jupyter.write('machine.ipynb', [WRITE]));
    await lab.showPanel();
    await expect(lab.panel).toContainText(host);
    await expect(lab.panel).toContainText(whose.name);
    await expect(lab.panel).toContainText('signed in automatically');
    await lab.run(0);
    await expect(lab.output(0)).toHaveText(`written by ${whose.oid}`);
    await lab.page.keyboard.press('Control+s');
    const secrets = [...secretsIn(hosts.shared), ...(await secretsOf(azure.controlUrl))];
    expect(await filesWith(jupyter.folder, secrets)).toEqual([]);
  });
}
