import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, moved, nextSort, windowOf } from '../../main/resources/dashboard/table.js';
import { dump, pairs } from '../../main/resources/dashboard/pages/penalties.js';

test('theRowsInSightAlwaysExistAndOnlyTensOfThemDo', () => {
  const [height, view] = [29, 600];
  for (const count of [0, 1, 20, 21, 1000, 20_000]) {
    for (let top = 0; top <= count * height; top += 97) {
      const { first, end } = windowOf(top, view, height, count);
      assert.ok(first >= 0 && first <= end && end <= count);
      assert.ok(first <= Math.floor(top / height), `${count} ${top}`);
      assert.ok(end >= Math.min(count, Math.ceil((top + view) / height)), `${count} ${top}`);
      assert.ok(end - first <= 60, 'bounded, whatever the length');
    }
  }
});

test('aScrollMakesNoElementsAndDrawsOnlyTheRowsThatComeIntoSight', () => {
  const [height, view, count] = [29, 611, 10_000];
  const lines = linesOf(view, height);
  assert.equal(lines % 2, 0, 'an element stays odd or even');
  const shown = new Map();
  let drawn = 0;
  for (let top = 0; top <= count * height; top += 45) {
    const { first, end } = windowOf(top, view, height, count);
    assert.equal(end - first, lines, 'always as many');
    for (let i = first; i < end; i++) {
      if (shown.get(i % lines) !== i) drawn++;
      shown.set(i % lines, i);
    }
    assert.equal(shown.size, lines);
  }
  assert.equal(drawn, count, 'each row once');
});

test('aListThatHasBecomeShorterLeavesNoWindowBehind', () => {
  const { first, end } = windowOf(50_000, 600, 29, 3);
  assert.ok(first <= 3 && end === 3);
});

test('keysMoveWithinTheTable', () => {
  assert.equal(moved('ArrowDown', -1, 5, 3), 0);
  assert.equal(moved('ArrowDown', 4, 5, 3), 4);
  assert.equal(moved('ArrowUp', 0, 5, 3), 0);
  assert.equal(moved('PageDown', 1, 5, 3), 4);
  assert.equal(moved('Home', 3, 5, 3), 0);
  assert.equal(moved('End', 3, 5, 3), 4);
  assert.equal(moved('ArrowDown', 0, 0, 3), null);
  assert.equal(moved('q', 0, 5, 3), null);
});

test('figuresAreSortedFromTheGreatestAndNamesFromA', () => {
  assert.deepEqual(nextSort({ column: 'user', isDescending: false }, 'octetsUp', true), { column: 'octetsUp', isDescending: true });
  assert.deepEqual(nextSort({ column: 'octetsUp', isDescending: true }, 'octetsUp', true), { column: 'octetsUp', isDescending: false });
});

test('bytesAreShownWithWhatOfThemIsReadable', () => {
  // As the server writes them: SecurityRoutesTest has the same form.
  assert.equal(dump('47 45 54 20 2F 3C 00 7F FF'), '0000  47 45 54 20 2F 3C 00 7F FF                       GET /<···');
  assert.equal(dump(Array(17).fill('41').join(' ')).split('\n').length, 2);
  assert.equal(dump(''), '');
  assert.equal(pairs('47 45 54').length, 3);
  assert.equal(pairs('').length, 0);
});
