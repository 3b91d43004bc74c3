import type { Host } from '../core/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createForge } from '../github/forge.ts';
import { createDayWitnesses } from '../suite/record/day-witnesses.ts';
import type { DayWitnesses } from '../suite/record/vouch-days.ts';
import { withReview } from '../suite/tag/review-signatures.ts';
import { readTrust } from '../suite/trusted-workflows.ts';
import { TOOL_VERSION } from '../version.ts';

/** Who vouches for the days of a ledger; nobody without a token, or outside of a repository on GitHub. */
export async function openWitnesses(host: Host): Promise<DayWitnesses | undefined> {
  const token = host.secrets.get('GITHUB_TOKEN');
  const name = process.env.GITHUB_REPOSITORY || (await host.repository.origin());
  if (token === undefined || name === undefined) return undefined;
  const apiUrl = process.env.GITHUB_API_URL || 'https://api.github.com';
  const client = createClient({ token, apiUrl, toolVersion: TOOL_VERSION, say: (line) => host.progress.say(line) });
  const forge = createForge({ client, http: host.http, repository: splitRepository(name) });
  const openSignatures = async () => {
    const { createSignatureReader } = await import('../github/signatures.ts');
    const trust = await readTrust(forge, undefined);
    return { ...withReview(createSignatureReader(trust), forge, trust), signers: trust.signers, trust };
  };
  return createDayWitnesses({ forge, config: undefined, now: host.clock.now(), openSignatures });
}
