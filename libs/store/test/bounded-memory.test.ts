import { afterEach, expect, it, vi } from 'vitest';
import { BoundedMemory } from '../src/ephemeral/bounded-memory.js';

afterEach(() => void vi.useRealTimers());

it('D3: holds so many entries and no more, the oldest written going first', async () => {
  const memory = new BoundedMemory(3);
  for (const key of ['a', 'b', 'c']) await memory.set(key, key, 1_000);
  await memory.set('a', 'again', 1_000);
  await memory.set('d', 'd', 1_000);
  expect(memory.size).toBe(3);
  expect(await memory.get('b')).toBeUndefined();
  expect(await memory.get('a')).toBe('again');
});

it('lets expired entries go while it is written to, and holds no timer', async () => {
  vi.useFakeTimers();
  const memory = new BoundedMemory(10_000);
  for (let i = 0; i < 1_000; i++) await memory.set(`short${i}`, 'x', 10);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(11);
  for (let i = 0; i < 1_500; i++) await memory.set(`long${i}`, 'x', 60_000);
  expect(memory.size).toBe(1_500);
});

it('an expired entry is deleted by nobody', async () => {
  vi.useFakeTimers();
  const memory = new BoundedMemory(10);
  await memory.set('a', 'x', 10);
  vi.advanceTimersByTime(10);
  expect(await memory.get('a')).toBeUndefined();
  expect(await memory.delete('a')).toBe(false);
});
