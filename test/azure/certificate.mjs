/** Certificates for what the local Azure serves over https. */
import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/**
 * @param {string} folder - Exists.
 * @param {string} name - Name of the files.
 * @param {readonly string[]} hosts - Names and addresses that it is valid for.
 * @returns {Promise<{certFile: string, keyFile: string}>} PEM files. The certificate signs itself, so it is also
 *   the CA file that a client has to trust.
 */
export async function makeCertificate(folder, name, hosts) {
  const pems = await generate([{ name: 'commonName', value: `Local Azure: ${name}` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      // Python 3.13 checks strictly: a trusted certificate must be marked as CA, critically.
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }))
      }
    ]
  });
  const certFile = join(folder, `${name}-cert.pem`);
  const keyFile = join(folder, `${name}-key.pem`);
  await writeFile(certFile, pems.cert);
  await writeFile(keyFile, pems.private, { mode: 0o600 });
  return { certFile, keyFile };
}
