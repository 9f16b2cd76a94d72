import type { IStoredSignIns } from './page-auth';

export const NOTHING_STORED: IStoredSignIns = { erasing: false, restorable: [] };
