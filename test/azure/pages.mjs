/** The pages that a user sees while signing in. */
import { Html, framed, html } from './page-frame.mjs';

/** @typedef {import('./users.mjs').User} User */
/** @typedef {import('./users.mjs').Tenant} Tenant */

/** One click on a name fills the form: users of the demo have no account to remember. */
const FILL_FORM = `
  for (const button of document.querySelectorAll('button[data-password]')) {
    button.addEventListener('click', () => {
      document.querySelector('[name=loginfmt]').value = button.textContent.trim();
      document.querySelector('[name=passwd]').value = button.dataset.password;
      document.querySelector('.primary').focus();
    });
  }`;

/**
 * @param {{action: string, username: string, error: string | undefined, tenants: Tenant[], users: User[]}} page -
 *   `action`: address the form goes to; `users`: who can sign in here.
 */
export function signInPage({ action, username, error, tenants, users }) {
  const body = html`<h1>Sign in</h1>
    <p class="tenant">to ${tenants.map(({ name }) => name).join(' or ')}</p>
    ${error === undefined ? html`` : html`<p class="error" role="alert">${error}</p>`}
    <form method="post" action="${action}">
      <label
        >User name
        <input
          name="loginfmt"
          type="text"
          value="${username}"
          autocomplete="off"
          ${focusIf(username === '')}
        />
      </label>
      <label
        >Password
        <input name="passwd" type="password" autocomplete="off" ${focusIf(username !== '')} />
      </label>
      <div class="actions">
        <button name="action" value="sign-in" class="primary">Sign in</button>
        <button name="action" value="cancel">Cancel</button>
      </div>
    </form>
    <div class="hint">
      <p>Sign in as one of these people. Click a name to fill in the form.</p>
      <ul class="accounts">
        ${users.map(user => hint(user))}
      </ul>
    </div>`;
  return framed({ title: 'Sign in', body, script: FILL_FORM });
}

/**
 * @param {{action: string, app: string, accounts: User[]}} page - `accounts`: signed in already.
 */
export function accountPage({ action, app, accounts }) {
  const body = html`<h1>Pick an account</h1>
    <p class="tenant">to continue to ${app}</p>
    <form method="post" action="${action}">
      <ul class="accounts">
        ${accounts.map(
          ({ username }) =>
            html`<li><button name="account" value="${username}">${username}</button></li>`
        )}
        <li><button name="action" value="other">Use another account</button></li>
      </ul>
      <div class="actions"><button name="action" value="cancel">Cancel</button></div>
    </form>`;
  return framed({ title: 'Pick an account', body });
}

/**
 * @param {{action: string, app: string, user: User, audience: string}} page
 */
export function consentPage({ action, app, user, audience }) {
  const body = html`<h1>Permissions requested</h1>
    <p class="tenant">${user.username}</p>
    <p><strong>${app}</strong> would like to use <code>${audience}</code> as you.</p>
    <form method="post" action="${action}">
      <div class="actions">
        <button name="action" value="accept" class="primary">Accept</button>
        <button name="action" value="cancel">Cancel</button>
      </div>
    </form>`;
  return framed({ title: 'Permissions requested', body });
}

/**
 * @param {{action: string, error: string | undefined}} page
 */
export function deviceCodePage({ action, error }) {
  const body = html`<h1>Enter code to allow access</h1>
    <p class="tenant">Enter the code that your app or device shows.</p>
    ${error === undefined ? html`` : html`<p class="error" role="alert">${error}</p>`}
    <form method="post" action="${action}">
      <label>Code <input name="otc" type="text" autocomplete="off" autofocus /></label>
      <div class="actions"><button class="primary">Next</button></div>
    </form>`;
  return framed({ title: 'Enter code', body });
}

/**
 * @param {{action: string, app: string, user: User}} page
 */
export function confirmPage({ action, app, user }) {
  const body = html`<h1>Are you trying to sign in to ${app}?</h1>
    <p class="tenant">${user.username}</p>
    <p>Only continue if you got the code from an app that you trust.</p>
    <form method="post" action="${action}">
      <div class="actions">
        <button name="action" value="accept" class="primary">Continue</button>
        <button name="action" value="cancel">Cancel</button>
      </div>
    </form>`;
  return framed({ title: 'Sign in to an app', body });
}

/** @param {string} app */
export function finishedPage(app) {
  const body = html`<h1>${app}</h1>
    <p>You have signed in to the ${app} application on your device. You can close this window.</p>`;
  return framed({ title: 'Signed in', body });
}

/** @param {string} error - What went wrong, for requests that cannot be answered at their redirect URI. */
export function errorPage(error) {
  const body = html`<h1>Sorry, but we’re having trouble signing you in.</h1>
    <p class="error" role="alert">${error}</p>`;
  return framed({ title: 'Error', body });
}

export function signedOutPage() {
  const body = html`<h1>You signed out of your account</h1>
    <p>You can close this window.</p>`;
  return framed({ title: 'Signed out', body });
}

/**
 * @param {string} target
 * @param {Record<string, string>} fields
 */
export function formPostPage(target, fields) {
  const body = html`<form method="post" action="${target}">
    ${Object.entries(fields).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`
    )}
    <noscript><button>Continue</button></noscript>
  </form>`;
  return framed({ title: 'Working…', body, script: 'document.forms[0].submit()' });
}

/** @param {User} user */
function hint({ username, password }) {
  return html`<li>
    <button type="button" data-password="${password}">${username}</button><code>${password}</code>
  </li>`;
}

/** @param {boolean} condition */
function focusIf(condition) {
  return new Html(condition ? 'autofocus' : '');
}
