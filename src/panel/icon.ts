import { LabIcon } from '@jupyterlab/ui-components';
import azureSvg from '../../style/icons/azure.svg';

/** A person and a key. */
export const azureIcon = new LabIcon({ name: 'jupyter-azure-auth:azure', svgstr: azureSvg });

/** The same with a badge: the user has something to do. */
export const attentionIcon = new LabIcon({
  name: 'jupyter-azure-auth:attention',
  svgstr: azureSvg.replace(
    '</svg>',
    '<circle class="jp-icon-warn0" cx="19" cy="5" r="4.5" fill="#e65100"/></svg>'
  )
});
