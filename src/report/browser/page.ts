/** What runs in the reader's browser: curves that switch, tables that sort, and files to take away. */
import './curves.ts';
import { addFigureFiles, addTableFiles } from './downloads.ts';
import { makeSortable } from './run-table.ts';

const runs = document.querySelector<HTMLTableElement>('#run-table table');
if (runs) makeSortable(runs);
addTableFiles();
addFigureFiles();
