/** Child process of the kill test: places holds until it is killed, printing each command's id only after its commit. */
import { writeSync } from 'node:fs';
import { openStore } from '../../db/open.ts';
import { hold, KEY, must } from './fixture.ts';

const [file = '', round = ''] = process.argv.slice(2);
const store = openStore({ file, key: KEY });
for (let n = 0; ; n += 1) {
  let ids = 0;
  const saved = must(hold(store, { newId: () => { ids += 1; return `r${round}-${n}-${ids}`; } }));
  writeSync(1, `${saved.commandId}\n`);
}
