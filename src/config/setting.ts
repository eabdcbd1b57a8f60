import type { Parser } from './parsers.ts'

/** A default that depends on another setting: `words` describe it, `value` computes it from the texts that were given. */
export interface DerivedDefault {
  readonly words: string
  value(given: (name: string) => string | undefined): string | undefined
}

/** One name of the environment: how it is read, what holds if it is absent, and one sentence on what it is for. */
export interface Setting<T> {
  readonly name: string
  readonly parser: Parser<T>
  readonly description: string
  /** As it would be written in the environment; undefined: the setting may be absent. */
  readonly fallback: string | DerivedDefault | undefined
  /** A secret's value never reaches a message, not even when it is wrong. */
  readonly isSecret: boolean
}

/** Settings in named groups; a leaf is a setting, and the groups nest as the values that are read will nest. */
export interface SettingTree {
  readonly [key: string]: Setting<unknown> | SettingTree
}

/** What a tree of settings becomes once it is read. */
export type Read<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends Setting<infer T> ? T : Read<Tree[Key]>
}

/** A setting that always has a value: the given one or the default. */
export function setting<T>(
  name: string,
  parser: Parser<T>,
  fallback: string | DerivedDefault,
  description: string,
): Setting<T> {
  return { name, parser, description, fallback, isSecret: false }
}

/** A setting that may be absent; one with a default may be in a group of settings that have none. */
export function optional<T>(
  name: string,
  parser: Parser<T>,
  description: string,
  fallback?: string,
): Setting<T | undefined> {
  return { name, parser, description, fallback, isSecret: false }
}

/** A setting whose default is what another is set to; of several the first that is set. */
export function inherited<T>(
  name: string,
  parser: Parser<T>,
  from: readonly [string, ...string[]],
  description: string,
): Setting<T | undefined> {
  const value: DerivedDefault['value'] = (given) => from.map(given).find((text) => text !== undefined)
  return { name, parser, description, fallback: { words: `<${from[0]}>`, value }, isSecret: false }
}

/** A setting that may be absent and whose value is never printed. */
export function secret<T>(name: string, parser: Parser<T>, description: string): Setting<T | undefined> {
  return { name, parser, description, fallback: undefined, isSecret: true }
}

/** Tells a leaf of the tree from a group. */
export function isSetting(node: Setting<unknown> | SettingTree): node is Setting<unknown> {
  return 'parser' in node && typeof node.name === 'string'
}

/** Every setting of a tree, in the order it is declared in. */
export function settingsOf(node: Setting<unknown> | SettingTree): readonly Setting<unknown>[] {
  return isSetting(node) ? [node] : Object.values(node).flatMap(settingsOf)
}
