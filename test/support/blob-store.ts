import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { BlobSASPermissions, BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { createScrubbedEnvironment } from './process.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** Account and key that every Azurite installation has: published, protects nothing. */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const START_TIMEOUT_MS = 20_000;

/** Azure's blob protocol on loopback: a real Azurite process that keeps everything in memory. */
export interface BlobStore extends AsyncDisposable {
  readonly url: string;
  signUpload(name: string): Promise<string>;
  signDownload(name: string, options?: { readonly contentType?: string; readonly fileName?: string }): Promise<string>;
  read(name: string): Promise<Buffer>;
  write(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Starts Azurite on a free loopback port; rejects with what it printed when it does not come up. */
export async function startBlobStore(): Promise<BlobStore> {
  const folder = await createTemporaryFolder('testops-azurite-');
  const args = ['--blobPort', '0', '--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck'];
  const child = spawn(process.execPath, [resolve('node_modules/azurite/dist/src/blob/main.js'), ...args], {
    cwd: folder.path,
    env: createScrubbedEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const dispose = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await folder[Symbol.asyncDispose]();
  };
  try {
    let printed = '';
    const url = await new Promise<string>((found, failed) => {
      const timer = setTimeout(() => failed(new Error(`azurite did not start in ${START_TIMEOUT_MS} ms:\n${printed}`)), START_TIMEOUT_MS);
      const look = (chunk: Buffer): void => {
        printed += chunk.toString('utf8');
        const match = /successfully listens on (http:\S+)/.exec(printed);
        if (match?.[1] !== undefined) {
          clearTimeout(timer);
          found(match[1]);
        }
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('error', failed);
      child.once('exit', () => failed(new Error(`azurite ended before it listened:\n${printed}`)));
    });
    const credential = new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY);
    const container = new BlobServiceClient(`${url}/${ACCOUNT}`, credential).getContainerClient('results');
    await container.create();
    return wrapContainer(url, container, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
}

function wrapContainer(url: string, container: ContainerClient, dispose: () => Promise<void>): BlobStore {
  const expiresOn = (): Date => new Date(Date.now() + 60 * 60 * 1000);
  return {
    url,
    signUpload: (name) =>
      container.getBlobClient(name).generateSasUrl({ permissions: BlobSASPermissions.parse('cw'), expiresOn: expiresOn() }),
    signDownload: (name, options = {}) =>
      container.getBlobClient(name).generateSasUrl({
        permissions: BlobSASPermissions.parse('r'),
        expiresOn: expiresOn(),
        ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
        ...(options.fileName === undefined
          ? {}
          : { contentDisposition: `attachment; filename="artifact"; filename*=UTF-8''${encodeURIComponent(options.fileName)}` }),
      }),
    read: (name) => container.getBlobClient(name).downloadToBuffer(),
    write: async (name, bytes, contentType) => {
      await container.getBlockBlobClient(name).uploadData(bytes, { blobHTTPHeaders: { blobContentType: contentType } });
    },
    remove: async (name) => {
      await container.getBlobClient(name).deleteIfExists();
    },
    [Symbol.asyncDispose]: dispose,
  };
}
