import { strict as assert } from 'node:assert';
import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

export interface ImportRequest {
  readonly port: number;
  readonly directory: string;
  readonly token: string;
  readonly users: number;
  readonly groups: number;
  readonly membersEach: number;
}

/** Milliseconds. */
export interface ImportReport {
  /** Of each tenth of the users. */
  readonly tenths: readonly number[];
  readonly groupsTook: number;
}

const atOnce = 16;

/** An IdP that asks for as little of the machine as it can: what is measured runs beside it. */
async function run({
  port,
  directory,
  token,
  users,
  groups,
  membersEach,
}: ImportRequest): Promise<ImportReport> {
  const lines = await Promise.all(Array.from({ length: atOnce }, () => Line.open(port)));
  const head = (resource: string) =>
    `POST /scim/v2/${directory}/${resource} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n` +
    'accept: application/scim+json\r\ncontent-type: application/scim+json\r\n';
  const ids: string[] = [];
  const inParallel = async (from: number, to: number, one: (line: Line, number: number) => Promise<void>) => {
    let next = from;
    const began = performance.now();
    await Promise.all(
      lines.map(async (line) => {
        while (next < to) await one(line, next++);
      }),
    );
    return performance.now() - began;
  };
  const usersHead = head('Users');
  const tenths: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    tenths.push(
      await inParallel((tenth * users) / 10, ((tenth + 1) * users) / 10, async (line, number) => {
        ids[number] = idIn(await line.send(usersHead, userOf(number)));
      }),
    );
  }
  const groupsHead = head('Groups');
  const groupsTook = await inParallel(0, groups, async (line, number) => {
    const members = ids.slice(number * membersEach, (number + 1) * membersEach).map((value) => ({ value }));
    idIn(await line.send(groupsHead, { schemas: [groupSchema], displayName: `Group ${number}`, members }));
  });
  for (const line of lines) line.close();
  return { tenths, groupsTook };
}

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** As much as Entra sends of a person. */
function userOf(number: number): object {
  const email = `person.${number}@acme.test`;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    externalId: `00u${number}`,
    userName: email,
    active: true,
    displayName: `Given Family ${number}`,
    emails: [{ primary: true, type: 'work', value: email }],
    name: { formatted: `Given Family ${number}`, familyName: `Family ${number}`, givenName: 'Given' },
    title: 'Engineer',
    [enterprise]: { department: `Department ${number % 50}`, employeeNumber: `${number}` },
  };
}

function idIn({ status, body }: Answer): string {
  assert.equal(status, 201, body);
  return (JSON.parse(body) as { id: string }).id;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One kept connection; one request at a time. */
class Line {
  #heard: Buffer = Buffer.alloc(0);
  #answered: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#hear(chunk));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  static open(port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Line(socket)));
      socket.once('error', reject);
    });
  }

  send(head: string, body: object): Promise<Answer> {
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      [this.#answered, this.#failed] = [resolve, reject];
      this.#socket.write(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #hear(chunk: Buffer): void {
    this.#heard = this.#heard.length === 0 ? chunk : Buffer.concat([this.#heard, chunk]);
    const end = this.#heard.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#heard.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    assert(Number.isInteger(length), head);
    if (this.#heard.length < end + 4 + length) return;
    const body = this.#heard.toString('utf8', end + 4);
    this.#heard = Buffer.alloc(0);
    this.#answered?.({ status: Number(head.slice(9, 12)), body });
  }
}

parentPort?.postMessage(await run(workerData as ImportRequest));
