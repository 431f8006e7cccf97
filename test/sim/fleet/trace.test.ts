import { describe, expect, it } from 'vitest';
import { parseTraces } from '../../../src/sim/fleet/trace.js';

const header = 'client,start,end';
const parse = (...rows: string[]) => parseTraces([header, ...rows].join('\n'), 'times.csv');

describe('availability traces', () => {
  it('reads rows in any order, with a byte order mark, carriage returns, blanks and touching intervals', () => {
    const traces = parseTraces(`\uFEFF${header}\r\nb,30,40\r\n\r\n a , 5 , 1e1\r\nb,10,30\r\n`, 'times.csv');
    expect([...traces.keys()]).toEqual(['b', 'a']);
    expect([...traces.get('b')!.starts]).toEqual([10, 30]);
    expect([...traces.get('b')!.ends]).toEqual([30, 40]);
    expect([...traces.get('a')!.starts]).toEqual([5]);
    expect([...traces.get('a')!.ends]).toEqual([10]);
  });

  it('lets an id have commas', () => {
    expect([...parse('line 1, press 2,0,1').keys()]).toEqual(['line 1, press 2']);
  });

  it.each([
    ['a,0', 'line 3: expected three columns'],
    [',0,1', 'line 3: no client'],
    ['a,zero,1', 'line 3: start and end must be numbers'],
    ['a,,1', 'line 3: start and end must be numbers'],
    ['a,-1,1', 'line 3: start and end must be numbers'],
    ['a,0,Infinity', 'line 3: start and end must be numbers'],
    ['a,0,NaN', 'line 3: start and end must be numbers'],
    ['a,2,2', 'line 3: the end must come after the start'],
    ['a,3,2', 'line 3: the end must come after the start'],
    ['b,8,10', 'line 3: overlaps line 2'],
    ['b,0,20', 'line 3: overlaps line 2'],
    ['b,5,9', 'line 3: overlaps line 2'],
  ])('refuses the row %s', (row, message) => {
    expect(() => parse('b,5,9', row)).toThrow(`trace times.csv, ${message}`);
  });

  it('finds an interval inside an earlier, longer one', () => {
    expect(() => parse('a,0,100', 'a,200,300', 'a,50,60')).toThrow('line 4: overlaps line 2');
  });

  it('refuses a file without the header', () => {
    expect(() => parseTraces('a,0,1\n', 'times.csv')).toThrow('times.csv, line 1: expected the header');
    expect(() => parseTraces('', 'times.csv')).toThrow('times.csv, line 1: expected the header');
  });
});
