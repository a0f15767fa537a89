// The dashboard in a real browser, on a real server, with real clients.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { ROOT, Server, browse, cable, echo, eventually, obstacle, stranger, tunnel } from './rig.mjs';
import { PATIENCE, Visit } from './visit.mjs';

const skip = obstacle() ?? false;

describe('the dashboard', { skip, timeout: 600_000 }, () => {
  const visit = new Visit();
  const { logIn, open, rows, question, filled, drawnAgain, isOpen, newUser } = visit;
  let server;
  let target;
  let context;
  let page;

  before(async () => {
    await visit.start();
    ({ server, target } = visit);
  });
  after(() => visit.end());
  beforeEach(async () => {
    await visit.enter();
    ({ context, page } = visit);
  });
  afterEach(() => visit.leave());

  test('aWrongPasswordIsToldAndARightOneLetsIn', async () => {
    await page.goto(server.url);
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    await logIn();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const cookies = await context.cookies();
    assert.deepEqual(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite })), [{ name: 'argyle-session', httpOnly: true, sameSite: 'Strict' }]);
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await eventually('the cookie is gone', async () => (await context.cookies()).length === 0);
  });

  test('aTunnelAppearsByItselfAndThePlotsMove', async () => {
    await logIn();
    const plot = page.getByRole('img', { name: /^Open connections/ });
    await plot.locator('canvas').waitFor();
    await page.getByRole('img', { name: /now 0$/ }).waitFor();
    const opened = await open();
    await page.getByRole('img', { name: /now 1$/ }).waitFor();
    await page.getByRole('link', { name: 'Connections', exact: true }).click();
    await rows().filter({ hasText: `localhost:${target.port}` }).waitFor();
    await eventually('it alone', async () => (await rows().count()) === 1);
    await open();
    await eventually('the second appears', async () => (await rows().count()) === 2);
    opened.close();
    await eventually('the first goes', async () => (await rows().count()) === 1);
  });

  test('plotsSayThatTheyCollectUntilThereIsALineAndAReloadKeepsThem', async () => {
    const events = '**/api/v1/events*';
    await page.route(events, (route) => route.abort());
    await logIn();
    await page.getByText(/^Collecting/).first().waitFor();
    assert.equal(await page.locator('.plot canvas').count(), 0);
    await page.unroute(events);
    await page.locator('.plot canvas').first().waitFor();
    assert.equal(await page.getByText(/^Collecting/).count(), 0);
    const first = () => page.evaluate(async () => {
      const { live } = await import('/live.js');
      const { read } = await import('/ring.js');
      return read(live.samples, ['open'])[0][0];
    });
    const began = await first();
    await page.reload();
    await page.locator('.plot canvas').first().waitFor();
    assert.equal(await first(), began);
  });

  test('aFilteredConnectionIsEndedAndTheOthersStay', async () => {
    const ana = await newUser('kill-ana');
    const [one, other] = [await open(ana), await open()];
    await logIn('connections');
    await eventually('both', async () => (await rows().count()) === 2);
    await page.getByRole('searchbox').fill(`user:kill-ana port:${target.port}`);
    await eventually('one', async () => (await rows().count()) === 1);
    await page.waitForURL(/filter=user%3Akill-ana/); // the page writes its address a moment later
    await rows().first().click();
    await question().getByText('Allowed', { exact: true }).waitFor();
    await question().getByRole('button', { name: 'End it…' }).click();
    await question().getByRole('button', { name: 'End it', exact: true }).click();
    await one.ended;
    assert.ok(await isOpen(other));
    await page.getByText('No connection matches.').waitFor();
  });

  test('aUserIsDisabledFromAConnectionAndLosesEveryTunnel', async () => {
    const emil = await newUser('kill-emil');
    const [a, b, other] = [await open(emil), await open(emil), await open()];
    await logIn('connections?filter=user:kill-emil');
    await eventually('two', async () => (await rows().count()) === 2);
    await rows().first().click();
    await question().getByRole('button', { name: 'Disable kill-emil…' }).click();
    await question().getByText('This ends 2 open connections:').waitFor();
    await question().getByRole('button', { name: 'Disable', exact: true }).click();
    await Promise.all([a.ended, b.ended]);
    await page.getByText('kill-emil is disabled.').waitFor();
    assert.ok(await isOpen(other));
    assert.equal((await tunnel(server, 'localhost', target.port, emil)).reply, null);
    await server.api('DELETE', '/penalties/127.0.0.1').catch(() => {});
  });

  test('allThatMatchEndWithTheirNumberInTheQuestion', async () => {
    const ben = await newUser('kill-ben');
    const [a, b, other] = [await open(ben), await open(ben), await open()];
    await logIn('connections?filter=user:kill-ben');
    await eventually('two', async () => (await rows().count()) === 2);
    await page.getByRole('button', { name: 'End all 2…' }).click();
    await question().getByRole('heading', { name: 'End 2 connections?' }).waitFor();
    await question().getByRole('button', { name: 'End 2' }).click();
    await Promise.all([a.ended, b.ended]);
    assert.ok(await isOpen(other));
  });

  test('aSelectionIsEndedByKeysAlone', async () => {
    const [a, b, c] = [await open(), await open(), await open()];
    await logIn('connections');
    await eventually('three', async () => (await rows().count()) === 3);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('x');
    await question().getByRole('heading', { name: 'End 2 connections?' }).waitFor();
    await question().getByRole('button', { name: 'End 2' }).press('Enter');
    await Promise.all([c.ended, b.ended]);
    assert.ok(await isOpen(a), 'newest first: the oldest was not selected');
  });

  test('aPausedTableStandsStillAndCountsWhatChanged', async () => {
    await open();
    await logIn('connections');
    await eventually('one', async () => (await rows().count()) === 1);
    await page.getByRole('button', { name: 'Pause' }).click();
    await open();
    await page.getByText(/paused: .* changed meanwhile \(1 opened/).waitFor();
    assert.equal(await rows().count(), 1);
    await page.getByRole('button', { name: 'Go on' }).click();
    await eventually('both', async () => (await rows().count()) === 2);
  });

  test('aUserIsAddedLogsInAndLosesEveryTunnelWhenDisabled', async () => {
    const account = { name: 'carla', password: 'carlas-Password-1' };
    await logIn('users');
    assert.equal((await tunnel(server, 'localhost', target.port, account)).reply, null);
    await page.getByRole('button', { name: 'Add user…' }).click();
    await question().getByLabel('Name').fill(account.name);
    await question().getByLabel('Password').fill(account.password);
    await question().getByRole('button', { name: 'Add', exact: true }).click();
    await rows().filter({ hasText: 'carla' }).waitFor();
    const [a, b] = [await open(account), await open(account)];
    assert.equal(a.reply, 0);
    await rows().filter({ hasText: 'carla' }).click();
    await question().getByRole('button', { name: 'Disable…' }).click();
    await question().getByText('This ends 2 open connections').waitFor();
    await question().getByRole('button', { name: 'Disable', exact: true }).click();
    await Promise.all([a.ended, b.ended]);
    await rows().filter({ hasText: 'disabled' }).filter({ hasText: 'carla' }).waitFor();
    assert.equal((await tunnel(server, 'localhost', target.port, account)).reply, null);
  });

  test('whatARemovalEndsIsSaidBefore', async () => {
    const account = await newUser('dora');
    const opened = await open(account);
    await logIn('users?filter=dora');
    await rows().filter({ hasText: 'dora' }).getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await question().getByText('This ends 1 open connection').waitFor();
    await question().getByText(`localhost:${target.port}`).waitFor();
    await question().getByRole('button', { name: 'Remove', exact: true }).click();
    await opened.ended;
    await page.getByText('No user matches.').waitFor();
  });

  test('whatIsShownIsExported', async () => {
    await newUser('=export-1');
    await newUser('unrelated');
    await logIn('users?filter=export');
    await eventually('one', async () => (await rows().count()) === 1);
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    const text = readFileSync(await csv.path(), 'utf8');
    assert.match(text, /\r\n'=export-1,true,user/);
    assert.doesNotMatch(text, /unrelated/);
    const [json] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'JSON' }).click()]);
    assert.deepEqual(JSON.parse(readFileSync(await json.path(), 'utf8')).map(({ name }) => name), ['=export-1']);
  });

  test('aRuleIsExplained', async () => {
    await logIn('rules');
    await page.getByLabel('To').fill('www.denied.example:443');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText(/^Denied by rule 1/).waitFor();
    await page.waitForURL(/to=www.denied.example/);
    await page.getByLabel('To').fill('nonsense');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('alert').waitFor();
  });

  test('lastHoursRefusalIsFoundInTheHistory', async () => {
    await open();
    assert.equal((await open(null, 'www.denied.example', 443)).reply, 2);
    await logIn('history');
    await page.getByRole('searchbox').fill('reason:refused-by-rule to:*.denied.example');
    await page.getByLabel('Period').selectOption('hour');
    const row = rows().filter({ hasText: 'www.denied.example:443' });
    await eventually('it is there', async () => {
      await page.getByRole('button', { name: 'Search again' }).click();
      return (await row.count()) > 0;
    });
    await row.first().click();
    await question().getByText(/^Denied/).waitFor();
  });

  test('aChangeOfASettingIsSeenBesideTheFilesValueAndInTheChanges', async () => {
    await logIn('settings');
    await page.getByLabel('Idle timeout, s').fill('77');
    await drawnAgain(); // what was typed stays
    await page.getByRole('row', { name: /Idle timeout/ }).getByRole('button', { name: 'Set' }).click();
    const row = page.getByRole('row', { name: /Idle timeout/ });
    await row.getByText('1 min 17 s').waitFor();
    await row.getByText('1 h').waitFor();
    await page.getByRole('link', { name: 'Changes' }).click();
    const [{ at }] = (await server.api('GET', '/changes')).items;
    const change = rows().filter({ hasText: 'set-idle-timeout' }).first();
    await change.getByText('3600 → 77').waitFor();
    const words = await page.evaluate(async (at) => (await import('/format.js')).time(at), at);
    assert.match(await change.textContent(), new RegExp(`^${words}admin.*http 127\\.0\\.0\\.1.*done$`), 'when, who, through which door');
    await server.api('PATCH', '/settings', { idleTimeoutSeconds: 3600 });
  });

  test('stopEndsTheTunnelsAndStartListensAgain', async () => {
    const opened = await open();
    await logIn('settings');
    await page.getByRole('button', { name: 'Stop…' }).click();
    await question().getByRole('button', { name: 'Stop', exact: true }).click();
    await opened.ended;
    await page.getByText('The SOCKS side is stopped').or(page.locator('.state.stopped')).first().waitFor();
    await page.getByRole('button', { name: 'Start…' }).click();
    await question().getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('.state.live:not(.stopped)').waitFor();
    assert.equal((await open()).reply, 0);
  });

  test('aResetReadsTheFileAgainAndEndsTheTunnels', async () => {
    const opened = await open();
    await server.api('PATCH', '/settings', { idleTimeoutSeconds: 77 });
    await logIn('settings');
    const differs = page.getByRole('row', { name: /Idle timeout/ }).getByText('differs');
    await differs.waitFor();
    await page.getByRole('button', { name: 'Reset…' }).click();
    await question().getByText('It closes 1 open connection').waitFor();
    await question().getByRole('button', { name: 'Reset', exact: true }).click();
    await opened.ended;
    await differs.waitFor({ state: 'detached' });
    await eventually('clients are served', async () => {
      server.readEndpoints();
      return (await open().catch(() => ({}))).reply === 0;
    });
  });

  test('aDrainLetsTunnelsFinishAndTakesNoNewClients', async () => {
    const opened = await open();
    await logIn('settings');
    await page.getByRole('button', { name: 'Drain…' }).click();
    await question().getByRole('button', { name: 'Drain', exact: true }).click();
    await page.locator('.state.stopped').getByText('draining').waitFor();
    await eventually('no new client', () => tunnel(server, 'localhost', target.port).then((entered) => (entered.close(), false), () => true));
    assert.ok(await isOpen(opened));
    await page.getByRole('button', { name: 'Start…' }).click();
    await question().getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('.state.live:not(.stopped)').waitFor();
    await eventually('clients are served', async () => (await open().catch(() => ({}))).reply === 0);
    assert.ok(await isOpen(opened));
  });

  test('aUserIsRenamedGetsAnotherPasswordAndBecomesAnAdministrator', async () => {
    const account = await newUser('frida');
    const row = rows().filter({ hasText: 'frida-2' });
    const admitted = async (password) => (await open({ name: 'frida-2', password })).reply === 0;
    await logIn('users?filter=frida');
    await rows().filter({ hasText: 'frida' }).click();
    await question().getByRole('button', { name: 'Rename…' }).click();
    await question().getByLabel('New name').fill('frida-2');
    await question().getByRole('button', { name: 'Rename', exact: true }).click();
    await row.click();
    assert.ok(await admitted(account.password));
    await question().getByRole('button', { name: 'Password…' }).click();
    await question().getByLabel('Password').fill('other-Password-2');
    await question().getByRole('button', { name: 'Set password' }).click();
    await page.getByText('frida-2 has a new password.').waitFor();
    assert.ok(await admitted('other-Password-2'));
    assert.ok(!(await admitted(account.password)));
    await row.click();
    await question().getByRole('button', { name: 'Administrator', exact: true }).click();
    await row.filter({ hasText: 'administrator' }).waitFor();
    const authorization = `Basic ${Buffer.from('frida-2:other-Password-2').toString('base64')}`;
    const changed = await fetch(`${server.url}api/v1/settings`, {
      method: 'PATCH',
      headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      body: '{"selectorTimeoutMillis":1000}',
    });
    assert.ok(changed.ok, `an administrator changes settings: ${changed.status}`);
    await question().getByRole('button', { name: 'No administrator' }).click();
    await eventually('no longer one', async () => (await row.filter({ hasText: 'administrator' }).count()) === 0);
  });

  test('limitsOfAUserAreSetAndSeen', async () => {
    await newUser('greta');
    const row = rows().filter({ hasText: 'greta' });
    await logIn('users?filter=greta');
    await row.click();
    await question().getByRole('button', { name: 'Limits…' }).click();
    await question().getByLabel('Bytes per second down').fill('many');
    await question().getByRole('button', { name: 'Set', exact: true }).click();
    await question().getByRole('alert').getByText(/rate\.down/).first().waitFor();
    await question().getByLabel('Bytes per second down').fill('4MiB');
    await question().locator('input[name="quota.octets"]').fill('1GiB');
    await question().getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('The limits of greta are set.').waitFor();
    assert.deepEqual((await server.api('GET', '/users/greta')).limits, { 'quota.octets': '1GiB', 'rate.down': '4MiB' });
    await row.click();
    await question().getByText(/^0 B of 1\.07 GB, 0 %/).waitFor();
    await question().getByText('4MiB').waitFor();
    await question().getByRole('button', { name: 'Limits…' }).click();
    await question().getByLabel('Bytes per second down').fill('');
    await question().getByRole('button', { name: 'Set', exact: true }).click();
    await eventually('it is taken away', async () => !('rate.down' in (await server.api('GET', '/users/greta')).limits));
  });

  test('whatIsDoneWithTheSelectedUsersIsDoneWithEach', async () => {
    const names = ['bulk-1', 'bulk-2', 'bulk-3'];
    for (const name of names) await newUser(name);
    const opened = await open({ name: 'bulk-1', password: 'some-Password-1' });
    const disabled = async () => rows().filter({ hasText: 'disabled' }).count();
    const selectAll = async () => {
      await page.getByRole('checkbox', { name: 'Select all rows' }).click();
      await page.getByText('3 selected').waitFor();
    };
    await logIn('users?filter=bulk-');
    await eventually('three', async () => (await rows().count()) === 3);
    await selectAll();
    await page.getByRole('button', { name: 'Disable…' }).click();
    await question().getByRole('heading', { name: 'Disable 3 users?' }).waitFor();
    await question().getByText('This ends 1 open connection').waitFor();
    await question().getByRole('button', { name: 'Disable', exact: true }).click();
    await opened.ended;
    await eventually('each is disabled', async () => (await disabled()) === 3);
    await selectAll();
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await eventually('each is enabled', async () => (await disabled()) === 0);
    await selectAll();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await question().getByRole('button', { name: 'Remove 3' }).click();
    await page.getByText('No user matches.').waitFor();
  });

  test('aPenaltyIsSeenAndForgiven', async () => {
    for (let i = 0; i < 3; i++) await tunnel(server, 'localhost', target.port, { name: 'nobody', password: 'guess' });
    await logIn('penalties');
    const row = rows().filter({ hasText: '127.0.0.1' });
    await row.getByRole('button', { name: 'Forgive…' }).click();
    await question().getByRole('button', { name: 'Forgive', exact: true }).click();
    await page.getByText('No address is penalised.').waitFor();
  });

  test('aMalformedHandshakeIsReadOctetByOctet', async () => {
    await stranger(server, 'GET /index.html HTTP/1.1\r\n\r\n');
    await logIn('penalties');
    const row = page.getByRole('region', { name: 'Malformed handshakes' }).locator('.line').filter({ hasText: 'protocol-error: a request of HTTP came' });
    await row.getByText('127.0.0.1').waitFor();
    await row.getByRole('button', { name: '3 bytes…' }).click();
    const dump = await page.getByLabel('Bytes of the handshake').textContent();
    assert.match(dump, /^0000 {2}47 45 54 +GET$/);
  });

  test('aViewerSeesAndCannotChange', async () => {
    const viewer = { name: 'vera', password: 'some-Password-1' };
    await open();
    await logIn('users');
    await page.getByRole('button', { name: 'Add user…' }).click();
    await question().getByLabel('Name').fill(viewer.name);
    await question().getByLabel('Password').fill(viewer.password);
    await question().getByRole('checkbox', { name: /Viewer/ }).check();
    await question().getByRole('button', { name: 'Add', exact: true }).click();
    await rows().filter({ hasText: 'vera' }).filter({ hasText: 'viewer' }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await logIn('connections', viewer);
    await eventually('one', async () => (await rows().count()) === 1);
    assert.equal(await page.getByRole('button', { name: /^End/ }).count(), 0);
    await page.getByRole('link', { name: 'Users' }).click();
    await rows().first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Add user…' }).count(), 0);
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole('link', { name: 'Penalties' }).click();
    await filled('penalties');
    assert.ok(asked.includes('/api/v1/penalties') && !asked.includes('/api/v1/malformed'), 'what strangers sent is for administrators');
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.equal(await page.getByText(/Reading|Malformed/).count(), 0);
  });

  test('namesHostsAndLogFieldsNeverBecomeHtml', async () => {
    const attack = '<img src=x onerror=alert(1)>';
    const account = await newUser(attack);
    const opened = await open(account);
    const host = '<img/src=x/onerror=alert(1)>.denied.example'; // a host has no blanks, and an image needs none
    assert.notEqual((await open(null, host, 443)).reply, 0);
    await tunnel(server, 'localhost', target.port, { name: '<script>alert(2)</script>', password: 'x' });
    await server.api('PATCH', `/users/${encodeURIComponent(attack)}`, { name: `${attack}2` });
    assert.ok(opened);
    await logIn();
    for (const name of ['overview', 'connections', 'users', 'rules', 'history', 'changes', 'penalties', 'settings']) {
      await page.goto(`${server.url}#/${name}?filter=${encodeURIComponent(attack)}&to=${encodeURIComponent(attack)}`);
      await filled(name);
      assert.equal(await page.locator('img, main script, iframe').count(), 0, name);
    }
    await page.goto(`${server.url}#/history`);
    const ended = rows().filter({ hasText: `${host}:443` });
    await eventually('its end is in the history, as text', async () => {
      await page.getByRole('button', { name: 'Search again' }).click();
      return (await ended.count()) > 0;
    });
    await ended.first().click();
    await question().getByText(host).first().waitFor();
    assert.equal(await page.locator('img').count(), 0);
    await page.goto(`${server.url}#/users`);
    await rows().filter({ hasText: `${attack}2` }).click();
    await question().getByRole('heading', { name: `${attack}2` }).waitFor();
    assert.equal(await page.locator('img').count(), 0);
  });

  test('shortcutsAreListedAndCanBeSwitchedOff', async () => {
    await logIn();
    await page.keyboard.press('?');
    await question().getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually('it is closed', async () => (await question().count()) === 0);
    await page.keyboard.press('3');
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('1?');
    await eventually('a text field takes its letters', async () => (await page.getByRole('searchbox').inputValue()) === '1?');
    await page.getByRole('button', { name: 'Keys' }).click();
    await question().getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.keyboard.press('4');
    assert.equal(await page.getByRole('heading', { name: 'Users' }).count(), 1);
  });

  test('whatIsTypedAsSoonAsAPageIsThereStays', async () => {
    await logIn();
    for (const name of ['connections', 'users', 'history']) {
      await page.evaluate(
        (there) =>
          new Promise((resolve) => {
            const observer = new MutationObserver(() => {
              const box = document.querySelector('input[type=search]');
              if (!box || !location.hash.startsWith(there)) return;
              observer.disconnect();
              box.value = 'ana';
              box.dispatchEvent(new Event('input', { bubbles: true }));
              resolve();
            });
            observer.observe(document.body, { childList: true, subtree: true });
            location.hash = there;
          }),
        `#/${name}`,
      );
      await page.waitForURL(/filter=ana/);
      assert.equal(await page.getByRole('searchbox').inputValue(), 'ana', name);
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByRole('searchbox').waitFor({ state: 'detached' });
    }
  });

  test('theNumberInAQuestionIsThatOfNow', async () => {
    await logIn('settings');
    await page.getByRole('button', { name: 'Reset…' }).click();
    await question().getByText('No connection is open').waitFor();
    const opened = await open();
    await question().getByText('It closes 1 open connection').waitFor();
    opened.close();
    await question().getByText('No connection is open').waitFor();
    await page.keyboard.press('Escape');
  });

  test('aStreamThatIsCutGoesOnByItselfWithTheRowsOfNow', async () => {
    const way = await cable(server.ports.http);
    try {
      visit.url = way.url;
      const [first, second] = [await open(), await open()];
      await logIn('connections');
      await eventually('two', async () => (await rows().count()) === 2);
      way.cut();
      await page.getByText(/connection to the server was lost at/).waitFor();
      await page.locator('body.stale').waitFor();
      first.close();
      second.close();
      await open(null, '127.0.0.1');
      assert.equal(await rows().count(), 2, 'those of then');
      way.mend();
      await page.locator('.state.live').waitFor();
      await eventually('the one of now', async () => (await rows().count()) === 1);
      await rows().filter({ hasText: `127.0.0.1:${target.port}` }).waitFor();
      assert.equal(await page.locator('body.stale').count(), 0);
      assert.equal(await page.getByRole('button', { name: 'Log in' }).count(), 0);
    } finally {
      way.close();
    }
  });

  test('theServerIsLostAndComesBack', async () => {
    await open();
    await logIn('connections');
    await eventually('one', async () => (await rows().count()) === 1);
    await server.kill();
    await page.getByText(/connection to the server was lost at/).waitFor();
    await page.locator('body.stale').waitFor(); // figures are grey
    await server.start();
    // A session lives as long as the process: whoever was logged in logs in again, and is where they were.
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.getByLabel('Name').fill(server.admin.name);
    await page.getByLabel('Password').fill(server.admin.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('.state.live').waitFor();
    await page.getByText('No open connections.').waitFor();
    await open();
    await eventually('the new one', async () => (await rows().count()) === 1);
  });
});

