import type { Person } from '../person.js';
import type { Realm } from '../realm.js';
import { avatar } from './avatar.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { exchangeList, pushSummary } from './push-list.js';

/** What was done to the person just now: said on their card, because there the browser scrolls to. */
export type Done = 'saved' | 'pushed';

export function personCard(realm: Realm, person: Person, groups: readonly string[], done?: Done): Html {
  const { login } = person;
  return html`<li class="card" id="person-${login}" data-person="${login}">
    <form method="post" action="/people/${login}">
      <header>
        ${avatar(person)}<span class="who"
          ><strong>${person.name}</strong><span class="muted">${login}</span></span
        >${!person.active && html`<span class="chip department">deactivated</span>`}
      </header>
      ${done && outcome(realm, person, done)}
      <fieldset>
        <legend>Groups</legend>
        <div class="ticks">
          ${groups.map(
            (group) =>
              html`<label
                ><input
                  type="checkbox"
                  name="groups"
                  value="${group}"
                  ${person.groups.includes(group) && html` checked`}
                />
                ${group}</label
              >`,
          )}
        </div>
        <label class="field"><span>Another group</span><input name="newGroup" autocomplete="off" /></label>
      </fieldset>
      <label class="field"
        ><span>Department</span><input name="department" value="${person.department}" autocomplete="off"
      /></label>
      <label class="field"
        ><span>E-mail</span><input name="email" value="${person.email}" required autocomplete="off"
      /></label>
      <label
        ><input type="checkbox" name="emailVerified" value="yes" ${person.emailVerified && html` checked`} />
        E-mail is verified</label
      >
      ${buttons(realm, person)}
    </form>
    ${sentPreview(realm, person)}
  </li> `;
}

function buttons(realm: Realm, { login, active, organization }: Person): Html {
  const directory = realm.scim.directories.find(organization);
  const save = html`<button class="primary">Save ${login}</button>`;
  const push = (primary: boolean) =>
    html`<button name="push" value="now" ${primary && html`class="primary"`}>Save and push ${login}</button>`;
  const lifecycle = (action: string, label: string) =>
    html`<button class="quiet" formaction="/people/${login}/${action}" formnovalidate>${label} ${login}</button>`;
  return html`<div class="row start">
      ${directory?.automatic ? push(true) : save}${directory && !directory.automatic && push(false)}
    </div>
    <div class="row start lifecycle">
      ${active ? lifecycle('deactivate', 'Deactivate') : lifecycle('reactivate', 'Reactivate')}${lifecycle('delete', 'Delete')}${lifecycle('sign-out', 'Sign out')}
    </div>`;
}

function outcome({ scim }: Realm, { login, organization }: Person, done: Done): Html {
  const push = done === 'pushed' ? scim.log.lastOf(login) : undefined;
  if (done === 'pushed' && push) {
    return html`<div class="saved ${!push.delivered && 'warned'}" role="status">
      <p>Saved and pushed by SCIM: ${pushSummary(push)}.</p>
      ${exchangeList(push)}
    </div>`;
  }
  const unheard = scim.directories.find(organization) !== undefined;
  return html`<p class="saved" role="status">
    Saved; counts from the next sign-in on.${unheard && ' Not pushed: the directory has not heard of it.'}
  </p>`;
}

function sentPreview(realm: Realm, person: Person): Html {
  const attributes = realm.samlAttributes(person).map(({ name, friendlyName, values }) => ({
    name,
    ...(friendlyName && { friendlyName }),
    values,
  }));
  return html`<details>
    <summary>What is sent at a sign-in now</summary>
    <h4>OpenID Connect claims</h4>
    <pre>${JSON.stringify(realm.oidcClaims(person), null, 2)}</pre>
    <h4>SAML attributes</h4>
    <pre>${JSON.stringify(attributes, null, 2)}</pre>
  </details>`;
}
