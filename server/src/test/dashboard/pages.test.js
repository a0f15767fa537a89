import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { userPath } from '../../main/resources/dashboard/api.js';
import { LIMITS, changeOf, isExpired, limitsOf, quotaOf } from '../../main/resources/dashboard/limits.js';
import { readPlace, writePlace } from '../../main/resources/dashboard/place.js';
import { REASONS, explained } from '../../main/resources/dashboard/reasons.js';
import { load, push, read, ring, save } from '../../main/resources/dashboard/ring.js';
import { matchesUser, sortUsers, toCsv, toJson } from '../../main/resources/dashboard/userlist.js';
import { warningsOf } from '../../main/resources/dashboard/warnings.js';

const HERE = path.dirname(new URL(import.meta.url).pathname);
const FILES = path.join(HERE, '../../main/resources/dashboard');
const files = readdirSync(FILES, { recursive: true }).filter((name) => statSync(path.join(FILES, name)).isFile());
const text = (name) => readFileSync(path.join(FILES, name), 'utf8');

const USERS = [
  { name: 'ana', enabled: true, admin: false, viewer: false, temporary: false, connections: 2, lastSeen: '2026-11-30T00:00:00.000Z', usage: null },
  { name: '=cmd|"x"', enabled: false, admin: false, viewer: true, temporary: false, connections: 0, lastSeen: null, lastAddress: '192.0.2.9', plan: 'free', usage: { today: { octetsUp: 1, octetsDown: 2 }, month: { octetsUp: 3, octetsDown: 4 }, total: { octetsUp: 5, octetsDown: 6 }, period: { since: '2026-11-01T00:00:00Z', octetsUp: 7, octetsDown: 8 } } },
  { name: 'Ben, the 2nd', enabled: true, admin: true, viewer: false, temporary: true, connections: 0, lastSeen: null, usage: null },
];

test('allThatThePageLoadsIsUnder150KilobytesCompressed', () => {
  const sum = files.filter((name) => /\.(html|css|js|svg)$/.test(name)).reduce((octets, name) => octets + gzipSync(readFileSync(path.join(FILES, name))).length, 0);
  assert.ok(sum < 150_000, `${sum} octets`);
});

test('nothingIsLoadedFromElsewhereAndNothingIsInline', () => {
  const page = text('index.html');
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|\son[a-z]+=|\sstyle=|<style/i);
  for (const name of files.filter((file) => /\.(html|css|js)$/.test(file) && !file.startsWith('vendor'))) {
    assert.doesNotMatch(text(name), /(?:src|href)=["']?(?:https?:)?\/\/|@import|from ['"]https?:/, name);
    assert.doesNotMatch(text(name), /innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, `${name}: foreign text never becomes HTML`);
  }
});

test('whatTheServerMayServeIsListed', () => {
  const listed = text('files').split('\n').filter(Boolean);
  assert.deepEqual(listed, files.filter((name) => name !== 'files').sort(), 'dashboard/files has one path a line');
});

