import { writeReport } from './src/report/write-report.ts';
import { madeUpReport } from './test/report/made-up-report.ts';
writeReport('/tmp/rep/made-up', madeUpReport());
