import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import type { AppConfig, JwtConfig } from '../../config/config.ts';
import { isFirstRun, loadConfig } from '../../config/load.ts';
import { hashToken, makeToken } from '../../config/make-token.ts';
import { systemClock } from '../../model/clock.ts';
import { checkKey, describeKey, isGood } from '../check-key.ts';
import type { GlobalOptions } from '../command-file.ts';
import { CommandFailure, exitCodes, wrongUsage } from '../exit-code.ts';
import { makeLoadRequest } from '../load-request.ts';
import type { SigningKey } from '../sign-app-token.ts';
import type { Terminal } from '../terminal.ts';

interface TokenOptions extends GlobalOptions {
  readonly bytes: number;
  readonly prefix: string;
  readonly hash?: boolean;
  readonly check?: boolean;
  readonly jwt?: boolean;
  readonly app?: string;
  readonly expires: number;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly privateKey?: string;
}

/** `sluice token`: a key, its hash, or a signed token; or what is to be said of a key. Nothing is written anywhere. */
export async function run(options: TokenOptions, terminal: Terminal): Promise<number> {
  if (options.check === true) return check(options, terminal);
  if (options.jwt === true) {
    const token = await signFor(options);
    if (options.json === true) terminal.printJson({ token });
    else terminal.print(token);
    return exitCodes.done;
  }
  const token = makeToken(readPrefix(options.prefix), options.bytes);
  const hash = hashToken(token);
  if (options.json === true) terminal.printJson(options.hash === true ? { token, hash } : { token });
  else terminal.print(options.hash === true ? `${token}\n${hash}` : token);
  return exitCodes.done;
}

/** From standard input: what stands on a command line is seen by everybody on the machine, and kept by the shell. */
async function check(options: TokenOptions, terminal: Terminal): Promise<number> {
  if (process.stdin.isTTY) terminal.remark('Paste the key, then press Enter and Ctrl-D.');
  const key = (await text(process.stdin)).trim();
  if (key === '') throw wrongUsage('--check reads the key from standard input, which is empty.');
  const report = await checkKey(key, await appsOf(options), systemClock.nowMs());
  if (options.json === true) terminal.printJson(report);
  else terminal.print(describeKey(report));
  return isGood(report) ? exitCodes.done : exitCodes.failed;
}

async function appsOf(options: TokenOptions): Promise<readonly AppConfig[] | undefined> {
  const { request } = await makeLoadRequest(options);
  return isFirstRun(request) ? undefined : loadConfig(request).config.apps;
}

/** The prefix must survive headers and shells as the rest does. */
function readPrefix(prefix: string): string {
  if (/^[A-Za-z0-9._-]*$/.test(prefix)) return prefix;
  throw wrongUsage('--prefix may hold letters, digits, ".", "_" and "-".');
}

async function signFor(options: TokenOptions): Promise<string> {
  const { app: appId, expires, allow = [], deny = [] } = options;
  if (appId === undefined) throw wrongUsage('--jwt needs --app, the app the token stands for.');
  const jwt = await jwtConfigOf(appId, options);
  const wishes = { appId, allow, deny, expiresInS: expires, issuer: jwt?.issuer, audience: jwt?.audience };
  // jose takes as long to load as everything else here together.
  const { signAppToken } = await import('../sign-app-token.ts');
  return signAppToken(wishes, signingKey(options, appId, jwt), systemClock.nowMs());
}

/** With a private key of one's own the configuration may live on another machine; then nothing is known of it. */
async function jwtConfigOf(appId: string, options: TokenOptions): Promise<JwtConfig | undefined> {
  const { request } = await makeLoadRequest(options);
  if (options.privateKey !== undefined && isFirstRun(request)) return undefined;
  const app = loadConfig(request).config.apps.find((each) => each.appId === appId);
  if (app === undefined) throw new CommandFailure(`There is no app "${appId}" in the configuration.`);
  return app.jwt;
}

function signingKey(options: TokenOptions, appId: string, jwt: JwtConfig | undefined): SigningKey {
  if (options.privateKey !== undefined) return { kind: 'private-key', pem: readKeyFile(options.privateKey) };
  if (jwt?.secret !== undefined) return { kind: 'secret', secret: jwt.secret.reveal() };
  throw new CommandFailure(
    `App "${appId}" has no jwt.secret_file to sign with; set one, or give --private-key FILE for its jwt.public_key.`,
  );
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(`--private-key ${path} cannot be read: ${String(error)}`, undefined, {
      cause: error,
    });
  }
}
