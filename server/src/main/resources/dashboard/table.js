// A table of any length of which only the rows in sight exist, with its keyboard and its selection.
//
// It is a grid for screen readers (ARIA, "grid" pattern): the table has the focus and tells which row is current, so a
// row may go out of sight, and its element with it.

import { html, useEffect, useLayoutEffect, useRef, useState } from './vendor/htm-preact.js';

const BEYOND = 8; // rows above and below what is in sight: a short scroll shows no gap
const STEP = 4; // rows by which the window moves: not every frame of a scroll changes the page
const FINE_HEIGHT = 29; // pixels; style.css has the same
const COARSE_HEIGHT = 44; // for fingers

let tables = 0;

/** The rows that exist: pure. @returns {{first: number, end: number}} */
export function windowOf(scrollTop, viewHeight, rowHeight, count) {
  const first = Math.max(0, Math.min(count, Math.floor((scrollTop / rowHeight - BEYOND) / STEP) * STEP));
  const end = Math.min(count, Math.ceil(((scrollTop + viewHeight) / rowHeight + BEYOND) / STEP) * STEP);
  return { first, end: Math.max(first, end) };
}

/** Where a key leads from a row: pure; null if the key is none that moves. */
export function moved(key, index, count, page) {
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: count - 1 }[key];
  return to === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, to));
}

/**
 * @param columns [{id, title, cell(row), width, kind: 'number'|'text', sort: boolean, rank: 1 always shown … 3 on wide
 *     screens only}]
 * @param rows an array
 * @param idOf the key of a row
 * @param label what the table is, for screen readers
 * @param sort {column, isDescending}, with onSort(column); without it the heads are plain
 * @param selected a Set of keys with onSelect(Set); without it there are no boxes
 * @param onOpen called with a row at a click or Enter
 * @param onTouch called when somebody points at a row, scrolls or moves by keys
 * @param classOf a class for a row, such as "ended"
 * @param nameOf what a row is called, for screen readers
 */
