// What tests of the dashboard do again and again: a page for each test, on a server that all of a file share.

import assert from 'node:assert/strict';
import { Server, browse, echo, tunnel } from './rig.mjs';

export const PATIENCE = 20_000; // milliseconds for what a page shows

export class Visit {
  server;
  target;
  url; // where a page finds the server, with a slash at its end
  context;
  page;
  #browser;
  #complaints = []; // what the page must never do
  #tunnels = [];

  start = async () => {
    this.target = await echo();
    this.server = new Server();
    await this.server.start();
    this.#browser = await browse();
  };

  end = async () => {
    await this.#browser?.close();
    await this.server?.close();
    this.target?.close();
  };

  /** A page that has not loaded anything. @param options of the browser's context, beside the usual ones */
  enter = async (options) => {
    this.url = this.server.url;
    this.context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, ...options });
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(PATIENCE);
    const complain = (text) => this.#complaints.push(text);
    this.page.on('pageerror', (error) => complain(String(error)));
    this.page.on('dialog', (dialog) => (complain(`a dialog: ${dialog.message()}`), dialog.dismiss()));
    this.page.on('console', (message) => /Content Security Policy|Uncaught/.test(message.text()) && complain(message.text()));
    this.page.on('request', (request) => !/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== new URL(this.url).origin && complain(`asked for ${request.url()}`));
  };

  /** Closes the page and the tunnels of the test. */
  leave = async () => {
    for (const open of this.#tunnels.splice(0)) open.close();
    await this.context.close();
    assert.deepEqual(this.#complaints.splice(0), []);
  };

  logIn = async (where = '', account = this.server.admin) => {
    await this.page.goto(`${this.url}#/${where}`);
    await this.page.getByLabel('Name').fill(account.name);
    await this.page.getByLabel('Password').fill(account.password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.page.getByRole('navigation', { name: 'Pages' }).waitFor();
  };

  open = async (account, host = 'localhost', port = this.target.port) => {
    const opened = await tunnel(this.server, host, port, account);
    this.#tunnels.push(opened);
    return opened;
  };

  isOpen = async (opened) => String(await opened.send('still there')) === 'still there';

  newUser = async (name) => {
    const account = { name, password: 'some-Password-1' };
    await this.server.api('POST', '/users', account);
    return account;
  };

  rows = () => this.page.locator('.scroller .line');

  question = () => this.page.locator('dialog');

  /** Waits until a page shows what the server has for it. Not until the network is idle: an event stream never is. */
  filled = (name) =>
    this.page.waitForFunction((name) => {
      const main = document.querySelector(`main.${name}`);
      return main?.querySelector('td, .line, .plot canvas, .settings, .empty') && !/Reading the/.test(main.textContent);
    }, name);

  /** Waits until the server has told something, and the page has drawn it. */
  drawnAgain = () =>
    this.page.evaluate(async () => {
      const { subscribe } = await import('/live.js');
      let leave;
      await new Promise((done) => (leave = subscribe(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
      leave();
    });
}
