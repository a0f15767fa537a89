import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, parse, readNetwork, readOctets, readSeconds, term, toQuery } from '../../main/resources/dashboard/filter.js';

const ROW = {
  id: 17,
  user: 'ana',
  client: '192.0.2.9',
  clientPort: 5000,
  command: 'CONNECT',
  destination: 'www.shop.example',
  destinationPort: 443,
  reply: 0,
  ruleNumber: 3,
  octetsUp: 400_000,
  octetsDown: 700_000,
  idleSeconds: 700,
  ageSeconds: 7300,
};

function holds(text, changes = {}) {
  const filter = parse(text);
  assert.deepEqual(filter.problems, [], text);
  return matches(filter, { ...ROW, ...changes });
}

test('theFilterOfTheManualMatchesWhatItSays', () => {
  const text = 'user:ana to:*.example port:443 rule:3 >1MB idle>10m';
  assert.equal(holds(text), true);
  for (const other of [{ user: 'ben' }, { destination: 'shop.test' }, { destinationPort: 80 }, { ruleNumber: 4 }, { octetsUp: 1 }, { idleSeconds: 599 }]) {
    assert.equal(holds(text, other), false, JSON.stringify(other));
  }
});

test('anEmptyFilterMatchesEverything', () => {
  assert.equal(holds(''), true);
  assert.equal(holds('   '), true);
});

test('aMinusTurnsATermRound', () => {
  assert.equal(holds('-user:ana'), false);
  assert.equal(holds('-user:ben'), true);
  assert.equal(holds('-shop'), false);
});

test('whoHasNoNameIsFoundByADash', () => {
  assert.equal(holds('user:-', { user: null }), true);
  assert.equal(holds('user:-'), false);
  assert.equal(holds('user:*', { user: null }), false);
});

test('aNetworkMatchesItsAddressesAndNoOthers', () => {
  assert.equal(holds('from:192.0.2.0/24'), true);
  assert.equal(holds('from:192.0.2.9'), true);
  assert.equal(holds('from:192.0.3.0/24'), false);
  assert.equal(holds('from:0.0.0.0/0'), true);
  assert.equal(holds('from:::/0'), false, 'an IPv4 address is in no IPv6 network');
  assert.equal(holds('from:2001:db8::/32', { client: '2001:db8:1::7' }), true);
  assert.equal(holds('from:2001:db8::/32', { client: '2001:db9::7' }), false);
});

test('aBareWordIsSoughtInUserClientAndDestinationWithItsPort', () => {
  for (const word of ['an', '192.0.2', 'SHOP', 'www.shop.example:443', '"shop"']) assert.equal(holds(word), true, word);
  assert.equal(holds('connect'), false, 'the command has a word of its own');
});

test('quotesKeepSpaces', () => {
  assert.equal(holds('user:"two words"', { user: 'two words' }), true);
  assert.deepEqual(term('user', 'two words'), 'user:"two words"');
  assert.equal(term('user', 'ana'), 'user:ana');
});

test('aNameWithSignsOfRegularExpressionsIsTakenAsItIs', () => {
  for (const name of ['a.b', 'a+b', '(a)', 'a\\b', '[a]', '^$', 'a|b', 'a{2}', '-']) {
    assert.equal(holds(term('user', name), { user: name }), true, name);
  }
  assert.equal(holds('user:a.b', { user: 'axb' }), false);
});

test('comparisonsTakeUnits', () => {
  assert.equal(holds('>1.1MB'), false);
  assert.equal(holds('>1.09MB'), true);
  assert.equal(holds('up<500KB down>600KB'), true);
  assert.equal(holds('age>2h'), true);
  assert.equal(holds('idle<5m'), false);
  assert.equal(readOctets('1KiB'), 1024);
  assert.equal(readOctets('2g'), 2e9);
  assert.equal(readOctets('lots'), null);
  assert.equal(readSeconds('1d'), 86400);
  assert.equal(readSeconds('90'), 90);
  assert.equal(readSeconds('x'), null);
});

test('aMistakeIsToldAndDoesNotHideRows', () => {
  for (const text of ['port:https', 'rule:', 'from:192.0.2.0/33', 'from:nowhere', 'idle>soon', '>much', 'command:telnet', 'host:example']) {
    const filter = parse(text);
    assert.equal(filter.problems.length, 1, text);
    assert.equal(matches(filter, ROW), true, text);
  }
});

test('anIpv6AddressIsAWordAndNoUnknownField', () => {
  assert.deepEqual(parse('fe80::1').problems, []);
  assert.deepEqual(parse('localhost:80').problems, []);
});

test('networksAreReadAsWritten', () => {
  assert.equal(readNetwork('1.2.3.4/32').prefix, 32);
  assert.equal(readNetwork('::1').prefix, 128);
  for (const text of ['1.2.3', '1.2.3.256', '1.2.3.4/x', '1::2::3', '1.2.3.4/8/9', 'g::', '', ':']) assert.equal(readNetwork(text), null, text);
});

test('theServerIsAskedForWhatItKnowsOnly', () => {
  const known = ['user', 'client', 'destination', 'port', 'rule', 'minOctets', 'minDurationSeconds', 'minIdleSeconds', 'q'];
  assert.deepEqual(toQuery(parse('user:ana from:192.0.2.0/24 to:*.example port:443 rule:3 >1MB idle>10m age>1h word'), known), {
    user: 'ana',
    client: '192.0.2.0/24',
    destination: '*.example',
    port: '443',
    rule: '3',
    minOctets: '1000000',
    minDurationSeconds: '3600',
    minIdleSeconds: '600',
    q: 'word',
  });
  assert.deepEqual(toQuery(parse('-user:ana user:a* to:a*b reply:2 <1MB up>1MB age<1h -age>1h'), known), {});
  assert.deepEqual(toQuery(parse('idle>0.5 age>1500ms'), known), { minDurationSeconds: '1', minIdleSeconds: '0' }, 'never less than matches()');
  assert.deepEqual(toQuery(parse('age>400d idle>400d'), known), { minDurationSeconds: '31536000', minIdleSeconds: '31536000' });
});

test('thousandsOfRandomTextsNeitherThrowNorHang', () => {
  const letters = ['user:', 'to:', '>', '<', '-', '"', ' ', '*', 'a', '1', 'MB', ':', '/', '.', '\\', '(', '[', 'idle', 'from:', '\u202e', '<script>'];
  let seed = 12345;
  const next = (most) => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
  for (let turn = 0; turn < 5000; turn++) {
    const text = Array.from({ length: next(12) }, () => letters[next(letters.length)]).join('');
    const filter = parse(text);
    matches(filter, ROW);
    toQuery(filter, ['user', 'q']);
  }
});