export function Table(props) {
  const { columns, rows, idOf, label, sort, onSort, selected, onSelect, onOpen, onTouch, classOf, nameOf = idOf, isStatic } = props;
  const scroller = useRef(null);
  const [prefix] = useState(() => `table${++tables}`);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [current, setCurrent] = useState(null); // the key of the current row
  const anchor = useRef(null); // where a selection by Shift began
  const rowHeight = useRef(matchMedia('(pointer: coarse)').matches ? COARSE_HEIGHT : FINE_HEIGHT).current;

  // What is drawn, for handlers that outlive a rendering.
  const drawn = useRef(null);
  drawn.current = { view, count: rows.length };
  const measure = useRef(() => {
    if (!scroller.current) return;
    const { scrollTop, clientHeight } = scroller.current;
    const { view: before, count } = drawn.current;
    const [old, now] = [windowOf(before.top, before.height, rowHeight, count), windowOf(scrollTop, clientHeight, rowHeight, count)];
    if (old.first !== now.first || old.end !== now.end) setView({ top: scrollTop, height: clientHeight });
  }).current;
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  useEffect(measure);

  const { first, end } = isStatic ? { first: 0, end: rows.length } : windowOf(view.top, view.height, rowHeight, rows.length);
  const currentIndex = current === null ? -1 : rows.findIndex((row) => idOf(row) === current);

  const toSight = (index) => {
    const element = scroller.current;
    const head = element.querySelector('thead').offsetHeight;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight - head) element.scrollTop = top + rowHeight + head - element.clientHeight;
  };

  const select = (index, { isRange, isOn }) => {
    const next = new Set(selected);
    const from = isRange && anchor.current !== null ? rows.findIndex((row) => idOf(row) === anchor.current) : -1;
    const [low, high] = from < 0 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
    for (let i = low; i <= high; i++) isOn ? next.add(idOf(rows[i])) : next.delete(idOf(rows[i]));
    if (!isRange) anchor.current = idOf(rows[index]);
    onSelect(next);
  };

  const onKeyDown = (event) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const page = Math.max(1, Math.floor(scroller.current.clientHeight / rowHeight) - 2);
    const to = event.ctrlKey || event.metaKey ? null : moved(event.key, currentIndex, rows.length, page);
    if (to !== null) {
      if (event.shiftKey && selected) {
        if (currentIndex >= 0 && anchor.current === null) anchor.current = current;
        select(to, { isRange: true, isOn: true });
      }
      setCurrent(idOf(rows[to]));
      toSight(to);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selected) onSelect(new Set(rows.map(idOf)));
    else if (event.key === ' ' && selected && currentIndex >= 0) select(currentIndex, { isRange: event.shiftKey, isOn: !selected.has(current) });
    else if (event.key === 'Enter' && onOpen && currentIndex >= 0) onOpen(rows[currentIndex]);
    else if (event.key === 'Escape' && selected?.size > 0) onSelect(new Set());
    else return;
    event.preventDefault();
    onTouch?.();
  };

  const onFocus = (event) => {
    if (event.target === event.currentTarget && currentIndex < 0 && rows.length > 0) setCurrent(idOf(rows[Math.min(rows.length - 1, first + (first > 0 ? BEYOND : 0))]));
  };

  const onRow = (event, index) => {
    const box = event.target.closest('.box');
    setCurrent(idOf(rows[index]));
    if (box && selected) select(index, { isRange: event.shiftKey, isOn: !selected.has(idOf(rows[index])) });
    else if (!event.target.closest('button, a') && onOpen && String(getSelection()) === '') onOpen(rows[index]);
  };

  const body = [];
  for (let i = first; i < end; i++) {
    const row = rows[i];
    const id = idOf(row);
    const isSelected = selected?.has(id) ?? false;
    const names = [i % 2 ? 'odd' : '', id === current ? 'current' : '', isSelected ? 'selected' : '', onOpen ? 'opens' : '', classOf?.(row) ?? ''];
    // By its own key: a scroll makes the rows that come into sight, and leaves the others as they are.
    body.push(html`<tr key=${id} id=${`${prefix}-${i}`} class=${names.filter(Boolean).join(' ')} aria-rowindex=${i + 2}
      aria-selected=${selected ? String(isSelected) : undefined} onClick=${(event) => onRow(event, i)}>
      ${selected && html`<td class="box"><input type="checkbox" tabindex="-1" checked=${isSelected} aria-label=${`Select ${nameOf(row)}`} /></td>`}
      ${columns.map((column) => html`<td class=${`${column.kind ?? 'text'} rank${column.rank ?? 1}`}>${column.cell(row)}</td>`)}
    </tr>`);
  }

  const isAll = selected && rows.length > 0 && selected.size >= rows.length;
  return html`<div class=${`scroller ${isStatic ? 'static' : ''}`} ref=${scroller} onScroll=${measure} onWheel=${onTouch} onPointerMove=${onTouch}>
    <table role="grid" tabindex="0" aria-label=${label} aria-rowcount=${rows.length + 1} aria-multiselectable=${selected ? 'true' : undefined}
      aria-activedescendant=${currentIndex >= first && currentIndex < end ? `${prefix}-${currentIndex}` : undefined}
      onKeyDown=${onKeyDown} onFocus=${onFocus}>
      <colgroup>
        ${selected && html`<col class="box" />`}
        ${columns.map((column) => html`<col class=${`rank${column.rank ?? 1} col-${column.id}`} style=${{ width: column.width ?? '' }} />`)}
      </colgroup>
      <thead>
        <tr aria-rowindex="1">
          ${selected &&
          html`<th scope="col" class="box"><input type="checkbox" checked=${isAll} aria-label="Select all rows" onChange=${() => onSelect(isAll ? new Set() : new Set(rows.map(idOf)))} /></th>`}
          ${columns.map((column) => html`<${Head} column=${column} sort=${sort} onSort=${onSort} />`)}
        </tr>
      </thead>
      <tbody>
        ${first > 0 && html`<${Spacer} key=" above" height=${first * rowHeight} />`} ${body}
        ${end < rows.length && html`<${Spacer} key=" below" height=${(rows.length - end) * rowHeight} />`}
      </tbody>
    </table>
  </div>`;
}

function Spacer({ height }) {
  return html`<tr aria-hidden="true" class="spacer" style=${{ height: `${height}px` }}></tr>`;
}

function Head({ column, sort, onSort }) {
  const isSorted = sort?.column === column.id;
  const direction = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined;
  const names = `${column.kind ?? 'text'} rank${column.rank ?? 1}`;
  if (!onSort || column.sort === false) return html`<th scope="col" class=${names}>${column.title}</th>`;
  return html`<th scope="col" class=${names} aria-sort=${direction}>
    <button type="button" onClick=${() => onSort(column.id)}>${column.title}<span aria-hidden="true">${isSorted ? (sort.isDescending ? ' ▾' : ' ▴') : ''}</span></button>
  </th>`;
}

/** The order after a click on a head: figures begin with the greatest, names with "a". */
export function nextSort(sort, column, isNumber) {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: isNumber };
}