describe('how it looks', { skip, timeout: 300_000 }, () => {
  const shots = path.join(ROOT, 'target/dashboard');
  const axe = skip ? '' : readFileSync(path.join(ROOT, 'it/browser/node_modules/axe-core/axe.min.js'), 'utf8');
  let browser;
  let server;
  let target;
  const tunnels = [];
  const accounts = {
    ana: {
      plan: 'basic',
      limits: { egress: 'office', expires: '2027-12-31', from: '127.0.0.0/8,10.0.0.0/8,2001:db8:1234::/48', hours: 'mon-sun 00:00-24:00', note: 'head of the team; ask before anything is changed here', 'quota.octets': '100GiB', 'quota.then': '64KiB', 'rate.down': '10MiB', rules: 'team' },
    },
    ben: { plan: 'basic' },
    carla: { limits: { 'quota.octets': '64KiB', 'quota.then': '8MiB', 'quota.counts': 'down' } },
  };

  before(async () => {
    target = await echo();
    server = new Server('plans:\n  basic: { connections: 20, rate: { up: 1MiB, down: 4MiB } }\negress:\n  office: { addresses: ["127.0.0.2", "127.0.0.3"] }\n');
    await server.start();
    browser = await browse();
    for (const [name, attributes] of Object.entries(accounts)) {
      const account = { name, password: 'some-Password-1', ...attributes };
      await server.api('POST', '/users', account);
      for (let i = 0; i < 4; i++) tunnels.push(await tunnel(server, '127.0.0.1', target.port, account));
    }
    await server.api('POST', '/users', { name: 'dora', password: 'some-Password-1', limits: { expires: '2020-01-31' } });
    await tunnel(server, 'www.denied.example', 443);
    for (const open of tunnels) await open.send('x'.repeat(20_000));
    await eventually('a quota is spent', async () => (await server.api('GET', '/users/carla')).usage.period.octetsDown >= 64 << 10);
  });
  after(async () => {
    for (const open of tunnels) open.close();
    await browser?.close();
    await server?.close();
    target?.close();
  });

  const looks = {
    light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
    phone: { colorScheme: 'light', viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  };
  for (const [look, options] of Object.entries(looks)) {
    test(`axeFindsNothingOnAnyPage, ${look}`, async () => {
      const context = await browser.newContext({ ...options, bypassCSP: true, reducedMotion: 'reduce' });
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      const found = [];
      const look_at = async (name) => {
        await page.screenshot({ path: path.join(shots, `${name}-${look}.png`) });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        found.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) found.push(`${name}: ${wide} pixels wider than the screen`);
      };
      await page.goto(server.url);
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      await look_at('login');
      await page.getByLabel('Name').fill(server.admin.name);
      await page.getByLabel('Password').fill(server.admin.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      const proofs = { overview: '.plot canvas', connections: '.line', users: '.line', rules: '.line', history: '.line', changes: '.line', penalties: '.empty', settings: '.settings' };
      for (const [name, proof] of Object.entries(proofs)) {
        await page.goto(`${server.url}#/${name}`);
        await page.locator(`main.${name} ${proof}`).first().waitFor();
        if (name === 'overview') await page.waitForFunction(() => document.querySelector('.tile .value').textContent !== '–');
        await look_at(name);
      }
      await page.goto(`${server.url}#/connections`);
      await page.locator('.scroller .line').first().click();
      await page.locator('dialog .explanation li, dialog .explanation p').first().waitFor();
      await look_at('connection');
      await page.keyboard.press('Escape');
      await page.goto(`${server.url}#/users`);
      await page.locator('.scroller .line').filter({ hasText: 'ana' }).click();
      await page.locator('dialog .facts').first().waitFor();
      await look_at('user');
      await page.getByRole('button', { name: 'Limits…' }).click();
      await page.locator('dialog .fields').waitFor();
      await look_at('limits');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Keys' }).click();
      await page.locator('dialog .keys').first().waitFor();
      await look_at('keys');
      await context.close();
      assert.deepEqual(found, []);
    });
  }

  test('aLongTableIsReadInItsOrderWhereverItIsScrolledTo', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 600 }, bypassCSP: true });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const count = 90;
    const more = await Promise.all(Array.from({ length: count - tunnels.length }, () => tunnel(server, 'localhost', target.port)));
    await page.goto(`${server.url}#/connections`);
    await page.getByLabel('Name').fill(server.admin.name);
    await page.getByLabel('Password').fill(server.admin.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator(`[role=grid][aria-rowcount="${count + 1}"]`).waitFor();
    const first = await page.locator('.line').first().elementHandle();
    /** The rows as screen readers are told of them, and as they stand on the screen. */
    const orders = () =>
      page.evaluate(() => {
        const group = document.querySelector('.lines');
        const owned = group.getAttribute('aria-owns')?.split(' ').map((id) => document.getElementById(id)) ?? [...group.children];
        const indexes = (elements) => elements.map((element) => Number(element.getAttribute('aria-rowindex')));
        const seen = [...group.children].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
        return { told: indexes(owned), seen: indexes(seen), current: document.getElementById(document.querySelector('[role=grid]').getAttribute('aria-activedescendant'))?.ariaRowIndex };
      });
    const isInOrder = ({ told, seen }) => told.length < count && told.every((row, i) => row === told[0] + i) && String(told) === String(seen);
    assert.ok(isInOrder(await orders()));
    await page.getByRole('grid').focus();
    for (const [key, row] of [['End', count + 1], ['PageUp', null], ['Home', 2], ['End', count + 1]]) {
      await page.keyboard.press(key);
      const found = await eventually(`${key}: the rows follow`, async () => {
        const now = await orders();
        return isInOrder(now) && now.current && (row === null || Number(now.current) === row) && now;
      });
      assert.ok(found.told.includes(Number(found.current)));
    }
    assert.ok(await first.evaluate((element) => element.isConnected), 'its element is used again');
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`), []);
    for (const open of more) open.close();
    await context.close();
  });
});
