// A table of any length of which only the rows in sight exist, with its keyboard and its selection.
//
// It is a grid for screen readers (ARIA, "grid" pattern): the grid has the focus and tells which row is current, so a
// row may go out of sight, and its element with it. It is made of <div>: in a <table>, a cell that changes has the
// browser lay out all of them.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from './vendor/htm-preact.js';

const BEYOND = 8; // rows above and below what is in sight: a short scroll shows no gap
const STEP = 4; // rows by which the window moves: not every frame of a scroll changes the page
const FINE_HEIGHT = 29; // pixels; style.css has the same
const COARSE_HEIGHT = 44; // for fingers

let tables = 0;

/** The elements for rows: as many as a window has rows, wherever it is. An even number, so that each stays odd or even. Pure. */
export function linesOf(viewHeight, rowHeight) {
  const least = Math.ceil(viewHeight / rowHeight) + 2 * BEYOND + STEP;
  return least + (least % 2);
}

/** The rows that exist: pure. @returns {{first: number, end: number}} */
export function windowOf(scrollTop, viewHeight, rowHeight, count) {
  const lines = linesOf(viewHeight, rowHeight);
  const first = Math.max(0, Math.min(count - lines, Math.floor((scrollTop / rowHeight - BEYOND) / STEP) * STEP));
  return { first, end: Math.min(count, first + lines) };
}

/** Where a key leads from a row: pure; null if the key is none that moves. */
export function moved(key, index, count, page) {
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: count - 1 }[key];
  return to === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, to));
}

/**
 * @param columns [{id, title, cell(row), width, kind: 'number'|'text', sort: boolean, rank: 1 always shown … 4 on the
 *     widest screens only}]
 * @param rows an array
 * @param idOf the key of a row
 * @param label what the table is, for screen readers
 * @param sort {column, isDescending}, with onSort(column); without it the heads are plain
 * @param selected a Set of keys with onSelect(Set); without it there are no boxes
 * @param onOpen called with a row at a click or Enter
 * @param onTouch called when somebody points at a row, scrolls or moves by keys
 * @param classOf a class for a row, such as "ended"
 * @param nameOf what a row is called, for screen readers
 *
 * All rows have one height. An element is used again for another row: one that leaves sight becomes the one that comes
 * into it, and another order changes texts, not elements.
 */
