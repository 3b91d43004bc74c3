import { type Files, type Ports, sha256, UserError } from '../core/index.ts';
import {
  type Bundle,
  buildBundle,
  type Decision,
  type DecisionInput,
  type Inputs as DecisionInputs,
  decide,
  type InputDocument,
  parseBetaVersion,
  readPolicy,
} from '../decision/index.ts';
import { renderDecision } from '../render/markdown/decision.ts';
import { type Configuration, commandsOf, type Section } from './configuration.ts';
import { compareWithBases } from './decide/compare-bases.ts';
import { gatherDocuments, readNamedFiles } from './gather-documents.ts';
import type { DocumentSource } from './git-source.ts';
import { refuseLeaks } from './leaks.ts';
import { configuredInputs } from './run/configured-inputs.ts';
import { requireCommittedLimits } from './run/limit-files.ts';
import type { GateRunContext } from './run-gate.ts';
import type { TestedSubject } from './subject.ts';
import { type DecisionIndex, UNASKED } from './tag/decision-index.ts';
import { loadWords } from './words.ts';

/** What the decision rests on, gathered by whoever decides: a terminal or the deciding job. */
export interface DecideContext {
  readonly ports: Ports;
  readonly configuration: Configuration;
  readonly inputs: DecisionInputs;
  readonly subject: TestedSubject;
  readonly run: GateRunContext['run'];
  readonly url: string | undefined;
  readonly server: string;
  readonly toolVersion: string;
  readonly evidence: readonly InputDocument[];
  /** Where commits are read. */
  readonly source: DocumentSource;
  /** What is known about earlier betas; default nothing, since nobody can be asked. */
  readonly index?: DecisionIndex | undefined;
  /** What flags or inputs of the action say. */
  readonly given: Section;
  /** Whether documents come from the default branch also where no version is decided about, as in a run that is no pull request. */
  readonly fromBranch: boolean;
  /** What only the deciding job knows: jobs, expected digests, tag, person, links. */
  readonly known: Partial<DecisionInput>;
  /** People who answer for the commit, asked where the policy wants approvals. */
  readonly findPeople?: ((bases: readonly string[]) => Promise<Partial<DecisionInput>>) | undefined;
}

export interface DecisionRecord {
  readonly decision: Decision;
  /** Folder of the bundle, as configured. */
  readonly folder: string;
}

const MAX_DOCUMENT_BYTES = 1024 * 1024;
const MAX_EVIDENCE_BYTES = 64 * 1024 * 1024;

/** Decides and writes the bundle; an earlier bundle in the folder is removed first. @throws UserError for unusable input, before anything is written. */
export async function decideAndRecord(context: DecideContext): Promise<DecisionRecord> {
  const { ports, inputs } = context;
  if (inputs.version !== undefined) parseBetaVersion(inputs.version);
  return recordDecision(ports.files, inputs.out, await gatherInput(context));
}

/** Decides on input that is gathered, and writes the bundle into a folder. @throws UserError before anything is written. */
export async function recordDecision(files: Files, folder: string, input: DecisionInput): Promise<DecisionRecord> {
  const decision = decide(input);
  const words = await loadWords();
  const bundle = buildBundle(decision, input, (decided) => renderDecision(decided, words));
  await writeBundle(files, folder, bundle);
  return { decision, folder };
}

async function gatherInput(context: DecideContext): Promise<DecisionInput> {
  const { ports, inputs, subject, run, url, server, toolVersion, evidence, known } = context;
  const documents = await gatherAgreed(context);
  const commit = 'commit' in subject.subject ? subject.subject.commit : undefined;
  if (commit !== undefined && (inputs.version ?? known.tag) !== undefined) await requireCommittedLimits(evidence, context.source, commit);
  const wanted = documents.policy && readPolicy(documents.policy).approvals;
  const bases = (documents.base?.bases ?? []).map(({ commit }) => commit);
  return {
    now: ports.clock.now(),
    toolVersion,
    server,
    ...(run.repository === undefined ? {} : { repository: run.repository }),
    subject: subject.subject,
    dirty: subject.changes.length > 0,
    run: {
      ...(run.runId === undefined ? {} : { id: run.runId }),
      ...(run.attempt === undefined ? {} : { attempt: run.attempt }),
      ...(run.event === undefined ? {} : { event: run.event }),
      ...(run.workflow === undefined ? {} : { workflow: run.workflow }),
      ...(url === undefined ? {} : { url }),
    },
    ...(inputs.version === undefined ? {} : { version: inputs.version }),
    evidence,
    artifacts: await readArtifacts(ports.files, inputs.artifacts ?? []),
    ...documents,
    ...(wanted && context.findPeople ? await context.findPeople(bases) : {}),
    ...known,
  };
}

