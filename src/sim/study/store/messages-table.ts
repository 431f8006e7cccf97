import { defineTable } from './column.js';
import { clientOf, directionOf, messageRows, type MessageRow } from './message-rows.js';

/** Every message of every run that has a journal. */
export const messagesTable = defineTable<MessageRow>(
  'messages',
  'One row a message between server and client, in the order of sending',
  [
    {
      name: 'sequence',
      type: 'BIGINT',
      about: 'The line of journal.jsonl in which it is sent, from 0',
      of: (row) => row.sequence,
    },
    { name: 'client', type: 'VARCHAR', about: 'Who sends it to the server, or gets it', of: clientOf },
    { name: 'direction', type: 'VARCHAR', about: '`up` (client to server) or `down`', of: directionOf },
    { name: 'number', type: 'BIGINT', about: "Of the sender's messages, from 1", of: (row) => row.number },
    {
      name: 'kind',
      type: 'VARCHAR',
      about: '`broadcast`, `upload`, `decline`, `hello` or `goodbye`',
      of: (row) => row.kind,
    },
    { name: 'step', type: 'VARCHAR', about: 'What it is about', of: (row) => row.step },
    { name: 'round', type: 'INTEGER', about: 'NULL before round 0', of: (row) => row.round },
    {
      name: 'bytes',
      type: 'BIGINT',
      unit: 'bytes',
      about: 'Encoded payload, headers and setup included',
      of: (row) => row.bytes,
    },
    {
      name: 'setup_bytes',
      type: 'BIGINT',
      unit: 'bytes',
      about: 'The part of it that a client gets once',
      of: (row) => row.setupBytes,
    },
    { name: 'sent_at', type: 'DOUBLE', unit: 'virtual s', about: 'When it is sent', of: (row) => row.sentAt },
    {
      name: 'arrived_at',
      type: 'DOUBLE',
      unit: 'virtual s',
      about: 'When its first copy arrives; NULL: none does',
      of: (row) => row.arrivedAt,
    },
    {
      name: 'copies_arrived',
      type: 'INTEGER',
      about: 'More than 1: the network copied it',
      of: (row) => row.copiesArrived,
    },
    {
      name: 'outcome',
      type: 'VARCHAR',
      about:
        '`delivered`, `lost`, `under way` (when the journal ends); of uploads that arrived also `refused`, `late`, `ignored`',
      of: (row) => row.outcome,
    },
    {
      name: 'reason',
      type: 'VARCHAR',
      about: 'Why it was lost, refused or ignored',
      of: (row) => row.reason,
    },
    {
      name: 'disturbed',
      type: 'VARCHAR',
      about: 'Faults that hit it, with `; ` between; NULL: none',
      of: (row) => (row.disturbances.length > 0 ? row.disturbances.join('; ') : null),
    },
  ],
  ({ journal }) => (journal ? messageRows(journal) : []),
);