export function Table(props) {
  const { columns, rows, idOf, label, sort, onSort, selected, onSelect, onOpen, onTouch, classOf, nameOf = idOf } = props;
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

  const { first, end } = windowOf(view.top, view.height, rowHeight, rows.length);
  const currentIndex = current === null ? -1 : rows.findIndex((row) => idOf(row) === current);

  const toSight = (index) => {
    const element = scroller.current;
    const head = element.querySelector('.heads').offsetHeight;
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

  const onClick = (event) => {
    const line = event.target.closest('.line');
    const index = line ? Number(line.getAttribute('aria-rowindex')) - 2 : -1;
    if (index < 0 || index >= rows.length) return;
    const isBox = event.target.closest('.box') !== null;
    setCurrent(idOf(rows[index]));
    if (isBox && selected) select(index, { isRange: event.shiftKey, isOn: !selected.has(idOf(rows[index])) });
    else if (!event.target.closest('button, a') && onOpen && String(getSelection()) === '') onOpen(rows[index]);
  };

  const shapes = useMemo(() => columns.map(shapeOf), [columns]);
  const elements = end - first;
  const known = useRef([]).current;
  known.length = elements;
  // A scroll alone, which renders with the same `props`, leaves the rows that stay in sight as they are.
  const line = (i) => {
    const row = rows[i];
    const isSelected = selected?.has(idOf(row)) ?? false;
    const isCurrent = i === currentIndex;
    const before = known[i % elements];
    if (before?.props === props && before.i === i && before.isSelected === isSelected && before.isCurrent === isCurrent) return before.element;
    const names = [i % 2 ? 'odd' : '', isCurrent ? 'current' : '', isSelected ? 'selected' : '', onOpen ? 'opens' : '', classOf?.(row) ?? ''];
    const element = html`<div role="row" key=${i % elements} id=${`${prefix}-${i % elements}`} class=${`line ${names.filter(Boolean).join(' ')}`}
      style=${{ top: `${i * rowHeight}px` }} aria-rowindex=${i + 2} aria-selected=${selected ? String(isSelected) : undefined}>
      ${selected && html`<div role="gridcell" class="cell box"><input type="checkbox" tabindex="-1" checked=${isSelected} aria-label=${`Select ${nameOf(row)}`} /></div>`}
      ${columns.map((column, at) => html`<div role="gridcell" class=${shapes[at].classes} style=${shapes[at].style}>${column.cell(row)}</div>`)}
    </div>`;
    known[i % elements] = { props, i, isSelected, isCurrent, element };
    return element;
  };
  const lines = new Array(elements);
  for (let i = first; i < end; i++) lines[i % elements] = line(i);

  // In the order of the elements a window begins anywhere: screen readers are told the order of the rows.
  const isTurned = elements > 0 && first % elements !== 0;
  const owned = isTurned ? Array.from(lines, (_, at) => `${prefix}-${(first + at) % elements}`).join(' ') : undefined;
  const isAll = selected && rows.length > 0 && selected.size >= rows.length;
  return html`<div class="scroller" ref=${scroller} onScroll=${measure} onWheel=${onTouch} onPointerMove=${onTouch}>
    <div role="grid" class="grid" tabindex="0" aria-label=${label} aria-rowcount=${rows.length + 1} aria-multiselectable=${selected ? 'true' : undefined}
      aria-activedescendant=${currentIndex >= first && currentIndex < end ? `${prefix}-${currentIndex % elements}` : undefined}
      onKeyDown=${onKeyDown} onFocus=${onFocus}>
      <div role="rowgroup" class="heads">
        <div role="row" aria-rowindex="1">
          ${selected &&
          html`<div role="columnheader" class="cell box"><input type="checkbox" checked=${isAll} aria-label="Select all rows" onChange=${() => onSelect(isAll ? new Set() : new Set(rows.map(idOf)))} /></div>`}
          ${columns.map((column, at) => html`<${Head} column=${column} shape=${shapes[at]} sort=${sort} onSort=${onSort} />`)}
        </div>
      </div>
      <div role="rowgroup" class="lines" style=${{ height: `${rows.length * rowHeight}px` }} aria-owns=${owned} onClick=${onClick}>${lines}</div>
    </div>
  </div>`;
}

// Made once for a column, so that a drawing finds the same object and has nothing to compare.
function shapeOf({ id, kind, rank, width }) {
  const classes = `cell ${kind ?? 'text'} rank${rank ?? 1} col-${id} ${width ? '' : 'grows'}`;
  return { classes, style: width ? { flexBasis: width } : null };
}

function Head({ column, shape, sort, onSort }) {
  const isSorted = sort?.column === column.id;
  const direction = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined;
  const { classes, style } = shape;
  if (!onSort || column.sort === false) return html`<div role="columnheader" class=${classes} style=${style}><span>${column.title}</span></div>`;
  return html`<div role="columnheader" class=${classes} style=${style} aria-sort=${direction}>
    <button type="button" onClick=${() => onSort(column.id)}>${column.title}<span aria-hidden="true">${isSorted ? (sort.isDescending ? ' ▾' : ' ▴') : ''}</span></button>
  </div>`;
}

/** A table of a few rows, each as high as what is in it. Columns, rows, idOf, label and classOf are those of Table. */
export function StaticTable({ columns, rows, idOf, label, classOf }) {
  const classes = (column) => `${column.kind ?? 'text'} rank${column.rank ?? 1}`;
  return html`<div class="scroller static" role="region" aria-label=${label} tabindex="0">
    <table>
      <colgroup>
        ${columns.map((column) => html`<col class=${`rank${column.rank ?? 1} col-${column.id}`} style=${{ width: column.width ?? '' }} />`)}
      </colgroup>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class=${classes(column)}>${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row, i) => html`<tr key=${idOf(row)} class=${`line ${i % 2 ? 'odd' : ''} ${classOf?.(row) ?? ''}`}>
            ${columns.map((column) => html`<td class=${classes(column)}>${column.cell(row)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The order after a click on a head: figures begin with the greatest, names with "a". */
export function nextSort(sort, column, isNumber) {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: isNumber };
}
