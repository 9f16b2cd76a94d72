import type { IStoredSignIns } from '../tokens';

export const NOTHING_STORED: IStoredSignIns = { erasing: false, restorable: [] };
