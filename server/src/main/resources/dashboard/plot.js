// A live plot by uPlot, in the page's colours. The library is fetched when the first plot is shown, behind the first paint.

import { html, useEffect, useRef } from './vendor/htm-preact.js';
import { clock } from './format.js';

const LEAST_SECONDS = 30; // that a plot spans: the first ones begin at the right
const LEAST_SAMPLES = 2; // make a line

let library = null;

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

/**
 * @param data [[seconds since 1970…], [values…], …], a new array at each change
 * @param series [{label, colour (a custom property of style.css), isFilled}]
 * @param format a value in words
 * @param least what the plot is at least high for, so that a quiet hour has figures beside it that make sense
 * @param label what the plot shows, in words, for those who do not see it
 */
export function Plot({ data, series, format, least, label }) {
  const place = useRef(null);
  const plot = useRef(null);
  const latest = useRef(data);
  latest.current = data;
  const isThere = data[0].length >= LEAST_SAMPLES;

  useEffect(() => {
    if (!isThere) return undefined;
    let isGone = false;
    const draw = async () => {
      library ??= import('./vendor/uPlot.js');
      const { default: UPlot } = await library;
      if (isGone) return;
      plot.current?.destroy();
      plot.current = new UPlot(options(place.current, series, format, least), latest.current, place.current);
    };
    draw();
    const observer = new ResizeObserver(() => plot.current?.setSize(sizeOf(place.current)));
    observer.observe(place.current);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      isGone = true;
      observer.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [isThere]);

  useEffect(() => {
    plot.current?.setData(data);
  }, [data]);

  // The element is the plot's own: what the library puts into it must not meet what is rendered.
  return isThere
    ? html`<div class="plot" key="plot" role="img" aria-label=${label} ref=${place}></div>`
    : html`<div class="plot waiting" key="waiting" role="img" aria-label=${label}>Collecting: the line begins in two seconds.</div>`;
}

function spanOf(from, to) {
  return [Math.min(from, to - LEAST_SECONDS), to];
}

function sizeOf(element) {
  return { width: Math.max(200, element.clientWidth), height: Math.max(120, element.clientHeight) };
}

function options(element, series, format, lowest) {
  const colour = colours();
  const font = '11px system-ui, sans-serif';
  const axis = { stroke: colour('--muted'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    ...sizeOf(element),
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    legend: { show: false },
    padding: [8, 24, 0, 0],
    scales: { x: { time: true, range: (_, from, to) => spanOf(from, to) }, y: { range: (_, __, most) => [0, Math.max(most * 1.1, lowest)] } },
    axes: [
      { ...axis, space: 70, size: 24, values: (_, ticks, __, ___, step) => ticks.map((at) => clock(at * 1000).slice(0, step % 60 === 0 ? 5 : 8)) },
      { ...axis, size: 64, space: 28, values: (_, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...series.map(({ label, colour: name, isFilled }) => ({
        label,
        stroke: colour(name),
        width: 1.5,
        fill: isFilled ? colour(`${name}-soft`) : undefined,
        points: { show: false },
      })),
    ],
  };
}
