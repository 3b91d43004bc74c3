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
} from '../decision/index.ts';
import { renderDecision } from '../render/markdown/decision.ts';
import type { Configuration } from './configuration.ts';
import { compareWithLastBeta, readNamedFiles } from './gather-documents.ts';
import { gitSource } from './git-source.ts';
import { refuseLeaks } from './leaks.ts';
import type { GateRunContext } from './run-gate.ts';
import type { TestedSubject } from './subject.ts';
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
  /** What only the deciding job knows: jobs, expected digests, tag, approvals, person, links. */
  readonly known: Partial<DecisionInput>;
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

async function gatherInput({
  ports,
  configuration,
  inputs,
  subject,
  run,
  url,
  server,
  toolVersion,
  evidence,
  known,
}: DecideContext): Promise<DecisionInput> {
  const document = async (path: string | undefined): Promise<InputDocument | undefined> =>
    path === undefined
      ? undefined
      : { name: path, bytes: await ports.files.read(path, { maxBytes: MAX_DOCUMENT_BYTES }), origin: { kind: 'workspace' } };
  const checklist = await document(inputs.checklist);
  const beta = inputs.version === undefined ? undefined : parseBetaVersion(inputs.version);
  const ofCommit =
    'commit' in subject.subject && known.files === undefined
      ? {
          files: await readNamedFiles(gitSource(ports.repository), checklist, subject.subject.commit),
          ...(await compareWithLastBeta(gitSource(ports.repository), subject.subject.commit, beta, configuration.path)),
        }
      : {};
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
    configured: [...configuration.gates.keys()],
    reportedOnly: [...configuration.reportedOnly],
    ...(inputs.required === undefined ? {} : { required: inputs.required }),
    evidence,
    policy: 'policy' in known ? undefined : await document(inputs.policy),
    checklist,
    waivers: 'waivers' in known ? undefined : await document(inputs.waivers),
    artifacts: await readArtifacts(ports.files, inputs.artifacts ?? []),
    ...ofCommit,
    ...known,
  };
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
