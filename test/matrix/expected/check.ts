import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';

/** Sentences about what is wrong with a cell; none is fine. */
export type Check = (told: Told, cell: Cell) => readonly string[];
