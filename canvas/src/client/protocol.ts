// The messages of `sr.v1` (docs/protocol.md).

import type { Json, JsonObject } from '../patch/json';
import { isObject } from '../patch/json';

export const SUBPROTOCOL = 'sr.v1';

export interface Hello {
  type: 'hello';
  session?: string;
  token?: string;
  epoch?: Json;
  lastSeq?: number;
}
export interface Event {
  type: 'event';
  id: string;
  kind: 'click' | 'submit' | 'command' | 'window' | 'undo' | 'redo' | 'apply' | 'cancel';
  componentId?: string;
  payload: JsonObject;
  baseSeq?: number;
}
export type ClientMessage =
  Hello | Event | { type: 'ack'; seq: number } | { type: 'resync'; reason: string };

export interface Welcome {
  type: 'welcome';
  session: string;
  token: string;
  epoch: Json;
  seq: number;
  mode: 'resume' | 'snapshot';
}
export interface Snapshot {
  type: 'snapshot';
  seq: number;
  view: Json;
  hash: string;
}
// What an event has changed, and the change that may be taken back.
export interface Did {
  says: string;
  undo?: number;
  redo?: number;
}
export interface Patch {
  type: 'patch';
  seq: number;
  cause?: string;
  ops: Json[];
  hash?: string;
  did?: Json;
}
export interface Preview {
  type: 'preview';
  cause?: string;
  ops: Json[];
}
export interface Ack {
  type: 'ack';
  id: string;
  status: 'accepted' | 'duplicate' | 'rejected';
  seq: number;
}
export interface Failure {
  type: 'error';
  code: string;
  message: string;
  id?: string;
  retryable?: boolean;
}
export interface Drain {
  type: 'drain';
  afterMs: number;
}
export type ServerMessage = Welcome | Snapshot | Patch | Preview | Ack | Failure | Drain;

type Check = (value: Json | undefined) => boolean;
const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const list: Check = (value) => Array.isArray(value);
const present: Check = (value) => value !== undefined;

const REQUIRED: Record<ServerMessage['type'], Record<string, Check>> = {
  welcome: { session: text, token: text, epoch: present, seq: number, mode: text },
  snapshot: { seq: number, view: present },
  patch: { seq: number, ops: list },
  preview: { ops: list },
  ack: { id: text, status: text },
  error: { code: text, message: text },
  drain: { afterMs: number },
};

export function readDid(value: Json | undefined): Did | undefined {
  if (!isObject(value) || typeof value['says'] !== 'string') return undefined;
  const did: Did = { says: value['says'] };
  if (typeof value['undo'] === 'number') did.undo = value['undo'];
  if (typeof value['redo'] === 'number') did.redo = value['redo'];
  return did;
}

// The message in a frame, or undefined: unknown types and malformed messages are not ours to guess.
export function parseServerMessage(frame: unknown): ServerMessage | undefined {
  if (typeof frame !== 'string') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const type = value['type'];
  if (typeof type !== 'string' || !Object.hasOwn(REQUIRED, type)) return undefined;
  const members = Object.entries(REQUIRED[type as ServerMessage['type']]);
  const complete = members.every(([name, check]) => check(value[name]));
  return complete ? (value as unknown as ServerMessage) : undefined;
}
