import { Lab } from './lab';
import { Notebook } from './notebook';

/** The front ends that do the same work, each in a tab of the same server. */
export const FRONT_ENDS = { JupyterLab: Lab, 'Jupyter Notebook 7': Notebook };

export type FrontEndName = keyof typeof FRONT_ENDS;

export const FRONT_END_NAMES = Object.keys(FRONT_ENDS) as FrontEndName[];
