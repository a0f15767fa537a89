// What an operator should look at, from the server's figures: what it means, and what to do. Pure.

import { counted, duration, micros, number } from './format.js';

const LATE_MICROS = 100_000; // a turn of a loop this late is felt by interactive users
const NEARLY = 0.8;

/**
 * The server's own warnings, and those that its totals give.
 * @returns {{code, title, detail, advice}[]}
 */
export function warningsOf(status, totals) {
  const found = [...(status?.warnings ?? [])];
  const add = (code, title, detail, advice) => {
    if (!found.some((warning) => warning.code === code)) found.push({ code, title, detail, advice });
  };
  if (status && !status.running && !status.draining) {
    add('stopped', 'The SOCKS side is stopped', 'No client can connect.', 'Settings has Start.');
  }
  if (status?.draining) {
    add('draining', 'The SOCKS side is draining', 'It takes no new clients; open connections finish.', 'Settings has Start, and Stop for the rest.');
  }
  if (!totals) return found;
  if (totals.loopLagP99Micros > LATE_MICROS) {
    add(
      'loop-lag',
      'Event loops are late',
      `One turn in a hundred came ${micros(totals.loopLagP99Micros)} late or more: clients wait.`,
      'The machine has too little CPU for this load, or something else takes it. Look at its load.',
    );
  }
  if (totals.descriptorLimit > 0 && totals.descriptors > NEARLY * totals.descriptorLimit) {
    add(
      'descriptors',
      'Descriptors run out',
      `${number(totals.descriptors)} of ${number(totals.descriptorLimit)} are open; at the limit new clients are refused.`,
      'Raise the limit (LimitNOFILE of the service, or ulimit -n) and restart.',
    );
  }
  if (totals.bugs > 0) {
    add('bugs', 'Argyle has a defect', `${counted(totals.bugs, 'connection')} ended by it since the start.`, 'The log has the exceptions: please report them.');
  }
  return found;
}

/** "3 h 12 min", by the server's own clock. */
export function upFor(status, serverNow) {
  return status ? duration((serverNow - Date.parse(status.startedAt)) / 1000) : '–';
}
