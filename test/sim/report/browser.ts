import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium of this machine: CHROMIUM_PATH, or the first in PATH; null where there is none. */
export function findChromium(): string | null {
  const candidates = process.env.CHROMIUM_PATH
    ? [process.env.CHROMIUM_PATH]
    : names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export interface View {
  readonly width: number;
  readonly dark: boolean;
}

/** A page as it shows: what an expression finds in it, what it complained of and asked for, and a picture. */
export interface Shown {
  readonly found: unknown;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
  readonly png: Buffer;
}

export interface Browser {
  show(url: string, view: View, expression: string): Promise<Shown>;
  close(): Promise<void>;
}

/** Starts a browser without a window, spoken to over a pipe (Chrome DevTools Protocol). */
export async function openBrowser(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'feddymem-browser-'));
  const child = spawn(
    path,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--hide-scrollbars', `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const pipe = connect(child);
  const { targetId } = (await pipe.send('Target.createTarget', { url: 'about:blank' })) as {
    targetId: string;
  };
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: object = {}) => pipe.send(method, params, sessionId as string);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    async show(url, { width, dark }, expression) {
      const [complaints, requests]: [string[], string[]] = [[], []];
      const loaded = new Promise<void>((resolve) => {
        pipe.listen(({ method, params }) => {
          if (method === 'Page.loadEventFired') resolve();
          if (method === 'Network.requestWillBeSent') requests.push((params!.request as { url: string }).url);
          if (
            ['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled'].includes(method ?? '')
          )
            complaints.push(JSON.stringify(params));
        });
      });
      const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 };
      await send('Emulation.setDeviceMetricsOverride', metrics);
      const scheme = { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' };
      await send('Emulation.setEmulatedMedia', { features: [scheme] });
      await send('Page.navigate', { url });
      await loaded;
      const { result } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
      const found = (result as { value: unknown }).value;
      return { found, complaints, requests, png: Buffer.from(data as string, 'base64') };
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Messages are JSON, each ended by a zero byte. */
function connect(child: ChildProcess) {
  const [, , errors, input, output] = child.stdio as unknown as [null, null, Readable, Writable, Readable];
  const waiting = new Map<
    number,
    { resolve(value: Record<string, unknown>): void; reject(error: Error): void }
  >();
  let listener: (reply: Reply) => void = () => undefined;
  let rest = '';
  let said = '';
  errors.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  // A browser that ends leaves nobody waiting, and says why it did.
  child.once('close', (code, signal) => {
    const ended = new Error(`the browser ended (${code ?? signal}): ${said}`);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  });
  for (const stream of [input, output]) stream.on('error', () => undefined);
  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop()!;
    for (const part of parts) {
      const reply = JSON.parse(part) as Reply;
      if (reply.id === undefined) listener(reply);
      else if (reply.error) waiting.get(reply.id)?.reject(new Error(reply.error.message));
      else waiting.get(reply.id)?.resolve(reply.result ?? {});
      if (reply.id !== undefined) waiting.delete(reply.id);
    }
  });
  let last = 0;
  return {
    listen(take: (reply: Reply) => void) {
      listener = take;
    },
    send(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        input.write(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }) + '\0');
      });
    },
  };
}
