import { LabIcon } from '@jupyterlab/ui-components';
import azureSvg from '../../style/icons/azure.svg';

/** A person and a key. */
export const azureIcon = new LabIcon({ name: 'jupyter-azure-auth:azure', svgstr: azureSvg });
