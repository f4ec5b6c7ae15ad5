/** Certificates for TLS tests, made by the openssl on this machine. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp-folder.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface CertificateWishes {
  /** For these hosts; default `127.0.0.1` and `localhost`. A wrong host is one that is not here. */
  readonly hosts?: readonly string[];
  /** Ran out yesterday. */
  readonly isExpired?: boolean;
}

/** Signed by itself, so its own `certFile` is the CA that trusts it. */
export function selfSignedCertificate({
  hosts = ['127.0.0.1', 'localhost'],
  isExpired = false,
}: CertificateWishes = {}): Certificate {
  const folder = tempFolder('sluice-cert-');
  const [keyFile, certFile, requestFile] = ['key.pem', 'cert.pem', 'request.pem'].map((name) =>
    join(folder, name),
  );
  if (!keyFile || !certFile || !requestFile) throw new Error('unreachable');
  const names = hosts.map((host) => (/^[\d.:]+$/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(',');
  const subject = ['-subj', `/CN=${hosts[0]}`, '-addext', `subjectAltName=${names}`];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  if (isExpired) {
    openssl('req', ...newKey, ...subject, '-out', requestFile);
    openssl(
      'x509',
      '-req',
      '-in',
      requestFile,
      '-signkey',
      keyFile,
      '-copy_extensions',
      'copy',
      '-days',
      '-1',
      '-out',
      certFile,
    );
  } else {
    openssl('req', '-x509', ...newKey, ...subject, '-days', '2', '-out', certFile);
  }
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe', timeout: 10_000 });
}
