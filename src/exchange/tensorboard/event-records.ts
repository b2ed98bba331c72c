/**
 * TensorBoard's event files: one protocol buffer an event, each in a record with two checksums.
 *
 * The fields are those that TensorBoard has read since its first version and PyTorch writes: `simple_value` and `histo`.
 *
 * @source tensorflow/tensorboard, tensorboard/compat/proto/{event,summary,histogram}.proto; the records: tensorflow/tensorflow, tensorflow/core/lib/io/record_writer.h
 */
import crc32c from 'crc-32/crc32c.js';
import { PbfReader, PbfWriter } from 'pbf';
import type { Histogram } from './histogram.ts';

export type LoggedValue =
  | {
      tag: string;
      scalar: number;
      /** In words, beside the chart; TensorBoard keeps the first of a tag. */
      about?: string;
    }
  | { tag: string; histogram: Histogram };

export interface LoggedEvent {
  /** Seconds since 1970. */
  wallTime: number;
  step: number;
  /** What the event says: the format (first in every file), values, or that what it counts begins anew at its step. */
  says: 'version' | 'start' | readonly LoggedValue[];
}

/** What is read back of a record. */
export interface FoundEvent {
  step: number;
  tags: string[];
  /** Where the record ends in the file. */
  end: number;
}

const version = 'brain.Event:2';
/** Of SessionLog. */
const statusStart = 1;
const [headBytes, crcBytes] = [12, 4];

/** @returns the record of one event: length, its checksum, the event, its checksum */
export function encodeRecord(event: LoggedEvent): Uint8Array {
  const pbf = new PbfWriter();
  writeEvent(event, pbf);
  const data = pbf.finish();
  const record = Buffer.alloc(headBytes + data.length + crcBytes);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(data, headBytes);
  record.writeUInt32LE(maskedCrc(data), headBytes + data.length);
  return record;
}

/** The events of a file, up to the first record that is cut off or damaged. */
export function* findEvents(file: Buffer): Generator<FoundEvent> {
  for (let at = 0; at + headBytes <= file.length; ) {
    if (file.readUInt32LE(at + 8) !== maskedCrc(file.subarray(at, at + 8))) return;
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + headBytes, at + headBytes + length);
    at += headBytes + length + crcBytes;
    if (at > file.length || file.readUInt32LE(at - crcBytes) !== maskedCrc(data)) return;
    yield { ...readEvent(data), end: at };
  }
}

/** CRC-32C, turned and shifted so that checksums of checksums stay useful. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function writeEvent({ wallTime, step, says }: LoggedEvent, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, wallTime);
  pbf.writeVarintField(2, step);
  if (says === 'version') pbf.writeStringField(3, version);
  else if (says === 'start')
    pbf.writeMessage(7, (status, log) => log.writeVarintField(1, status), statusStart);
  else pbf.writeMessage(5, writeSummary, says);
}

function writeSummary(values: readonly LoggedValue[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeValue, value);
}

function writeValue(value: LoggedValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.tag);
  if ('histogram' in value) {
    pbf.writeMessage(5, writeHistogram, value.histogram);
  } else {
    pbf.writeFloatField(2, value.scalar);
    if (value.about !== undefined) pbf.writeMessage(9, writeMetadata, value.about);
  }
}

function writeMetadata(about: string, pbf: PbfWriter): void {
  pbf.writeStringField(3, about);
}

function writeHistogram(histogram: Histogram, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, histogram.min);
  pbf.writeDoubleField(2, histogram.max);
  pbf.writeDoubleField(3, histogram.count);
  pbf.writeDoubleField(4, histogram.sum);
  pbf.writeDoubleField(5, histogram.sumOfSquares);
  pbf.writePackedDouble(6, histogram.limits);
  pbf.writePackedDouble(7, histogram.counts);
}

/** Of the nested messages only what tells one value from another. */
function readEvent(data: Uint8Array): { step: number; tags: string[] } {
  const readValue = (field: number, tags: string[], pbf: PbfReader) => {
    if (field === 1) tags.push(pbf.readString());
  };
  const readSummary = (field: number, tags: string[], pbf: PbfReader) => {
    if (field === 1) pbf.readMessage(readValue, tags);
  };
  return new PbfReader(data).readFields(
    (field, event, pbf) => {
      if (field === 2) event.step = pbf.readVarint(true);
      else if (field === 5) pbf.readMessage(readSummary, event.tags);
    },
    { step: 0, tags: [] as string[] },
  );
}
