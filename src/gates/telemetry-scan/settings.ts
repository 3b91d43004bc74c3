import { type AcceptedException, type ExceptionState, type Ports, sha256, stateOf, UserError } from '../../core/index.ts';
import { createScanner } from './engine/scanner.ts';
import { keyIdOf, printFingerprint } from './fingerprint.ts';
import type { Inputs } from './inputs.ts';
import { DEFAULT_RULES } from './rules/index.ts';
import { compileOwnRule, type OwnRule } from './rules/own-rule.ts';
import { readOwnRules } from './rules/read-own-rules.ts';
import { RULE_SET_VERSION } from './rules/version.ts';
import type { ScanSettings } from './scan-file.ts';

/** A key shorter than the digest weakens HMAC-SHA-256 (RFC 2104 section 3). */
export const MIN_SALT_BYTES = 32;

export interface Key {
  readonly id: string;
  readonly epoch: number;
}

/** An accepted exception, its state at the time of the scan, and the HMAC that it names under the salt or the one before. */
export interface Acceptance {
  readonly exception: AcceptedException;
  readonly state: ExceptionState;
  readonly hmac?: string;
  readonly previous: boolean;
}

export interface Prepared {
  readonly settings: ScanSettings;
  /** `undefined`: the salt is random. */
  readonly key?: Key;
  readonly acceptances: readonly Acceptance[];
  /** Own rules that look at paths alone, which telemetry has not. */
  readonly rulesLeftOut: readonly string[];
  /** Of everything but the files that decides what is found. */
  readonly digest: string;
}

/** Reads salts and rules. @throws UserError for a salt that is too short and a rule that cannot be used. */
export async function prepare(inputs: Inputs, ports: Pick<Ports, 'files' | 'secrets' | 'random' | 'clock'>): Promise<Prepared> {
  const given = readSalt(ports, 'TESTOPS_SALT', 'salt');
  const previousSalt = readSalt(ports, 'TESTOPS_PREVIOUS_SALT', 'previous-salt');
  if (inputs['rotate-salt'] !== undefined && (given === undefined || previousSalt === undefined)) {
    throw new UserError({
      where: 'telemetry-scan.rotate-salt',
      found: given === undefined ? 'no salt' : 'no previous salt',
      expected: 'both the new salt (TESTOPS_SALT) and the one before (TESTOPS_PREVIOUS_SALT)',
      todo: 'give both secrets for this one run',
    });
  }
  const key = given && { id: keyIdOf(given), epoch: inputs['salt-epoch'] };
  const previousId = previousSalt && keyIdOf(previousSalt);
  const now = ports.clock.now();
  const acceptances = inputs.accepted.map((exception): Acceptance => {
    const state = stateOf(exception, now);
    const parsed = /^hmac-sha256:([0-9a-f]{8}):(\d+):([0-9a-f]{64})$/.exec(exception.match);
    const hmac = parsed?.[3];
    if (hmac !== undefined && key && exception.match.startsWith(printFingerprint(key.id, key.epoch, '')))
      return { exception, state, hmac, previous: false };
    if (hmac !== undefined && previousId !== undefined && parsed?.[1] === previousId) return { exception, state, hmac, previous: true };
    return { exception, state, previous: false };
  });
  const hmacs = (previous: boolean) =>
    acceptances.flatMap((each) => (each.previous === previous && each.hmac !== undefined ? [each.hmac] : []));
  const accepted = new Set(acceptances.flatMap((each) => (each.state === 'effective' && each.hmac !== undefined ? [each.hmac] : [])));
  const { own, leftOut } = await readRuleFiles(inputs.rules, ports);
  const salt = given ?? ports.random.bytes(MIN_SALT_BYTES);
  const settings: ScanSettings = {
    scanner: createScanner(DEFAULT_RULES, own.map(compileOwnRule)),
    ruleSet: { own },
    keys: { salt, matches: accepted.size > 0, ...(previousSalt ? { previous: { salt: previousSalt, accepted: hmacs(true) } } : {}) },
    accepted,
  };
  const identity = [
    RULE_SET_VERSION,
    DEFAULT_RULES.map((rule) => rule.id),
    settings.ruleSet,
    key ?? null,
    previousId ?? null,
    [...accepted].sort(),
    hmacs(true).sort(),
  ];
  return { settings, ...(key ? { key } : {}), acceptances, rulesLeftOut: leftOut, digest: sha256(JSON.stringify(identity)) };
}

async function readRuleFiles(
  names: readonly string[],
  ports: Pick<Ports, 'files'>,
): Promise<{ readonly own: OwnRule[]; readonly leftOut: string[] }> {
  const own = new Map<string, OwnRule>();
  const leftOut: string[] = [];
  for (const name of names) {
    const read = readOwnRules(await ports.files.readText(name, { maxBytes: 4 << 20 }), name);
    leftOut.push(...read.leftOut);
    for (const rule of read.rules) {
      if (own.has(rule.id)) {
        throw new UserError({
          where: name,
          found: `a second rule ${rule.id}`,
          expected: 'every id once, over all files of rules',
          todo: 'give one of them another id',
        });
      }
      own.set(rule.id, rule);
    }
  }
  return { own: [...own.values()], leftOut };
}

function readSalt(ports: Pick<Ports, 'secrets'>, name: 'TESTOPS_SALT' | 'TESTOPS_PREVIOUS_SALT', input: string): Uint8Array | undefined {
  const text = ports.secrets.get(name);
  if (text === undefined) return undefined;
  const salt = Buffer.from(text, 'utf8');
  if (salt.length >= MIN_SALT_BYTES) return salt;
  throw new UserError({
    where: `${name} (input ${input})`,
    found: `${salt.length} bytes`,
    expected: `at least ${MIN_SALT_BYTES} bytes (UTF-8)`,
    todo: 'make one, e.g. with `openssl rand -hex 32`, and store it as a secret',
  });
}
