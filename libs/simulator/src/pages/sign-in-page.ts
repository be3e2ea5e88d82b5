import type { Person } from '../person.js';
import { avatar } from './avatar.js';
import { html } from './html.js';
import { layout } from './layout.js';
import { personChips } from './person-chips.js';

export function signInPage(page: {
  protocol: 'OpenID Connect' | 'SAML';
  application: string;
  people: readonly Person[];
  suggested?: string;
}): string {
  return layout({
    title: 'Sign in',
    body: html`<h1>Who are you today?</h1>
      <p class="muted">
        <strong class="application">${page.application}</strong> asks you to sign in by ${page.protocol}.
      </p>
      <form method="post">
        <ul class="accounts">
          ${page.people.map(
            (person) =>
              html`<li>
                <button
                  name="login"
                  value="${person.login}"
                  class="account"
                  ${person.login === page.suggested && html` autofocus`}
                >
                  ${avatar(person)}
                  <span class="who"
                    ><strong>${person.name}</strong><span class="muted">${person.email}</span></span
                  >
                  ${personChips(person)}
                </button>
              </li> `,
          )}
        </ul>
        <div class="row">
          <label
            ><input type="checkbox" name="remember" value="yes" /> Remember my choice in this browser</label
          >
          <button name="cancel" value="yes" class="quiet">Cancel</button>
        </div>
      </form>
      <p class="muted"><a href="/">Edit people, groups and how they are sent</a></p>`,
  });
}
