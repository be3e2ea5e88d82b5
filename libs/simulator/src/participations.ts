/** An application that a person is signed in to. */
export type Participation =
  | {
      readonly protocol: 'saml';
      readonly login: string;
      readonly entityId: string;
      readonly nameId: { readonly format: string; readonly value: string };
      readonly sessionIndex: string;
    }
  | {
      readonly protocol: 'oidc';
      readonly login: string;
      readonly clientId: string;
      readonly subject: string;
      readonly sid: string;
    };

const limit = 1000;

/** Who is signed in where, as far as this process remembers: whom a sign-out must be told to. */
export class Participations {
  #all: Participation[] = [];

  add(participation: Participation): void {
    this.#all.push(participation);
    if (this.#all.length > limit) this.#all.shift();
  }

  of(login: string): readonly Participation[] {
    return this.#all.filter((each) => each.login === login);
  }

  /** Those of a person; they are over. */
  take(login: string): readonly Participation[] {
    const taken = this.of(login);
    this.#all = this.#all.filter((each) => each.login !== login);
    return taken;
  }

  endSid(sid: string): void {
    this.#all = this.#all.filter((each) => each.protocol !== 'oidc' || each.sid !== sid);
  }

  /** At one service provider, as a LogoutRequest names them. */
  end(entityId: string, name: string): void {
    this.#all = this.#all.filter(
      (each) => each.protocol !== 'saml' || each.entityId !== entityId || each.nameId.value !== name,
    );
  }
}
