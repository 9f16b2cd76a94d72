/** The certificate of the storage account. Azurite takes bearer tokens over https only. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/**
 * @param {string} folder - Exists.
 * @returns {Promise<{certFile: string, keyFile: string}>} PEM files. The certificate signs itself, so it is also
 *   the CA file that a client has to trust.
 */
export async function makeCertificate(folder) {
  const pems = await generate([{ name: 'commonName', value: 'Local Azure storage' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      // Python 3.13 checks strictly: a trusted certificate must be marked as CA, critically.
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' }
        ]
      }
    ]
  });
  const certFile = join(folder, 'storage-cert.pem');
  const keyFile = join(folder, 'storage-key.pem');
  await writeFile(certFile, pems.cert);
  await writeFile(keyFile, pems.private, { mode: 0o600 });
  return { certFile, keyFile };
}
