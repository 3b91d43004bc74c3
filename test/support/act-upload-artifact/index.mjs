import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The least common ancestor of the given paths is the root, as in the original. */
const { DefaultArtifactClient } = await import(
  pathToFileURL(join(process.env.TESTOPS_ACT_PACKAGES, '@actions/artifact/lib/artifact.js')).href
);
const given = process.env.INPUT_PATH.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .map((line) => resolve(process.env.GITHUB_WORKSPACE, line));
const list = (path) => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => list(join(path, name))) : [path]);
const files = given.flatMap(list);
let root = given.length === 1 && statSync(given[0]).isDirectory() ? given[0] : dirname(given[0]);
while (!files.every((file) => file.startsWith(`${root}/`))) root = dirname(root);
const { id, digest } = await new DefaultArtifactClient().uploadArtifact(process.env.INPUT_NAME, files, root);
appendFileSync(process.env.GITHUB_OUTPUT, `artifact-id=${id}\nartifact-digest=${digest}\n`);
