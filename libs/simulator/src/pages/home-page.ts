import { personalities } from '../personality.js';
import type { Realm } from '../realm.js';
import type { IdentityProvider } from '../saml/identity-provider.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { layout } from './layout.js';
import type { Done } from './person-card.js';
import { personCard } from './person-card.js';
import { provisioningSection } from './provisioning-section.js';

const columns = ['Protocol', 'Client or entity id', 'Answers go to'];

function applications(realm: Realm): Html {
  const rows = [
    ...realm.clients
      .list()
      .map(({ clientId, redirectUris }) => ['OpenID Connect', clientId, redirectUris.join(' ')] as const),
    ...realm.serviceProviders.list().map(({ entityId, acsUrl }) => ['SAML', entityId, acsUrl] as const),
  ];
  if (!rows.length)
    return html`<p class="muted">None yet. Only applications registered here are answered.</p>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th>${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => html`<td data-label="${columns[index]}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const savedNote = html`<p class="saved" role="status">Saved.</p>`;

/**
 * Everything of a simulator on one page: how it sends, its people, its directories, its applications, its addresses.
 * @param saved the anchor of what was saved just now: it is said there, because there the browser scrolls to
 */
export function homePage(realm: Realm, saml: IdentityProvider, saved?: string, done: Done = 'saved'): string {
  const groups = realm.people.knownGroups();
  return layout({
    title: 'People',
    wide: true,
    body: html`<h1>Identity provider simulator</h1>
      <p class="muted">
        Edits count from a person's next sign-in on, as they would at a real IdP; where they are
        <a href="#provisioning">pushed by SCIM</a>, at once.
      </p>
      <section aria-labelledby="personality">
        <h2 id="personality">How groups are sent</h2>
        ${saved === 'personality' && savedNote}
        <form method="post" action="/personality" class="row fields">
          <label class="field grow"
            ><span>Personality, for sign-in by both protocols and for SCIM</span
            ><select name="personality">
              ${Object.entries(personalities).map(
                ([name, title]) =>
                  html`<option value="${name}" ${name === realm.personality && html` selected`}>
                    ${name}: ${title}
                  </option>`,
              )}
            </select></label
          >
          <button class="primary">Switch</button>
        </form>
      </section>
      <section aria-labelledby="people">
        <h2 id="people">People</h2>
        ${saved === 'people' && savedNote}
        <ul class="cards">
          ${realm.people.list().map((person) => personCard(realm, person, groups, saved === `person-${person.login}` ? done : undefined))}
          <li class="card new">
            <form method="post" action="/people">
              <header>
                <span class="avatar" aria-hidden="true">+</span
                ><span class="who"><strong>Someone new</strong><span class="muted">joins at once</span></span>
              </header>
              <label class="field"
                ><span>Login</span
                ><input
                  name="login"
                  required
                  pattern="[a-z0-9][a-z0-9._\\-]*"
                  autocomplete="off"
                  placeholder="grace"
              /></label>
              <label class="field"
                ><span>Name</span><input name="name" autocomplete="off" placeholder="Grace Gomez"
              /></label>
              <label class="field"
                ><span>E-mail</span><input name="email" autocomplete="off" placeholder="grace@acme.test"
              /></label>
              <button class="primary">Add</button>
            </form>
          </li>
        </ul>
      </section>
      ${provisioningSection(realm, saved === 'provisioning' && savedNote)}
      <section aria-labelledby="applications">
        <h2 id="applications">Applications</h2>
        ${saved === 'applications' && savedNote}
        ${applications(realm)}
        <div class="cards">
          <form method="post" action="/clients" class="card">
            <h3>Register an OpenID Connect client</h3>
            <label class="field"
              ><span>Client id</span><input name="clientId" required autocomplete="off"
            /></label>
            <label class="field"
              ><span>Client secret</span><input name="clientSecret" required autocomplete="off"
            /></label>
            <label class="field"
              ><span>Redirect URI</span><input name="redirectUri" type="url" required
            /></label>
            <button class="primary">Register client</button>
          </form>
          <form method="post" action="/service-providers" class="card">
            <h3>Register a SAML service provider</h3>
            <label class="field"
              ><span>Entity id</span><input name="entityId" required autocomplete="off"
            /></label>
            <label class="field"><span>ACS URL</span><input name="acsUrl" type="url" required /></label>
            <button class="primary">Register service provider</button>
          </form>
        </div>
      </section>
      <section aria-labelledby="addresses">
        <h2 id="addresses">Addresses</h2>
        <dl>
          <dt>OpenID Connect issuer</dt>
          <dd>
            <code>${realm.url}/oidc</code> (<a href="/oidc/.well-known/openid-configuration">discovery</a>)
          </dd>
          <dt>SAML entity id</dt>
          <dd><code>${saml.idpIssuer}</code> (<a href="/saml/metadata">metadata</a>)</dd>
          <dt>SAML single sign-on</dt>
          <dd><code>${saml.entryPoint}</code>, Redirect and POST</dd>
          <dt>SAML certificate</dt>
          <dd><pre>${saml.certificate}</pre></dd>
        </dl>
      </section>`,
  });
}
