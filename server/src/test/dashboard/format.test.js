import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../main/resources/dashboard/format.js';

test('octetsHaveThreeDigitsAndTheirUnit', () => {
  const expected = { 0: '0 B', 999: '999 B', 1000: '1.00 KB', 1234: '1.23 KB', 12345: '12.3 KB', 999_499: '999 KB', 999_999: '1.00 MB', 5e9: '5.00 GB', 1e18: '1000 PB' };
  for (const [count, text] of Object.entries(expected)) assert.equal(format.octets(Number(count)), text);
  assert.equal(format.octets(null), '–');
});

test('durationsHaveAtMostTwoUnits', () => {
  const expected = { 0: '0 s', 59.9: '59 s', 60: '1 min', 185: '3 min 5 s', 3600: '1 h', 7810: '2 h 10 min', 90000: '1 d 1 h', [-5]: '0 s' };
  for (const [seconds, text] of Object.entries(expected)) assert.equal(format.duration(Number(seconds)), text);
  assert.deepEqual([7, 2056, 6723, 180_615].map(format.span), ['0:07', '34:16', '1:52:03', '2 d 02:10']);
  assert.equal(format.millis(12.4), '12 ms');
  assert.equal(format.millis(65_000), '1 min 5 s');
  assert.equal(format.micros(250), '0.25 ms');
  assert.equal(format.micros(12_000), '12 ms');
});

test('thousandsStandApartAndRestingRatesAreADash', () => {
  assert.equal(format.number(1234567), '1,234,567');
  assert.equal(format.number(999), '999');
  assert.equal(format.counted(1, 'tunnel'), '1 tunnel');
  assert.equal(format.counted(1200, 'address', 'addresses'), '1,200 addresses');
  assert.equal(format.rate(0), '–');
  assert.equal(format.rate(2048), '2.05 KB/s');
});

test('ipv6AddressesGetBracketsBeforeAPort', () => {
  assert.equal(format.hostPort('::1', 80), '[::1]:80');
  assert.equal(format.hostPort('a.example', 80), 'a.example:80');
  assert.equal(format.hostPort('a.example', null), 'a.example');
  assert.equal(format.hostPort(null, 0), '–');
});

test('invalidTimesAreADash', () => {
  assert.equal(format.time('never'), '–');
  assert.equal(format.time(null), '–');
  assert.match(format.time('2026-11-30T02:31:37.123Z'), /^2026-\d\d-\d\d \d\d:\d\d:37$/);
});

test('whatTheServerSaysIsShownAsASentence', () => {
  assert.equal(format.sentence('no client is accepted'), 'No client is accepted.');
  assert.equal(format.sentence('Done.'), 'Done.');
  assert.equal(format.sentence(null), '');
});

test('repliesHaveTheirWords', () => {
  assert.equal(format.reply(2), 'not allowed by the rules');
  assert.equal(format.reply(null), 'none yet');
  assert.equal(format.reply(99), 'reply 99');
});
