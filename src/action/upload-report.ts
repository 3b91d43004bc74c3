import { messageOf } from '../core/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { besideBundle } from '../suite/bundle-folder.ts';
import { writeReport } from '../suite/write-report.ts';
import type { Runner } from './runner.ts';

/**
 * Uploads the report un-zipped, under a name of its own for each attempt; its address. A page that cannot be made never hides the decision: that is
 * said, and the rest goes on.
 */
export async function uploadReport(runner: Runner, bundle: string): Promise<string | undefined> {
  const { core, github, ports } = runner;
  try {
    const { path } = await writeReport(ports.files, ports.clock.now(), bundle, besideBundle(bundle));
    if (!process.env.ACTIONS_RESULTS_URL) return undefined;
    await using folder = await ports.files.temporaryFolder('testops-report-');
    const named = `${folder.path}/testops-report-a${github.attempt}.html`;
    await ports.files.write(named, await ports.files.read(path));
    const { id } = await createArtifacts().uploadFile(named);
    return `${github.url}/artifacts/${id}`;
  } catch (error) {
    core.warning(`no report.html: ${messageOf(error)}`);
    return undefined;
  }
}
