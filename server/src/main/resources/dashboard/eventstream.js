// Server-sent events by fetch. EventSource cannot send a header, and a refusal would open the browser's own login.

const SILENCE_MILLIS = 5000; // totals come once a second
const MAX_WAIT_MILLIS = 10000;
const MAX_EVENT_LENGTH = 16 << 20; // characters; an event longer than this is a mistake, and is not kept

/**
 * A reader of the text of an event stream (WHATWG HTML, section 9.2): feed it pieces as they come.
 * @param onEvent called with {id, type, data}
 */
export function eventReader(onEvent) {
  let rest = ''; // the part of a line that has come
  let mayHaveEnded = false; // it ends in CR: the end of a line, or the half of one
  let event = { type: 'message', data: [] };
  let lastId = null;
  const line = (text) => {
    if (text === '') {
      if (event.data.length > 0) onEvent({ id: lastId, type: event.type, data: event.data.join('\n') });
      event = { type: 'message', data: [] };
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return; // a comment keeps the connection alive
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event.type = value;
    else if (field === 'data') event.data.push(value);
    else if (field === 'id') lastId = value;
  };
  return (piece) => {
    rest += piece;
    // A long line comes in many pieces: it is looked through when its end is there.
    const hasEnd = mayHaveEnded || /[\r\n]/.test(piece);
    mayHaveEnded = piece === '' ? mayHaveEnded : piece.endsWith('\r');
    if (rest.length > MAX_EVENT_LENGTH) throw new Error('an event is too long');
    if (!hasEnd) return;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach(line);
  };
}

/** How long to wait before the next try, in milliseconds: 0.5 s at first, doubled up to 10 s. */
export function waitBefore(failures) {
  return Math.min(MAX_WAIT_MILLIS, 500 * 2 ** Math.max(0, failures - 1));
}

/**
 * Follows /api/v1/events until `stop` of what it returns is called.
 * @param on {event, open(isResumed), lost(why), refused(status)}: `open` says whether the server was asked to go on after
 *     an event that we had; `refused` means that nobody is logged in any more, and ends it
 */
export function follow(url, on) {
  let isStopped = false;
  let lastId = null;
  let failures = 0;
  let abort = new AbortController();
  let timer = 0;

  const run = async () => {
    while (!isStopped) {
      let why = 'the server ended the connection';
      try {
        await once();
      } catch (problem) {
        why = problem.name === 'AbortError' ? 'no sign of life for 5 s' : problem.message;
      }
      if (isStopped) return;
      failures++;
      on.lost(why);
      await new Promise((resolve) => (timer = setTimeout(resolve, waitBefore(failures))));
    }
  };

  const once = async () => {
    abort = new AbortController();
    let silence = setTimeout(() => abort.abort(), SILENCE_MILLIS);
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MILLIS);
    };
    try {
      const headers = { Accept: 'text/event-stream', 'X-Requested-With': 'argyle' };
      if (lastId !== null) headers['Last-Event-ID'] = lastId;
      const answer = await fetch(url, { headers, cache: 'no-store', signal: abort.signal });
      if (answer.status === 401 || answer.status === 403) {
        isStopped = true;
        on.refused(answer.status);
        return;
      }
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      on.open(lastId !== null);
      await readAll(answer.body.getReader(), alive);
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  };

  const readAll = async (stream, alive) => {
    const decoder = new TextDecoder();
    const take = eventReader((event) => {
      failures = 0;
      if (event.id !== null) lastId = event.id;
      on.event(event);
    });
    for (;;) {
      const { done, value } = await stream.read();
      if (done || isStopped) return;
      alive();
      take(decoder.decode(value, { stream: true }));
    }
  };

  run();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      abort.abort();
    },
  };
}