test('everyModuleIsAskedForAtOnce', () => {
  const listed = new Set([...text('index.html').matchAll(/(?:href|src)="([^"]+\.js)"/g)].map((match) => match[1]));
  const modules = files.filter((name) => name.endsWith('.js') && name !== 'vendor/uPlot.js'); // fetched behind the first paint
  assert.deepEqual([...listed].sort(), modules.sort());
});

test('everyImportNamesAFileThatIsThere', () => {
  for (const name of files.filter((file) => file.endsWith('.js') && !file.startsWith('vendor'))) {
    for (const [, target] of text(name).matchAll(/(?:from |import\()'([^']+)'/g)) {
      assert.ok(files.includes(path.join(path.dirname(name), target)), `${name}: ${target}`);
    }
  }
});

test('everyReasonOfTheServerIsExplained', () => {
  const source = readFileSync(path.join(HERE, '../../main/java/dev/argyle/server/telemetry/EndReason.java'), 'utf8');
  const words = [...source.matchAll(/^ {2}[A-Z_]+\("([a-z-]+)"/gm)].map((match) => match[1]);
  assert.ok(words.length > 20);
  for (const word of words) assert.ok(REASONS[word], word);
  assert.equal(explained('refused_penalised').means, REASONS.penalised[0]);
  assert.deepEqual(explained('constructor-of-something'), { means: '', advice: '' });
});

test('thePlaceInTheAddressIsReadAsItWasWritten', () => {
  const filter = 'user:"two words" >1MB #&=%';
  assert.deepEqual(readPlace(writePlace('connections', { filter, sort: '' })), { page: 'connections', query: { filter } });
  assert.deepEqual(readPlace(''), { page: 'overview', query: {} });
});

test('aUsersPathHasTheOctetsThatLogsEscape', () => {
  assert.equal(userPath('ana'), '/users/ana');
  assert.equal(userPath('a/b?c'), '/users/a%2Fb%3Fc');
  assert.equal(userPath('\\xFFé'), '/users/%FF%C3%A9');
});

test('usersAreFilteredByStateAndName', () => {
  const names = (filter) => USERS.filter((user) => matchesUser(filter, user)).map((user) => user.name);
  assert.deepEqual(names('online'), ['ana']);
  assert.deepEqual(names('disabled viewer'), ['=cmd|"x"']);
  assert.deepEqual(names('-online enabled'), ['Ben, the 2nd']);
  assert.deepEqual(names('user:AN'), ['ana']);
  assert.deepEqual(names('constructor'), []);
  assert.deepEqual(sortUsers(USERS, { column: 'connections', isDescending: true })[0].name, 'ana');
});

test('aSpreadsheetDoesNotRunTheNamesOfUsers', () => {
  const lines = toCsv(USERS).split('\r\n');
  assert.match(lines[0], /^name,enabled,role/);
  assert.match(lines[2], /^"'=cmd\|""x""",false,viewer,false,0,,1,2,3,4,5,6,2026-11-01T00:00:00Z,7,8,192\.0\.2\.9,free$/);
  assert.match(lines[3], /^"Ben, the 2nd",true,administrator,true/);
  assert.deepEqual(JSON.parse(toJson(USERS)), USERS);
});

test('everyLimitOfTheManualHasItsWords', () => {
  const manual = readFileSync(path.join(HERE, '../../../../docs/accounts.md'), 'utf8');
  const table = /\| attribute \| values \| meaning \|\n[^]*?\n\n/.exec(manual)[0];
  assert.deepEqual(Object.keys(LIMITS), [...table.matchAll(/^\| `([^`]+)` /gm)].map((match) => match[1]));
});

test('aQuotaCountsTheDirectionsThatItSays', () => {
  const usage = { period: { octetsUp: 300, octetsDown: 800 } };
  const quota = (texts) => quotaOf({ usage, effective: texts });
  assert.deepEqual(quota({ 'quota.octets': '1KiB' }), { limit: 1024, used: 1100, isSpent: true });
  assert.deepEqual(quota({ 'quota.octets': '1KiB', 'quota.counts': 'down' }), { limit: 1024, used: 800, isSpent: false });
  assert.deepEqual(quota({ 'quota.octets': '1KiB', 'quota.counts': 'up' }), { limit: 1024, used: 300, isSpent: false });
  for (const none of [{}, { 'quota.octets': 'none' }]) assert.equal(quota(none), null);
  assert.equal(quotaOf({ name: 'of one run' }), null);
});

test('anAccountHasExpiredWhenItsDayIsOverEverywhere', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const expired = (expires) => isExpired({ effective: { expires } }, now);
  assert.deepEqual(['2026-11-28', '2026-11-30', '2026-11-30T11:59:59Z', '2026-11-30T12:00:01Z', 'none', undefined].map(expired), [true, false, true, false, false, false]);
});

test('limitsSayWhetherThePlanHasThem', () => {
  const user = { effective: { note: 'x', 'rate.up': '1MiB', 'rate.sideways': '7' }, limits: { 'rate.up': '1MiB' } };
  assert.deepEqual(limitsOf(user).map(({ name, isOfPlan }) => [name, isOfPlan]), [['rate.up', false], ['note', true], ['rate.sideways', true]]);
  assert.equal(limitsOf({ effective: { 'quota.then': '64KiB' } })[0].value, '64KiB per second');
  assert.deepEqual(limitsOf({}), []);
});

test('onlyTheLimitsThatWereEditedAreSent', () => {
  const user = { plan: 'basic', limits: { 'rate.up': '1MiB', note: 'x' } };
  const form = { ...Object.fromEntries(Object.keys(LIMITS).map((name) => [name, user.limits[name] ?? ''])), plan: 'basic' };
  assert.equal(changeOf(user, form), null);
  assert.deepEqual(changeOf(user, { ...form, plan: ' ', 'rate.up': '', connections: ' 5 ' }), { plan: null, limits: { connections: '5', 'rate.up': null } });
});

test('theRingKeepsTheLastSamplesAndNoMore', () => {
  const samples = ring(3, ['a']);
  for (let at = 1; at <= 5; at++) push(samples, at, { a: at * 10 });
  push(samples, 5, { a: 55 });
  assert.deepEqual(read(samples, ['a']), [[3, 4, 5], [30, 40, 55]]);
});

test('aTimeWithoutSamplesIsAGapAndNoLine', () => {
  const samples = ring(10, ['a']);
  push(samples, 100, { a: 1 });
  push(samples, 103, { a: 2 });
  push(samples, 200, { a: 3 });
  assert.deepEqual(read(samples, ['a']), [[100, 103, 104, 200], [1, 2, null, 3]]);
});

test('aClockThatIsSetBackLeavesTimesInOrder', () => {
  const samples = ring(5, ['a']);
  for (let at = 100; at < 110; at++) push(samples, at, { a: at });
  push(samples, 107, { a: 7 });
  assert.deepEqual(read(samples, ['a']), [[105, 106, 107], [105, 106, 7]]);
  push(samples, 50, { a: 5 });
  assert.deepEqual(read(samples, ['a']), [[50], [5]]);
});

test('samplesOutliveAReloadAndNothingElseIsTaken', () => {
  const before = ring(10, ['a', 'b']);
  for (let at = 1; at <= 15; at++) push(before, at, { a: at, b: at === 12 ? undefined : -at });
  const after = ring(10, ['a', 'b']);
  load(after, save(before), 18);
  push(after, 18, { a: 18, b: 18 });
  assert.deepEqual(read(after, ['a', 'b']), [[9, 10, 11, 12, 13, 14, 15, 18], [9, 10, 11, 12, 13, 14, 15, 18], [-9, -10, -11, null, -13, -14, -15, 18]]);
  for (const text of [null, '', 'x', '{}', '[]', '[1,2,3]', '[[1],[2]]', '[[5,4,"6",7.5,null],[],[]]', `[[99999],[1],[1]]`]) {
    const samples = ring(10, ['a', 'b']);
    load(samples, text, 10);
    assert.ok(read(samples, ['a'])[0].every((at) => at === 5), String(text));
  }
});

test('aRedThingSaysWhatItMeansAndWhatToDo', () => {
  const status = { running: true, draining: false, warnings: [{ code: 'bugs', title: 'x', detail: 'y', advice: 'z' }] };
  const quiet = { loopLagP99Micros: 100, descriptors: 10, descriptorLimit: 1000, bugs: 0 };
  assert.deepEqual(warningsOf({ ...status, warnings: [] }, quiet), []);
  const found = warningsOf(status, { loopLagP99Micros: 120_000, descriptors: 900, descriptorLimit: 1000, bugs: 2 });
  assert.deepEqual(found.map(({ code }) => code), ['bugs', 'loop-lag', 'descriptors'], "the server's own warning is not said twice");
  for (const { title, detail, advice } of found) assert.ok(title && detail && advice);
  assert.equal(warningsOf({ ...status, running: false, warnings: [] }, null)[0].code, 'stopped');
});

test('theFilesOfOthersAreTheOnesThatTheNoteNames', async () => {
  const { createHash } = await import('node:crypto');
  const note = text('vendor/THIRD-PARTY.txt');
  for (const name of ['htm-preact.js', 'uPlot.js', 'uPlot.css']) {
    const digest = createHash('sha256').update(readFileSync(path.join(FILES, 'vendor', name))).digest('hex');
    assert.ok(note.includes(digest), name);
  }
});
