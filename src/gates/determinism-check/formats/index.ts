import { csv } from './csv.ts';
import type { Container, Document } from './format.ts';
import { gzip } from './gzip.ts';
import { json } from './json.ts';
import { tar } from './tar.ts';
import { yaml } from './yaml.ts';
import { zip } from './zip.ts';

/** One line per format; the first that recognizes the bytes opens them. */
export const CONTAINERS: readonly Container[] = [gzip, tar, zip];
export const DOCUMENTS: readonly Document[] = [csv, yaml, json];
