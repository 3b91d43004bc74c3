/** Does what needs rights that this user lacks, in the folder that it is started in, and prints what came of it. */
import { isUserError } from '../../../src/core/index.ts';
import { createHost } from '../../../src/host/index.ts';

const { files, processes } = createHost({ workspace: process.cwd(), environment: process.env, quiet: true });
const outcome = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    return (await work()) ?? 'done';
  } catch (error) {
    return isUserError(error) ? error.problem.found : `a fault: ${String(error)}`;
  }
};
process.stdout.write(
  JSON.stringify({
    user: processes.platform.userId,
    globUnreadable: await outcome(() => files.glob(['**'])),
    globElsewhere: await outcome(() => files.glob(['sealed-tree/**'])),
    read: await outcome(() => files.read('secret-file')),
    list: await outcome(() => files.list('secret-folder')),
    statBelow: await outcome(() => files.stat('secret-folder/x')),
    write: await outcome(() => files.write('sealed-tree/new', 'x')),
    copyUnreadable: await outcome(() => files.copyTree('.', 'copy-all')),
    copySealed: await outcome(() => files.copyTree('sealed-tree', 'copy-sealed')),
    removeSealed: await outcome(() => files.remove('copy-sealed')),
    left: await outcome(() => files.stat('copy-sealed')),
    run: (await processes.run({ argv: ['./secret-file'], folder: '.', env: {} })).startError,
  }),
);
