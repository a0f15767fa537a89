// The last seconds of a few figures, for the plots: bounded, whatever the time that the page stays open.

/** A ring of `capacity` samples, each of a time and one value for each name. */
export function ring(capacity, names) {
  const columns = Object.fromEntries(['at', ...names].map((name) => [name, new Float64Array(capacity)]));
  return { capacity, columns, next: 0, size: 0 };
}

/** Adds a sample; the oldest goes if the ring is full. A second sample of the same time replaces the first. */
export function push(samples, at, values) {
  const last = (samples.next + samples.capacity - 1) % samples.capacity;
  const cell = samples.size > 0 && samples.columns.at[last] === at ? last : samples.next;
  samples.columns.at[cell] = at;
  for (const [name, value] of Object.entries(values)) samples.columns[name][cell] = value;
  if (cell !== last || samples.size === 0) {
    samples.next = (cell + 1) % samples.capacity;
    samples.size = Math.min(samples.size + 1, samples.capacity);
  }
}

/** The samples in the order of time, as arrays: [at, first name, …]. */
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
