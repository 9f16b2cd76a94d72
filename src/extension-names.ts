/** The name of this extension; also its comm target and the prefix of its other names. */
export const EXTENSION_NAME = 'jupyter-azure-auth';

/** In `sessionStorage`: which kernels hold which tokens. */
export const GRANTS_KEY = `${EXTENSION_NAME}:kernels`;
