import type { Realm } from '../realm.js';
import { dialectOf } from '../scim/dialect-of.js';
import type { ScimDirectory } from '../scim/directories.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { pushList } from './push-list.js';

/** Directories that are pushed to, how to add one, and what was said last. */
export function provisioningSection(realm: Realm, note: Html | false): Html {
  const { directories, log } = realm.scim;
  const pushes = log.list();
  return html`<section aria-labelledby="provisioning">
    <h2 id="provisioning">Provisioning (SCIM)</h2>
    ${note}
    <p class="muted">
      A directory hears of people and groups at once, not only at a sign-in. Requests are in the words of
      ${dialectOf(realm.personality).name}; the personality above decides.
    </p>
    <div class="cards">
      ${directories.list().map((directory) => directoryCard(realm, directory))}
      <form method="post" action="/directories" class="card new">
        <h3>Set a directory</h3>
        <label class="field"
          ><span>Organization</span><input name="organization" required autocomplete="off" placeholder="Acme"
        /></label>
        <label class="field"
          ><span>SCIM base URL</span><input name="baseUrl" type="url" required autocomplete="off"
        /></label>
        <label class="field"
          ><span>Token</span><input name="token" type="password" required autocomplete="off"
        /></label>
        <button class="primary">Set directory</button>
      </form>
    </div>
    <h3>Last pushes</h3>
    ${pushes.length ? pushList(pushes.slice(0, 10)) : html`<p class="muted">None yet.</p>`}
  </section>`;
}

function directoryCard(realm: Realm, { organization, baseUrl, automatic }: ScimDirectory): Html {
  const { begun, users, groups } = realm.scim.directories.told(organization);
  const path = `/directories/${encodeURIComponent(organization)}`;
  return html`<div class="card" data-directory="${organization}">
    <h3>${organization}</h3>
    <p><code>${baseUrl}</code></p>
    <p>
      ${
        begun
          ? `It knows ${users.size} people and ${groups.size} groups.`
          : `It has heard of nobody yet: the first push tells it everybody of ${organization}.`
      }
      ${automatic ? 'Edits are pushed as you save them.' : 'Edits are pushed when you ask for it.'}
    </p>
    <div class="row start">
      <form method="post" action="${path}/push"><button class="primary">Push everybody of ${organization}</button></form>
      <form method="post" action="${path}/automatic">
        <button name="automatic" value="${automatic ? 'no' : 'yes'}">
          ${automatic ? 'Push only when asked' : 'Push edits automatically'}
        </button>
      </form>
    </div>
  </div>`;
}
