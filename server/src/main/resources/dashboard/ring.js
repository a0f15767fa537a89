// The last seconds of a few figures, for the plots: bounded, whatever the time that the page stays open.

const GAP_SECONDS = 5; // more than that without a sample is shown as a gap, not as a line

/** A ring of `capacity` samples, each of a time in seconds and one value for each name. */
export function ring(capacity, names) {
  const columns = Object.fromEntries(['at', ...names].map((name) => [name, new Float64Array(capacity)]));
  return { capacity, names, columns, next: 0, size: 0 };
}

/**
 * Adds a sample; the oldest goes if the ring is full. A second sample of the same time replaces the first. If the clock
 * was set back, what is later than the sample goes.
 */
export function push(samples, at, values) {
  let last = lastOf(samples);
  while (last !== null && last > at) {
    samples.next = (samples.next + samples.capacity - 1) % samples.capacity;
    samples.size--;
    last = lastOf(samples);
  }
  if (last !== null && last === at) {
    samples.next = (samples.next + samples.capacity - 1) % samples.capacity;
    samples.size--;
  } else if (last !== null && at - last > GAP_SECONDS) {
    put(samples, last + 1, {});
  }
  put(samples, at, values);
}

function lastOf(samples) {
  return samples.size === 0 ? null : samples.columns.at[(samples.next + samples.capacity - 1) % samples.capacity];
}

function put(samples, at, values) {
  samples.columns.at[samples.next] = at;
  for (const name of samples.names) samples.columns[name][samples.next] = values[name] ?? NaN;
  samples.next = (samples.next + 1) % samples.capacity;
  samples.size = Math.min(samples.size + 1, samples.capacity);
}

/** The samples in the order of time, as arrays: [at, first name, …]; null where there is no value. */
export function read(samples, names) {
  const begin = (samples.next + samples.capacity - samples.size) % samples.capacity;
  return ['at', ...names].map((name) => {
    const column = samples.columns[name];
    const values = new Array(samples.size);
    for (let i = 0; i < samples.size; i++) {
      const value = column[(begin + i) % samples.capacity];
      values[i] = Number.isNaN(value) ? null : value;
    }
    return values;
  });
}

/** The samples as a text that `load` reads. */
export function save(samples) {
  return JSON.stringify(read(samples, samples.names));
}

/** Takes the samples of a text that are from before `now` (seconds), and no older than the ring has places; any text is harmless. */
export function load(samples, text, now) {
  let columns;
  try {
    columns = JSON.parse(text);
  } catch {
    return;
  }
  if (!Array.isArray(columns) || columns.length !== samples.names.length + 1 || !columns.every(Array.isArray)) return;
  const [times, ...values] = columns;
  for (const [i, at] of times.entries()) {
    if (!Number.isSafeInteger(at) || at >= now || at <= now - samples.capacity || at <= (lastOf(samples) ?? 0)) continue;
    put(samples, at, Object.fromEntries(samples.names.map((name, column) => [name, asNumber(values[column][i])])));
  }
}

function asNumber(value) {
  return typeof value === 'number' ? value : NaN;
}
