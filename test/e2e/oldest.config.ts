import { OLDEST_VENV } from '../../setup/project.mjs';
import config from './playwright.config';

/** The main job again, in the oldest supported JupyterLab and ipykernel. */
process.env['JUPYTER_VENV'] = OLDEST_VENV;

export default {
  ...config,
  projects: [{ name: 'oldest', testMatch: '*.oldest.ts' }],
  outputDir: '../../test-results/e2e-oldest',
  reporter: 'list'
};
