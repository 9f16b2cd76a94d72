import { OLDEST_VENV } from '../../setup/project.mjs';
import config from './playwright.config';

/** The main job once more, in the oldest JupyterLab and ipykernel that are supported. */
process.env['JUPYTER_VENV'] = OLDEST_VENV;

export default {
  ...config,
  testMatch: '*.oldest.ts',
  outputDir: '../../test-results/e2e-oldest',
  reporter: 'list'
};
