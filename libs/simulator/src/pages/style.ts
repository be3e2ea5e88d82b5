/** Served as `/assets/style.css`. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f8, #14161b);
  --paper: light-dark(#ffffff, #1d2027);
  --ink: light-dark(#1b1f2a, #e8eaf0);
  --muted: light-dark(#5b6272, #a0a7b8);
  --line: light-dark(#dfe2ea, #343945);
  --accent: light-dark(#3548c8, #8f9dff);
  --on-accent: light-dark(#ffffff, #12141c);
  --chip: light-dark(#e8ebff, #2b3157);
  --ok: light-dark(#e3f5e9, #173524);
  --bad: light-dark(#fdeae0, #47230f);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 36rem; margin: min(6vh, 3rem) auto 1rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; }
.wide main { max-width: 72rem; margin-top: 2rem; background: none; border: 0; padding: 0 1.5rem; }
footer { text-align: center; color: var(--muted); font-size: .85rem; padding: 0 1rem 2rem; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
h3 { margin: 0; font-size: 1rem; }
h4 { margin: .75rem 0 .25rem; font-size: .85rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
.muted { color: var(--muted); }
ul { list-style: none; margin: 1.25rem 0; padding: 0; }
.accounts { display: grid; gap: .6rem; }
button { font: inherit; cursor: pointer; border-radius: .6rem; border: 1px solid var(--line); background: var(--paper); color: inherit; padding: .5rem .9rem; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.quiet { padding-inline: .5rem; margin-inline: -.5rem; border-color: transparent; color: var(--muted); background: none; }
button:hover { filter: brightness(.97); border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.account { width: 100%; display: flex; align-items: center; gap: .35rem .9rem; text-align: left; padding: .7rem .9rem; }
.account .who { flex: 1 1 12rem; }
.who { display: flex; flex-direction: column; min-width: 0; line-height: 1.3; overflow-wrap: anywhere; }
.who .muted { font-size: .875rem; }
.account .chips { margin-left: auto; justify-content: flex-end; }
.avatar { flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid; place-items: center; font-weight: 600; font-size: .9rem; background: var(--line); color: var(--ink); }
.tint-0 { background: light-dark(#d9e3ff, #2c3f7a); } .tint-1 { background: light-dark(#ffe1cf, #6b3c1d); }
.tint-2 { background: light-dark(#d6f2dd, #1f5632); } .tint-3 { background: light-dark(#f6d9ee, #652d55); }
.tint-4 { background: light-dark(#fff0bf, #5c4a0d); } .tint-5 { background: light-dark(#cfeff3, #17525b); }
.chips { display: flex; flex-wrap: wrap; gap: .3rem; }
.chip { background: var(--chip); border-radius: 1rem; padding: .1rem .65rem; font-size: .8rem; overflow-wrap: anywhere; }
.chip.none { background: none; color: var(--muted); border: 1px dashed var(--line); }
.chip.department { background: none; border: 1px solid var(--line); }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; justify-content: space-between; }
.row.fields { align-items: end; }
.row.start { justify-content: start; gap: .5rem; }
.card .row button { padding: .45rem .7rem; }
.lifecycle { margin-top: -.35rem; }
.lifecycle button { margin: 0; font-size: .875rem; }
.grow { flex: 1; min-width: 14rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; align-items: start; margin: 1rem 0; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; padding: 1.1rem; min-width: 0; }
.card form, form.card { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; }
.card header { display: flex; gap: .75rem; align-items: center; }
.card.new { border-style: dashed; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: grid; gap: .5rem; }
legend, .field > span { font-size: .8rem; color: var(--muted); padding: 0; }
.ticks { display: flex; flex-wrap: wrap; gap: .3rem 1rem; }
.field { display: grid; gap: .2rem; }
input:not([type=checkbox]), select { font: inherit; width: 100%; padding: .4rem .6rem; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
input[type=checkbox] { accent-color: var(--accent); }
details { margin-top: .9rem; border-top: 1px solid var(--line); padding-top: .6rem; font-size: .9rem; }
summary { cursor: pointer; color: var(--muted); }
pre { margin: 0; padding: .6rem; overflow: auto; max-height: 18rem; font-size: .75rem; line-height: 1.4; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
dt { color: var(--muted); font-size: .85rem; margin-top: .6rem; }
dd { margin: 0; min-width: 0; }
dd pre { max-height: none; }
.saved { background: var(--ok); border-radius: .6rem; padding: .5rem .8rem; }
.saved p { margin: 0; }
.saved.warned { background: var(--bad); }
.exchanges, .pushes { list-style: none; margin: .4rem 0 0; padding: 0; }
.exchange { margin: 0; padding: .25rem 0; border-top: 1px solid var(--line); font-size: .85rem; }
.exchange summary { color: inherit; overflow-wrap: anywhere; }
.exchange pre { background: var(--paper); }
.pushes > li { border-top: 1px solid var(--line); padding: .35rem 0; }
.pushes > li > details { margin: 0; padding: 0; border: 0; }
.pushes .exchanges { margin: .4rem 0 .4rem 1rem; }
.status { display: inline-block; border-radius: 1rem; padding: 0 .55rem; font-weight: 600; }
.status.taken { background: var(--ok); }
.status.refused { background: var(--bad); }
.card header .chip { margin-left: auto; }
.cards > .card > h3 + p { margin-top: .4rem; }
[id] { scroll-margin-top: 1rem; }
@media (max-width: 32rem) {
  .wide main { padding: 0 1rem; }
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td { border: 0; padding: .15rem 0; }
  td::before { content: attr(data-label); display: block; color: var(--muted); font-size: .8rem; }
  main { margin: 0; border: 0; border-radius: 0; padding: 1.5rem 1rem; }
  .account { flex-wrap: wrap; }
  .account .who { flex-basis: calc(100% - 4rem); }
  .account .chips { margin-left: 3.4rem; justify-content: flex-start; width: 100%; }
}
`;

/** Served as `/assets/submit.js`. */
export const submitScript = `document.getElementById('post-form').submit();\n`;
