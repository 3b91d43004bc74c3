/** A save that ends itself with SIGKILL before a given step: `crashing-save.ts STEP FOLDER…`, the private key in KEY. Prints `acknowledged` when it got to the end. */
import { readSigningKey } from '../../../../src/gates/snapshot-compare/store/pointer.ts';
import { openFolders, save } from './support.ts';

const [step = '0', ...folders] = process.argv.slice(2);
const signer = readSigningKey(process.env.KEY ?? '');
let steps = 0;
const store = openFolders(folders, signer, () => {
  if (++steps === Number(step)) process.kill(process.pid, 'SIGKILL');
});
await save(store, signer, 'v1', { a: 'after', b: 'kept', c: 'new' });
process.stdout.write('acknowledged');
