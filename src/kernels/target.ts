/** The comm target; also the prefix of every name of this extension. */
export const TARGET = 'jupyter-azure-auth';

/** In `sessionStorage`: which kernels hold which tokens. */
export const GRANTS_KEY = `${TARGET}:kernels`;
