// What the dashboard tells is what the server has, at each width, and all of it is reached by keys alone.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { eventually, obstacle, tunnel } from './rig.mjs';
import { Visit } from './visit.mjs';

describe('what is read on the dashboard', { skip: obstacle() ?? false, timeout: 300_000 }, () => {
  const visit = new Visit();
  const { logIn, open, rows, question, newUser } = visit;
  let server;
  let page;

  before(async () => {
    await visit.start();
    ({ server } = visit);
  });
  after(() => visit.end());
  beforeEach(async () => {
    await visit.enter();
    ({ page } = visit);
  });
  afterEach(() => visit.leave());

  const status = () => server.api('GET', '/status');
  const user = (name) => server.api('GET', `/users/${name}`);
  /** What the page's own functions make of a value. */
  const written = (name, value) => page.evaluate(async ([name, value]) => (await import('/format.js'))[name](value), [name, value]);
  const text = (locator) => locator.textContent();
  const sent = async (opened, count) => opened.send('x'.repeat(count));

  test('theFirstPageTellsHowTheServerIs', async () => {
    const ana = await newUser('ana');
    const opened = await open(ana);
    assert.equal((await open(null, 'www.denied.example', 443)).reply, 2);
    for (let i = 0; i < 3; i++) await tunnel(server, 'localhost', visit.target.port, { name: 'nobody', password: 'guess' });
    await logIn();
    const section = (name) => page.locator('main section').filter({ has: page.getByRole('heading', { name }) });
    const tile = (name) => page.locator('.tile').filter({ has: page.getByText(name, { exact: true }) });

    await page.getByText(`since ${await written('time', (await status()).startedAt)}`).waitFor();
    const mover = section('Who moves most').getByRole('row').filter({ hasText: /^ana[\d.]+ [KM]?B\/s$/ });
    await section(/^Bytes per second/).locator('canvas').waitFor();
    const plot = page.getByRole('img', { name: /now [1-9][\d.]* [KM]?B down and [1-9][\d.]* [KM]?B up$/ });
    await eventually('ana moves, and the plot of traffic', async () => {
      await sent(opened, 20_000);
      return (await mover.count()) === 1 && (await plot.count()) === 1;
    });

    const { totals } = await status();
    assert.ok(totals.octetsUp > 0 && totals.refusedBy.rule === 1 && totals.loopLagP99Micros > 0);
    await tile('Up').getByText(`${await written('octets', totals.octetsUp)} in all`).waitFor();
    await tile('Down').getByText(`${await written('octets', totals.octetsDown)} in all`).waitFor();
    await section('Refused since the start').getByRole('row').filter({ hasText: /^rule.*Rules explains.*1$/ }).waitFor();
    await section('Penalties').getByRole('row').filter({ hasText: '127.0.0.1' }).waitFor();
    await section('Penalties').getByText('1 address', { exact: true }).waitFor();
    await eventually('the loop lag that the server has told', () =>
      page.evaluate(async () => {
        const [{ live }, { micros }] = await Promise.all([import('/live.js'), import('/format.js')]);
        const lag = [...document.querySelectorAll('.tile')].find((tile) => tile.textContent.startsWith('Loop lag'));
        const { loopLagP99Micros: p99, loopLagMaxMicros: most } = live.totals;
        return p99 > 0 && lag.querySelector('.value').textContent === micros(p99) && lag.querySelector('.note').textContent === `most ${micros(most)}`;
      }),
    );
    await server.api('DELETE', '/penalties/127.0.0.1');
  });

  test('aRowTellsRuleAndReplyAndWhereThereIsNoRoomItsDetailsDo', async () => {
    await open();
    await logIn('connections');
    const [reply, rule] = [rows().locator('.col-reply'), rows().locator('.col-ruleNumber')];
    await reply.waitFor();
    assert.deepEqual([await text(reply), await text(rule)], ['0', '3']);
    assert.ok((await reply.isVisible()) && (await rule.isVisible()), 'at 1280 pixels');
    for (const width of [1000, 375]) {
      await page.setViewportSize({ width, height: 740 });
      await reply.waitFor({ state: 'hidden' });
      await rows().first().click();
      const fact = (name) => question().locator(`dt:text-is("${name}") + dd`);
      await fact('Reply').getByText('0, succeeded').waitFor();
      await fact('Rule').getByText(/^rule 3 \(/).waitFor();
      await page.keyboard.press('Escape');
      await question().waitFor({ state: 'detached' });
    }
  });

  test('aClickOnAHeadSorts', async () => {
    for (const name of ['sort-b', 'sort-c', 'sort-a']) await open(await newUser(name));
    await logIn('connections?filter=user:sort-*');
    // The elements are not in the order of the rows.
    const order = () =>
      page.evaluate(() => {
        const lines = [...document.querySelectorAll('.scroller .line')].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex);
        return lines.map((line) => line.querySelector('.col-user, .col-name').textContent.slice(-1)).join('');
      });
    const head = (name) => page.getByRole('columnheader', { name });
    const isSorted = (name, direction, letters) =>
      eventually(`${letters} by ${name}`, async () => (await order()) === letters && (await head(name).getAttribute('aria-sort')) === direction);
    await isSorted('Open for', 'descending', 'acb'); // newest first
    await head('User').getByRole('button').click();
    await isSorted('User', 'ascending', 'abc');
    await page.waitForURL(/sort=user/);
    await head('User').getByRole('button').click();
    await isSorted('User', 'descending', 'cba');
    await page.waitForURL(/sort=-user/); // written after the rows are
    await page.reload();
    await isSorted('User', 'descending', 'cba');
    await page.goto(`${server.url}#/users?filter=sort-`);
    await isSorted('Name', 'ascending', 'abc');
    await head('Name').getByRole('button').click();
    await isSorted('Name', 'descending', 'cba');
  });

  test('usersHaveWhatTheyUsedTodayAndThisMonthAndWhenTheyWereSeen', async () => {
    const account = await newUser('hanna');
    const opened = await open(account);
    await sent(opened, 5000);
    const cell = (name) => rows().filter({ hasText: 'hanna' }).locator(`.col-${name}`);
    await logIn('users?filter=hanna');
    await cell('lastSeen').getByText('now').waitFor();
    opened.close();
    const { usage, lastSeen } = await eventually('it is seen and counted', async () => {
      const now = await user('hanna');
      return now.connections === 0 && now.lastSeen && now.usage.today.octetsDown >= 5000 && now;
    });
    await page.reload();
    await cell('lastSeen').getByText(await written('time', lastSeen)).waitFor();
    for (const period of ['today', 'month']) {
      const { octetsUp, octetsDown } = usage[period];
      assert.equal(await text(cell(period)), await written('octets', octetsUp + octetsDown), period);
    }
    await rows().filter({ hasText: 'hanna' }).click();
    await question().locator('dt:text-is("Last seen") + dd').getByText(/, from 127\.0\.0\.1$/).waitFor();
  });

  test('rulesHaveTheirHitsAndDeadOnesAreShown', async () => {
    await open(null, 'www.denied.example', 443);
    await logIn('rules');
    const row = (start) => page.getByRole('region', { name: 'Rules' }).getByRole('row', { name: start });
    const { hits, hitsDay } = (await server.api('GET', '/rules')).items[0];
    assert.ok(hits >= 1 && hitsDay >= 1);
    await row(/^1 deny/).getByRole('cell', { name: String(hits), exact: true }).first().waitFor();
    assert.equal(await text(row(/^1 deny/).getByRole('cell').last()), String(hitsDay));
    assert.equal(await row(/^1 deny/).and(page.locator('.dim')).count(), 0);
    await row(/^2 deny.*203\.0\.113\.0/).and(page.locator('.dim')).getByText('never', { exact: true }).waitFor();
    await row(/^4 deny/).getByText('never matters: rule 1 covers it').waitFor();
    await page.getByText(/[23] of them never matched since the start/).waitFor();
    await row(/built in/).last().getByText('open: every other destination').waitFor();
  });

  test('whoAsksForReducedMotionSeesNothingMove', async () => {
    /** The elements of the page that would move, their pseudo-elements too. */
    const moving = () =>
      page.evaluate(() => {
        const found = [];
        for (const element of document.querySelectorAll('*')) {
          for (const part of ['', '::before', '::after', '::backdrop']) {
            const { animationName, transitionDuration, transitionProperty, scrollBehavior } = getComputedStyle(element, part || null);
            const passes = transitionProperty !== 'none' && /[1-9]/.test(transitionDuration);
            if (animationName !== 'none' || passes || scrollBehavior === 'smooth') found.push(`${element.tagName}.${element.className}${part}`);
          }
        }
        return [...found, ...document.getAnimations().map(String)];
      });
    await open();
    await logIn('connections');
    await rows().first().click();
    await question().getByText('Allowed', { exact: true }).waitFor();
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.notDeepEqual(await moving(), [], 'otherwise something does');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.deepEqual(await moving(), []);
    await page.goto(`${server.url}#/overview`);
    await page.locator('.plot canvas').first().waitFor();
    assert.deepEqual(await moving(), []);
  });

  /** Tab until something has the focus. */
  const tabTo = async (locator) => {
    for (let i = 0; i < 80; i++) {
      if (await locator.evaluateAll((elements) => elements.includes(document.activeElement))) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`not reached by Tab: ${locator}`);
  };
  const press = async (locator) => {
    await tabTo(locator);
    await page.keyboard.press('Enter');
  };

  test('aConnectionIsFoundOpenedAndEndedByKeysAlone', async () => {
    const opened = await open(await newUser('keys-ida'));
    await open();
    await page.goto(server.url);
    await page.getByLabel('Name').waitFor();
    await tabTo(page.getByLabel('Name'));
    await page.keyboard.type(server.admin.name);
    await tabTo(page.getByLabel('Password'));
    await page.keyboard.type(server.admin.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('2');
    await page.getByRole('searchbox').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('user:keys-ida');
    await eventually('it alone', async () => (await rows().count()) === 1);
    await press(page.getByRole('columnheader', { name: 'User' }).getByRole('button'));
    await page.waitForURL(/sort=user/);
    await tabTo(page.getByRole('grid').or(page.getByRole('link', { name: 'To the content' })));
    if (!(await page.getByRole('grid').evaluate((grid) => grid === document.activeElement))) await tabTo(page.getByRole('grid'));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await question().getByText('Allowed', { exact: true }).waitFor();
    await press(question().getByRole('button', { name: 'End it…' }));
    await press(question().getByRole('button', { name: 'End it', exact: true }));
    await opened.ended;
  });

  test('usersAndHistoryAndSettingsAreWorkedByKeysAlone', async () => {
    await logIn();
    await page.keyboard.press('3');
    await page.getByRole('searchbox').waitFor();
    await page.keyboard.press('n');
    await tabTo(question().getByLabel('Name'));
    await page.keyboard.type('keys-jan');
    await tabTo(question().getByLabel('Password'));
    await page.keyboard.type('some-Password-1');
    await page.keyboard.press('Enter');
    await rows().filter({ hasText: 'keys-jan' }).waitFor();
    const opened = await open({ name: 'keys-jan', password: 'some-Password-1' });
    assert.equal(opened.reply, 0);
    await page.keyboard.press('/');
    await page.keyboard.type('keys-jan');
    await eventually('it alone', async () => (await rows().count()) === 1);
    await tabTo(page.getByRole('grid'));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await press(question().getByRole('button', { name: 'Disable…' }));
    await press(question().getByRole('button', { name: 'Disable', exact: true }));
    await opened.ended;
    await eventually('the question is gone', async () => (await question().count()) === 0);
    await page.keyboard.press('5');
    await page.getByRole('heading', { name: 'History' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('user:keys-jan');
    const ended = rows().filter({ hasText: 'user-disabled' });
    await eventually('its end is found', async () => {
      await press(page.getByRole('button', { name: 'Search again' }));
      return (await ended.count()) === 1;
    });
    await tabTo(page.getByRole('grid'));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await question().getByText(/user-disabled/).first().waitFor();
    await page.keyboard.press('Escape');
    await eventually('the details are gone', async () => (await question().count()) === 0);
    await page.keyboard.press('8');
    const idle = page.getByLabel('Idle timeout, s');
    await idle.waitFor();
    await tabTo(idle);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('88');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Idle timeout/ }).getByText('1 min 28 s').waitFor();
    await server.api('PATCH', '/settings', { idleTimeoutSeconds: 3600 });
  });
});
