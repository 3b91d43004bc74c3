import { evidenceFileName, type Files, GATE_IDS } from '../../core/index.ts';
import { JUNIT_FILE, REPORT_FILE } from '../write-report.ts';

/** Deletes what an earlier run left: evidence of every gate, configured or not, the bundle and the reports. So a run that breaks leaves nothing to believe. */
export async function forgetRun(files: Files, { evidenceDir, out }: { readonly evidenceDir: string; readonly out: string }): Promise<void> {
  for (const id of GATE_IDS) await files.remove(`${evidenceDir}/${evidenceFileName(id)}`);
  await files.remove(`${out}/decision`);
  for (const name of [REPORT_FILE, JUNIT_FILE]) await files.remove(`${out}/${name}`);
}
