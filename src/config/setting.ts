import type { Parser } from './parsers.ts'

/** A default that depends on another setting: `words` describe it, `value` computes it from the given texts. */
interface DerivedDefault {
  readonly words: string
  value(given: (name: string) => string | undefined): string | undefined
}

/** One environment variable: its parser, its default, and one sentence of documentation. */
export interface Setting<T> {
  readonly name: string
  readonly parser: Parser<T>
  readonly description: string
  /** The default as it would be written in the environment; undefined if the setting may be absent. */
  readonly fallback: string | DerivedDefault | undefined
  /** A secret's value never appears in a message, not even when it is wrong. */
  readonly isSecret: boolean
}

/** Settings in nested groups. The values that are read have the same shape. */
export interface SettingTree {
  readonly [key: string]: Setting<unknown> | SettingTree
}

/** The type of the values read from a tree of settings. */
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

/** A setting that may be absent. With a default it belongs to a group whose other settings have none. */
export function optional<T>(
  name: string,
  parser: Parser<T>,
  description: string,
  fallback?: string,
): Setting<T | undefined> {
  return { name, parser, description, fallback, isSecret: false }
}

/** A setting that defaults to the value of another one; of several, to the first that is set. */
export function inherited<T>(
  name: string,
  parser: Parser<T>,
  from: readonly [string, ...string[]],
  description: string,
): Setting<T | undefined> {
  const value: DerivedDefault['value'] = (given) => from.map(given).find((text) => text !== undefined)
  return { name, parser, description, fallback: { words: `<${from[0]}>`, value }, isSecret: false }
}

/** A setting that may be absent and is never printed. */
export function secret<T>(name: string, parser: Parser<T>, description: string): Setting<T | undefined> {
  return { name, parser, description, fallback: undefined, isSecret: true }
}

/** Whether a node of the tree is a setting, not a group. */
export function isSetting(node: Setting<unknown> | SettingTree): node is Setting<unknown> {
  return 'parser' in node && typeof node.name === 'string'
}

/** Every setting of a tree, in declaration order. */
export function settingsOf(node: Setting<unknown> | SettingTree): readonly Setting<unknown>[] {
  return isSetting(node) ? [node] : Object.values(node).flatMap(settingsOf)
}
