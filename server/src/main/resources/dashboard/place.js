// The page's place is in the address behind "#": #/connections?filter=user:ana. So a view can be kept and sent.

/** "#/connections?filter=x" as {page, query}. Pure. */
export function readPlace(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { page: path || 'overview', query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

/** The reverse; empty values are left out. Pure. */
export function writePlace(page, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== '' && value != null);
  return `#/${page}${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`;
}

/** Goes to a page; the browser's Back returns. */
export function go(page, query) {
  location.hash = writePlace(page, query);
}

/** Writes what the reader typed into the address, without a step for Back at each letter. */
export function noteQuery(page, query) {
  history.replaceState(null, '', writePlace(page, query));
}