type Agreed = Pick<
  DecisionInput,
  'configured' | 'reportedOnly' | 'required' | 'policy' | 'checklist' | 'waivers' | 'files' | 'changes' | 'base' | 'limits'
> &
  Pick<DecisionInput, 'defaultBranch' | 'configuredInputs'>;

/** Documents and limits: from the default branch and the commit, or, for a first look at a work tree, from there. */
async function gatherAgreed(context: DecideContext): Promise<Agreed> {
  const { ports, configuration, inputs, subject, source, given, fromBranch, index = UNASKED } = context;
  const commit = 'commit' in subject.subject ? subject.subject.commit : undefined;
  if (commit !== undefined && (inputs.version !== undefined || fromBranch)) {
    const gathered = await gatherDocuments(source, { commit, config: configuration.path, given, index });
    return { ...configuredBy(gathered.configuration), ...gathered.known };
  }
  const document = async (path: string | undefined): Promise<InputDocument | undefined> =>
    path === undefined
      ? undefined
      : { name: path, bytes: await ports.files.read(path, { maxBytes: MAX_DOCUMENT_BYTES }), origin: { kind: 'workspace' } };
  const checklist = await document(inputs.checklist);
  return {
    ...configuredBy(configuration),
    ...(inputs.required === undefined ? {} : { required: inputs.required }),
    policy: await document(inputs.policy),
    checklist,
    waivers: await document(inputs.waivers),
    configuredInputs: configuredInputs(configuration),
    ...(commit === undefined ? {} : await lookBack(context, commit, checklist)),
  };
}

function configuredBy({ gates, reportedOnly }: Configuration): Pick<DecisionInput, 'configured' | 'reportedOnly'> {
  return { configured: [...gates.keys()], reportedOnly: [...reportedOnly] };
}

/** What a decision about no version shows of the limits; in a shallow clone it shows nothing of them. */
async function lookBack(
  { configuration, inputs, source, index = UNASKED }: DecideContext,
  commit: string,
  checklist: InputDocument | undefined,
): Promise<Pick<DecisionInput, 'files' | 'changes' | 'base' | 'limits'>> {
  const files = await readNamedFiles(source, checklist, commit);
  if (await source.isCutShort()) return { files };
  const branch = await source.defaultBranch();
  const demand = {
    commit,
    version: undefined,
    named: inputs.base,
    branch,
    configuration: configuration.path,
    commands: commandsOf(configuration),
  };
  return { files, ...(await compareWithBases(source, index, demand)) };
}

/** Reads every evidence file of a folder; what lies there under another name is none of ours. */
export async function readEvidenceFolder(files: Files, folder: string): Promise<readonly InputDocument[]> {
  if ((await files.statTarget(folder))?.kind !== 'folder') return [];
  const documents: InputDocument[] = [];
  for (const { name, kind } of await files.list(folder)) {
    if (kind !== 'file' || !name.endsWith('.intoto.json')) continue;
    documents.push({ name, bytes: await files.read(`${folder}/${name}`, { maxBytes: MAX_EVIDENCE_BYTES }) });
  }
  return documents;
}

/** `name=path` lines become names with digests. */
export async function readArtifacts(files: Files, lines: readonly string[]): Promise<{ name: string; sha256: string }[]> {
  return Promise.all(
    lines.map(async (line) => {
      const at = line.indexOf('=');
      if (at < 1)
        throw new UserError({
          where: `artifacts: ${line}`,
          found: 'no `name=path`',
          expected: '`name=path`',
          todo: 'write the name, an equals sign, the path',
        });
      return { name: line.slice(0, at), sha256: sha256(await files.read(line.slice(at + 1), { maxBytes: Number.MAX_SAFE_INTEGER })) };
    }),
  );
}

async function writeBundle(files: Files, folder: string, bundle: Bundle): Promise<void> {
  await files.remove(folder);
  for (const [path, bytes] of bundle.files) refuseLeaks(`${folder}/${path}`, new TextDecoder().decode(bytes));
  for (const [path, bytes] of bundle.files) await files.write(`${folder}/${path}`, bytes);
}
