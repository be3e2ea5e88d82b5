/** Where people are edited: the simulator's page, which production lacks. */
export class IdpPage {
  constructor(readonly url: string | undefined) {}
}
