import { html, useLayoutEffect, useRef, useState } from '../vendor/htm-preact.js';
import { all, get } from '../api.js';
import { countedOf, number } from '../format.js';
import { useKeys } from '../keys.js';
import { noteQuery, writePlace } from '../place.js';
import { StaticTable } from '../table.js';
import { Empty, Field, ProblemBox, useEvery, useLoaded } from '../ui.js';
import { Explanation } from './explain.js';

const REFRESH_MILLIS = 5000;
const MOST_RULES = 5000; // shown

const COLUMNS = [
  { id: 'number', title: 'Nr.', width: '4em', kind: 'number', cell: (rule) => rule.number ?? '–' },
  { id: 'allow', title: 'Does', width: '5.5em', cell: (rule) => html`<span class=${rule.allow ? 'yes' : 'no'}>${rule.allow ? 'allow' : 'deny'}</span>` },
  { id: 'text', title: 'Rule', cell: (rule) => html`<code>${rule.text}</code>${rule.shadowedBy != null ? html`<div class="note">never matters: rule ${rule.shadowedBy} covers it</div>` : ''}` },
  { id: 'place', title: 'Place', width: '12em', rank: 3, cell: (rule) => (rule.place ? html`<span title=${rule.place}>${rule.place.replace(/^.*\//, '')}</span>` : 'built in') },
  { id: 'hits', title: 'Hits', width: '9em', kind: 'number', cell: (rule) => (rule.hits === 0 ? html`<span class="off">never</span>` : number(rule.hits)) },
  { id: 'hitsDay', title: 'Last day', width: '7em', kind: 'number', rank: 2, cell: (rule) => number(rule.hitsDay) },
];

/** The rules in the order in which they are tried, how often each decided, and which one would decide. */
export function Rules({ query }) {
  const rules = useLoaded(readRules, []);
  const items = rules.value?.items ?? [];
  useEvery(rules.reload, Math.max(REFRESH_MILLIS, items.length * 10));
  return html`
    <h1>Rules</h1>
    <${ExplainForm} query=${query} />
    <h2>In order</h2>
    <p class="summary">The first rule that matches decides. ${rules.value && summaryOf(rules.value)}</p>
    <${ProblemBox} problem=${rules.problem} />
    ${items.length === 0
      ? html`<${Empty}>${rules.isLoading ? 'Reading the rules …' : 'There are no rules: the built-in ones decide.'}<//>`
      : html`<${StaticTable} label="Rules" columns=${COLUMNS} rows=${items} idOf=${(rule) => `${rule.number} ${rule.text}`} classOf=${(rule) => (rule.hits === 0 ? 'dim' : '')} />`}
  `;
}

/** The rules, with the defaults behind them: {items, isComplete}. */
export function readRules() {
  return all('/rules', {}, MOST_RULES);
}

/** What is said of rules that were read. Pure. */
export function summaryOf({ items, isComplete }) {
  const dead = items.filter((rule) => rule.hits === 0 && !rule.isDefault).length;
  const sentences = [];
  if (!isComplete) sentences.push(`There are ${countedOf({ items, isComplete }, 'rule')}: these are the first.`);
  if (dead > 0) sentences.push(`${number(dead)} of ${isComplete ? 'them' : 'these'} never matched since the start: perhaps a rule above takes it all, or it is not needed.`);
  return sentences.join(' ');
}

function ExplainForm({ query }) {
  const form = useRef(null);
  const [answer, setAnswer] = useState(null);
  const [problem, setProblem] = useState(null);
  useKeys({ '/': ['go to the form', () => form.current.elements.to.focus()] });

  const explain = async (asked) => {
    try {
      setAnswer(await get('/explain', asked));
      setProblem(null);
    } catch (failure) {
      setAnswer(null);
      setProblem(failure);
    }
  };
  useLayoutEffect(() => {
    for (const name of ['user', 'from', 'command', 'to']) if (query[name]) form.current.elements[name].value = query[name];
    if (query.to) explain(query);
  }, [query]);
  const submit = (event) => {
    event.preventDefault();
    const asked = Object.fromEntries(new FormData(event.currentTarget));
    noteQuery('rules', asked);
    explain(asked);
  };
  return html`<section class="explain">
    <h2>Which rule decides?</h2>
    <form class="row" ref=${form} onSubmit=${submit}>
      <${Field} label="User"><input name="user" placeholder="nobody" autocomplete="off" spellcheck=${false} /><//>
      <${Field} label="From"><input name="from" placeholder="127.0.0.1" autocomplete="off" spellcheck=${false} /><//>
      <${Field} label="Command">
        <select name="command"><option value="connect">CONNECT</option><option value="bind">BIND</option><option value="udp">UDP ASSOCIATE</option></select>
      <//>
      <${Field} label="To"><input name="to" placeholder="example.org:443" required autocomplete="off" spellcheck=${false} /><//>
      <button type="submit" class="primary">Explain</button>
    </form>
    <${ProblemBox} problem=${problem} />
    ${answer && html`<${Explanation} answer=${answer} />`}
    ${answer?.ruleNumber != null && html`<p><a href=${writePlace('connections', { filter: `rule:${answer.ruleNumber}` })}>Open connections by this rule</a></p>`}
  </section>`;
}
