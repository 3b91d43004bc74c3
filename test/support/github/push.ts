import { spawn } from 'node:child_process';
import type { Json } from './objects.ts';

/** Sends one request to the emulator as the owner. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<{ readonly status: number; readonly body: unknown }>;

/**
 * Copies every branch and tag of a real git repository into the emulator, through the git data API. The emulator hashes blobs, trees and
 * commits as git does, so their ids stay the same; that is checked for each. Branches and tags that exist already are moved.
 */
export async function pushRepository(ask: Ask, fullName: string, repositoryPath: string): Promise<void> {
  const git = (args: readonly string[], stdin = ''): Promise<Buffer> => runGit(repositoryPath, args, stdin);
  const base = `/repos/${fullName}`;
  const refs = lines(await git(['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)', 'refs/heads', 'refs/tags']));
  const ids = lines(await git(['rev-list', '--objects', '--no-object-names', '--all', '--topo-order', '--reverse'])); // parents before children
  const objects = await readObjects(git, ids);
  const create = async (id: string | undefined, path: string, body: Json): Promise<string> => {
    const answer = await ask('POST', `${base}/git/${path}`, body);
    const made = String((answer.body as Json | undefined)?.sha);
    if (answer.status !== 201 || (id !== undefined && made !== id))
      throw new Error(`git/${path} of ${id} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return made;
  };
  const created = new Set<string>();
  const createTree = async (id: string): Promise<void> => {
    if (created.has(id)) return;
    created.add(id);
    const entries = parseTree(objects.get(id)?.content ?? Buffer.alloc(0));
    for (const entry of entries.filter((each) => each.type === 'tree')) await createTree(entry.sha);
    await create(id, 'trees', { tree: entries });
  };
  for (const [id, object] of objects) {
    if (object.type === 'blob') await create(id, 'blobs', { content: object.content.toString('base64'), encoding: 'base64' });
  }
  for (const [id, object] of objects) if (object.type === 'tree') await createTree(id);
  for (const id of ids) {
    const object = objects.get(id);
    if (object?.type === 'commit') await create(id, 'commits', parseCommit(object.content));
  }
  for (const line of refs) {
    const [id = '', type = '', ref = ''] = line.split(' ');
    // The one kind of object that the emulator does not hash as git does: an annotated tag gets an id of its own.
    const sha =
      type === 'tag' ? await create(undefined, 'tags', parseTag((await readObjects(git, [id])).get(id)?.content ?? Buffer.alloc(0))) : id;
    const made = await ask('POST', `${base}/git/refs`, { ref, sha });
    if (made.status === 201) continue;
    const moved = await ask('PATCH', `${base}/git/${ref}`, { sha, force: true });
    if (moved.status !== 200) throw new Error(`${ref} could be neither made nor moved: ${JSON.stringify([made, moved])}`);
  }
}

interface GitObject {
  readonly type: string;
  readonly content: Buffer;
}

async function readObjects(
  git: (args: readonly string[], stdin: string) => Promise<Buffer>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GitObject>> {
  const output = await git(['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''));
  const objects = new Map<string, GitObject>();
  let offset = 0;
  while (offset < output.length) {
    const end = output.indexOf(10, offset);
    const [id = '', type = '', size = ''] = output.toString('utf8', offset, end).split(' ');
    objects.set(id, { type, content: output.subarray(end + 1, end + 1 + Number(size)) });
    offset = end + 1 + Number(size) + 1;
  }
  return objects;
}

function parseTree(
  content: Buffer,
): readonly { readonly path: string; readonly mode: string; readonly type: string; readonly sha: string }[] {
  const entries = [];
  for (let offset = 0; offset < content.length; ) {
    const end = content.indexOf(0, offset);
    const [mode = '', ...name] = content.toString('utf8', offset, end).split(' ');
    const type = mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
    entries.push({ path: name.join(' '), mode: mode.padStart(6, '0'), type, sha: content.toString('hex', end + 1, end + 21) });
    offset = end + 21;
  }
  return entries;
}

function parseCommit(content: Buffer): Json {
  const { headers, message } = splitMessage(content);
  return {
    message,
    tree: header(headers, 'tree'),
    parents: headers.filter((line) => line.startsWith('parent ')).map((line) => line.slice(7)),
    author: parseIdentity(header(headers, 'author')),
    committer: parseIdentity(header(headers, 'committer')),
  };
}

function parseTag(content: Buffer): Json {
  const { headers, message } = splitMessage(content);
  return {
    tag: header(headers, 'tag'),
    message,
    object: header(headers, 'object'),
    type: header(headers, 'type'),
    tagger: parseIdentity(header(headers, 'tagger')),
  };
}

function splitMessage(content: Buffer): { readonly headers: readonly string[]; readonly message: string } {
  const text = content.toString('utf8');
  const at = text.indexOf('\n\n');
  return { headers: text.slice(0, at).split('\n'), message: text.slice(at + 2) };
}

function header(headers: readonly string[], name: string): string {
  return headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
}

/** `Name <mail> 1767603600 +0100` with the zone kept, because it is part of the object's id. */
function parseIdentity(identity: string): Json {
  const [, name = '', email = '', seconds = '0', sign = '+', hours = '00', minutes = '00'] =
    /^(.*) <(.*)> (\d+) ([+-])(\d\d)(\d\d)$/.exec(identity) ?? [];
  const offsetSeconds = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1);
  const local = new Date((Number(seconds) + offsetSeconds) * 1000).toISOString().replace('.000Z', '');
  return { name, email, date: `${local}${sign}${hours}:${minutes}` };
}

function lines(output: Buffer): readonly string[] {
  return output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function runGit(cwd: string, args: readonly string[], stdin: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(Buffer.concat(out)) : reject(new Error(`git ${args.join(' ')}: ${Buffer.concat(err).toString('utf8')}`)),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
