// Stands in for curl where a machine has none: the options that the docs use, and the status on the error output.
import { readFileSync, writeFileSync } from 'node:fs';

const headers = new Headers();
let [url, method, body, file] = [];
const words = process.argv.slice(2);
while (words.length > 0) {
  const word = words.shift();
  if (word === '-X') method = words.shift();
  else if (word === '-H') headers.append(...split(words.shift()));
  else if (word === '-o') file = words.shift();
  else if (word === '-d') body = dataOf(words.shift());
  else if (/^-[sSfk]+$/.test(word)) continue;
  else if (word.startsWith('-')) throw new Error(`the stand-in for curl does not know \`${word}\``);
  else url = word;
}
if (body !== undefined && !headers.has('content-type'))
  headers.set('content-type', 'application/x-www-form-urlencoded');
const answer = await fetch(url, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body });
const text = await answer.text();
if (file !== undefined) writeFileSync(file, text);
else process.stdout.write(text);
process.stderr.write(`${answer.status}\n`);

function split(header) {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
}

function dataOf(data) {
  return data.startsWith('@') ? readFileSync(data.slice(1), 'utf8').replaceAll(/[\r\n]/g, '') : data;
}
