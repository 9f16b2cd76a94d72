import kernelAccount from '../../style/kernel-account.raw.css';
import select from '../../style/select.raw.css';
import folded from '../../style/folded.raw.css';
import panel from '../../style/panel.raw.css';

/**
 * The styles of the panel and of the sign-in in cells, added to the document when this module is
 * imported. Not as an element: the page without a front end allows no inline styles.
 */
const styles = new CSSStyleSheet();
styles.replaceSync([kernelAccount, select, folded, panel].join('\n'));
document.adoptedStyleSheets.push(styles);
