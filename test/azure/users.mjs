/** The users of the local Azure: two tenants, and accounts with public passwords; one is a guest. */

/**
 * @typedef {object} Tenant
 * @property {string} id - GUID, the same in every run.
 * @property {string} domain - Works in an authority's address in place of the GUID.
 * @property {string} name
 */

/**
 * @typedef {object} User
 * @property {string} key - Short name for tests, e.g. `alice`.
 * @property {string} username - What is typed at sign-in, e.g. `alice@contoso.com`.
 * @property {string} password
 * @property {string} name - Display name.
 * @property {string} oid - GUID, the same in every run.
 * @property {string} tenantId
 * @property {string} tenantName
 * @property {Readonly<Record<string, string>>} guestIn - Object ids as a guest, by tenant id.
 */

/** @type {Tenant} */
export const contoso = {
  id: 'c0000000-1111-4222-8333-000000000001',
  domain: 'contoso.com',
  name: 'Contoso'
};

/** @type {Tenant} */
export const fabrikam = {
  id: 'fab00000-1111-4222-8333-000000000002',
  domain: 'fabrikam.com',
  name: 'Fabrikam'
};

/** @type {Tenant[]} */
export const tenants = [contoso, fabrikam];

/** @type {User[]} */
export const users = [
  person('alice', 'Alice', contoso, 'a11ce000-aaaa-4aaa-8aaa-000000000001'),
  person('bob', 'Bob', contoso, 'b0b00000-bbbb-4bbb-8bbb-000000000002'),
  person('gina', 'Gina', contoso, '91aa0000-9999-4999-8999-000000000005', {
    [fabrikam.id]: '91aa0000-9999-4999-8999-000000000006'
  }),
  person('carol', 'Carol', fabrikam, 'ca401000-cccc-4ccc-8ccc-000000000003'),
  person('dave', 'Dave', fabrikam, 'dafe0000-dddd-4ddd-8ddd-000000000004')
];

/** Segments of an authority's address that mean "any tenant", with the meaning Entra gives them. */
const ANY_TENANT = new Set(['common', 'organizations']);

/**
 * @param {string} segment - The first path segment of an authority's address.
 * @returns {Tenant[]} The tenants it admits; empty if there is no such tenant.
 */
export function tenantsOf(segment) {
  const wanted = segment.toLowerCase();
  return ANY_TENANT.has(wanted)
    ? tenants
    : tenants.filter(tenant => tenant.id === wanted || tenant.domain === wanted);
}

/**
 * @param {User} user
 * @param {string} segment - The first path segment of an authority's address.
 * @returns {string | undefined} The tenant that issues tokens to the user there, their home tenant if any is allowed;
 *   undefined if they are neither a member nor a guest.
 */
export function tenantFor({ tenantId, guestIn }, segment) {
  const admitted = tenantsOf(segment).map(({ id }) => id);
  return [tenantId, ...Object.keys(guestIn)].find(id => admitted.includes(id));
}

/**
 * @param {string} username - In any case, as at Entra.
 * @returns {User | undefined}
 */
export function userNamed(username) {
  const wanted = username.trim().toLowerCase();
  return users.find(user => user.username === wanted);
}

/**
 * @param {string} oid
 * @returns {User | undefined}
 */
export function userWithId(oid) {
  return users.find(user => user.oid === oid);
}

/**
 * @param {string} key
 * @param {string} name
 * @param {Tenant} tenant
 * @param {string} oid
 * @param {Readonly<Record<string, string>>} [guestIn]
 * @returns {User}
 */
function person(key, name, tenant, oid, guestIn = {}) {
  return {
    key,
    username: `${key}@${tenant.domain}`,
    password: `${key}-local-pa55word`,
    name,
    oid,
    tenantId: tenant.id,
    tenantName: tenant.name,
    guestIn
  };
}
